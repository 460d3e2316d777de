"""The counts of some assessments."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum

from assessor.models import Tally
from assessor.portfolio.filters import Filters
from assessor.workflow import tallying
from assessor.workflow.tallying import Thing

SMALL = (
    "status", "suggested", "chosen", "otherwise", "situation", "sector", "unknown", "missing",
    "time",
)  # fmt: skip
"""Kinds of which there are few different things."""

MOST_SHARED = 10
LEAST_SHARING = 2

Pair = tuple[str, str]
"""Key and value of a thing."""

Sums = Iterable[tuple[str, str, str, int]]
"""Kind, key, value and count."""


@dataclass(frozen=True)
class Counted:
    """Counts by kind. ``months`` are suggestions by month and outcome, ``shared`` the largest."""

    kinds: Mapping[str, Counter[Pair]]
    months: Counter[Pair]
    shared: tuple[tuple[Pair, int], ...]

    def of(self, kind: str) -> Counter[Pair]:
        """Return the counts of one kind by key and value."""
        return self.kinds.get(kind, Counter())

    def keys(self, kind: str) -> Counter[str]:
        """Return the counts of one kind by key, whatever the value."""
        found: Counter[str] = Counter()
        for (key, _value), count in self.of(kind).items():
            found[key] += count
        return found


def counted(filters: Filters) -> Counted:
    """Return the counts of these assessments."""
    return _counted_now(filters) if filters.organisation else _added_up(filters)


def _counted_now(filters: Filters) -> Counted:
    """Count the assessments of one organisation: nothing is kept for each of them."""
    things: Counter[Thing] = Counter()
    months: Counter[Pair] = Counter()
    for scope, thing in tallying.things(filters.assessments()):
        things[thing] += 1
        if thing.kind == "suggested":
            months[scope.month, thing.value] += 1
    kinds = _by_kind((*thing, count) for thing, count in things.items())
    shared = kinds.pop("shared", Counter[Pair]())
    return Counted(kinds, months, _enough(shared.most_common(MOST_SHARED)))


def _added_up(filters: Filters) -> Counted:
    months = filters.parted().filter(kind="suggested").values_list("month", "value")
    shared = _by_kind(_sums(filters, "shared")[:MOST_SHARED])
    return Counted(
        kinds=_by_kind(_sums(filters, *SMALL)),
        months=Counter(
            {(month, outcome): n for month, outcome, n in months.annotate(n=Sum("count"))}
        ),
        shared=_enough(shared["shared"].most_common()),
    )


def _sums(filters: Filters, *kinds: str) -> QuerySet[Tally, tuple[str, str, str, int]]:
    """Return the sums, the largest first; where no month is filtered, they are only read."""
    tallies = filters.tallies().filter(kind__in=kinds).values_list(*Thing._fields)
    total = F("count") if filters.is_at_any_time else Sum("count")
    return tallies.annotate(total=total).order_by("-total")


def _by_kind(sums: Sums) -> defaultdict[str, Counter[Pair]]:
    found: defaultdict[str, Counter[Pair]] = defaultdict(Counter)
    for kind, key, value, count in sums:
        if count:
            found[kind][key, value] = count
    return found


def _enough(shared: Iterable[tuple[Pair, int]]) -> tuple[tuple[Pair, int], ...]:
    return tuple((pair, count) for pair, count in shared if count >= LEAST_SHARING)
