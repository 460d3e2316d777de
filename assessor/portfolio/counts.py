"""The counts of some assessments."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

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

Sums = Iterable[tuple[str, str, str, int]]
"""Kind, key, value and count."""


@dataclass(frozen=True)
class Counted:
    """``months`` are suggestions by month and outcome, ``shared`` the largest groups."""

    things: Counter[Thing] = field(default_factory=Counter)
    months: Counter[tuple[str, str]] = field(default_factory=Counter)
    shared: tuple[tuple[Thing, int], ...] = ()

    def of(self, kind: str) -> Counter[tuple[str, str]]:
        """Return the counts of one kind by key and value."""
        return Counter({each[1:]: n for each, n in self.things.items() if each.kind == kind})

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
    months: Counter[tuple[str, str]] = Counter()
    for scope, thing in tallying.things(filters.assessments()):
        things[thing] += 1
        if thing.kind == "suggested":
            months[scope.month, thing.value] += 1
    shared = Counter({thing: n for thing, n in things.items() if thing.kind == "shared"})
    return Counted(things, months, _enough(shared.most_common(MOST_SHARED)))


def _added_up(filters: Filters) -> Counted:
    months = filters.parted().filter(kind="suggested").values_list("month", "value")
    shared = _sums(filters, "shared")[:MOST_SHARED]
    return Counted(
        things=_as_things(_sums(filters, *SMALL)),
        months=Counter(
            {(month, outcome): n for month, outcome, n in months.annotate(n=Sum("count"))}
        ),
        shared=_enough(_as_things(shared).most_common()),
    )


def _sums(filters: Filters, *kinds: str) -> QuerySet[Tally, tuple[str, str, str, int]]:
    """Return the sums, the largest first; where nothing is filtered, they are only read."""
    tallies = filters.tallies().filter(kind__in=kinds).values_list(*Thing._fields)
    total = F("count") if filters.is_everything else Sum("count")
    return tallies.annotate(total=total).order_by("-total")


def _as_things(sums: Sums) -> Counter[Thing]:
    return Counter({Thing(*row[:3]): row[3] for row in sums if row[3]})


def _enough(shared: Iterable[tuple[Thing, int]]) -> tuple[tuple[Thing, int], ...]:
    return tuple((thing, count) for thing, count in shared if count >= LEAST_SHARING)
