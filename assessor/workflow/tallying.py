"""How many assessments are alike, kept up with every change of one and never counted anew.

A thing that is counted has a kind, a key and a value:

- ``status``: the status.
- ``suggested``: the architecture, empty where none is left; its value is the outcome (below).
- ``chosen``: the architecture that was decided for.
- ``otherwise``: the architecture suggested; its value is the one decided for instead.
- ``situation`` and ``sector``: level or choice; the value is ``architecture/outcome``.
- ``unknown`` and ``missing``: a question not known, a control not in place.
- ``shared``: the architecture suggested; the value is ``data class/jurisdiction/residency``, each
  of those that were answered.
- ``time``: seconds from the start to the last submission, to the nearest of steps of a tenth.

Who changes an assessment does it inside ``kept``. The rows of a tally are locked from then to the
end of the transaction, always after the audit log: the last line of the log is written inside.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice, product
from math import log
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localtime

from assessor.knowledge import UNKNOWN
from assessor.knowledge.library import JURISDICTION
from assessor.models import Assessment, Fact, Tally

SECTOR, DATA, RESIDENCY = "reg_sector", "reg_data", "reg_residency"
"""Questions whose answers are counted, beside the jurisdiction."""

BETWEEN = "/"
"""Stands between the parts of a value."""

OPEN, FOLLOWED, OTHERWISE, DECLINED = "open", "followed", "otherwise", "declined"
"""What became of a suggestion."""

COUNTED = (
    Q(kind=Fact.Kind.MISSING_CONTROL)
    | Q(value=UNKNOWN)
    | Q(key__in=(SECTOR, DATA, JURISDICTION, RESIDENCY))
)
"""The facts that are looked at: reading all would be most of the work."""

AT_ONCE = 500
STEP = 1.1

ADD = """
INSERT INTO assessor_tally (kind, key, value, edition, month, count)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (kind, edition, month, key, value)
DO UPDATE SET count = assessor_tally.count + excluded.count
"""
"""The same on SQLite and PostgreSQL. The ORM replaces a count, and cannot add to it."""


class Thing(NamedTuple):
    """Something that is counted."""

    kind: str
    key: str = ""
    value: str = ""


EVER = "ever"
"""In place of a month: all months, and what was not submitted yet."""


class Scope(NamedTuple):
    """Among which assessments it is counted: those of an edition and a month, or among all."""

    edition: str = ""
    month: str = ""

    @property
    def wider(self) -> tuple["Scope", "Scope"]:
        """Return the others in which it counts: those of its edition at any time, and all."""
        return Scope(self.edition, EVER), EVERYWHERE


EVERYWHERE = Scope()

Counts = Counter[tuple[Thing, Scope]]


class Row(NamedTuple):
    """The columns of an assessment that are looked at."""

    pk: UUID
    edition: str
    status: str
    suggested: str
    chosen: str
    situation: str
    created_at: datetime
    submitted_at: datetime | None

    @property
    def scope(self) -> Scope:
        return Scope(self.edition, month_of(self.submitted_at) if self.submitted_at else "")

    @property
    def outcome(self) -> str:
        """Return what became of the suggestion."""
        if self.status == Assessment.Status.APPROVED:
            return FOLLOWED if self.chosen == self.suggested else OTHERWISE
        return DECLINED if self.status == Assessment.Status.DECLINED else OPEN


COLUMNS = ("pk", "edition__version", *Row._fields[2:])


def month_of(time: datetime) -> str:
    """Return the month where the installation is, such as 2026-11."""
    return f"{localtime(time):%Y-%m}"


# ---------------------------------------------------------------- keeping up


@contextmanager
def kept(assessment_pk: UUID) -> Iterator[None]:
    """Keep the counts right while an assessment is made, changed or deleted.

    To be used in a transaction in which the assessment is locked.
    """
    before = counts_of(assessment_pk)
    yield
    after = counts_of(assessment_pk)
    after.subtract(before)
    _add(after)


def counts_of(assessment_pk: UUID) -> Counts:
    """Return what one assessment adds to the counts; nothing if there is no such assessment."""
    return counts(Assessment.objects.filter(pk=assessment_pk))


def counts(assessments: QuerySet[Assessment]) -> Counts:
    """Count what there is to count: among all, for each edition, and for each month of it."""
    found: Counts = Counter((thing, scope) for scope, thing in things(assessments))
    for (thing, scope), count in list(found.items()):
        for wider in scope.wider:
            found[thing, wider] += count
    return found


def _add(changes: Counts) -> None:
    """Add to the counts, in one order always: so two transactions never wait for each other."""
    rows = [(*thing, *scope, by) for (thing, scope), by in sorted(changes.items()) if by]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(ADD, rows)


# ---------------------------------------------------------------- counting anew


def rebuild() -> None:
    """Count everything anew. Whoever changes an assessment meanwhile waits until it is done."""
    with transaction.atomic():
        _wait_for_others()
        found = counts(Assessment.objects.all())
        Tally.objects.all().delete()
        Tally.objects.bulk_create(
            (
                Tally(**thing._asdict(), **scope._asdict(), count=count)
                for (thing, scope), count in found.items()
            ),
            batch_size=AT_ONCE,
        )


def stored() -> Counts:
    """Return the counts as they are kept."""
    rows = Tally.objects.exclude(count=0).values_list(*Thing._fields, *Scope._fields, "count")
    return Counter({(Thing(*row[:3]), Scope(*row[3:5])): row[5] for row in rows})


def _wait_for_others() -> None:
    """Let nobody add to the counts until the transaction ends; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE assessor_tally IN SHARE ROW EXCLUSIVE MODE")


# ---------------------------------------------------------------- what there is to count


def things(assessments: QuerySet[Assessment]) -> Iterator[tuple[Scope, Thing]]:
    """Yield everything that is counted about these assessments, some hundreds in memory."""
    rows = assessments.order_by().values_list(*COLUMNS).iterator(chunk_size=AT_ONCE)
    for chunk in _chunks(Row(*row) for row in rows):
        facts = _facts([row.pk for row in chunk])
        for row in chunk:
            scope = row.scope
            for thing in _about(row, facts[row.pk]):
                yield scope, thing


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, AT_ONCE)):
        yield chunk


Facts = Mapping[tuple[str, str], list[str]]
"""Values by kind and key."""


def _facts(pks: list[UUID]) -> Mapping[UUID, Facts]:
    found: defaultdict[UUID, defaultdict[tuple[str, str], list[str]]] = defaultdict(
        lambda: defaultdict(list)
    )
    rows = Fact.objects.filter(COUNTED, assessment__in=pks)
    for pk, kind, key, value in rows.values_list("assessment_id", "kind", "key", "value"):
        found[pk][kind, key].append(value)
    return found


def _about(row: Row, facts: Facts) -> Iterator[Thing]:
    yield Thing("status", row.status)
    if row.submitted_at is None:
        return
    yield Thing("suggested", row.suggested, row.outcome)
    yield Thing("time", _seconds(row.created_at, row.submitted_at))
    yield from _decided(row)
    yield from _answered(row, facts)
    for kind, key in facts:
        if kind == Fact.Kind.MISSING_CONTROL:
            yield Thing("missing", key)
        elif UNKNOWN in facts[kind, key]:
            yield Thing("unknown", key)


def _decided(row: Row) -> Iterator[Thing]:
    if row.outcome == OTHERWISE:
        yield Thing("otherwise", row.suggested, row.chosen)
    if row.outcome in {FOLLOWED, OTHERWISE}:
        yield Thing("chosen", row.chosen)


def _answered(row: Row, facts: Facts) -> Iterator[Thing]:
    became = BETWEEN.join((row.suggested, row.outcome))
    if row.situation:
        yield Thing("situation", row.situation, became)
    for sector in _answers(facts, SECTOR):
        yield Thing("sector", sector, became)
    if row.suggested:
        every = (_answers(facts, question) for question in (DATA, JURISDICTION, RESIDENCY))
        for parts in product(*every):
            yield Thing("shared", row.suggested, BETWEEN.join(parts))


def _answers(facts: Facts, question: str) -> Iterable[str]:
    """Return the choices; nothing where it is not known."""
    chosen = facts.get((Fact.Kind.ANSWER, question), [])
    return [choice for choice in chosen if choice != UNKNOWN]


def _seconds(start: datetime, end: datetime) -> str:
    """Return how long it took, five per cent more or less: a count for each second is no count."""
    exact = max(1, (end - start).total_seconds())
    return str(round(STEP ** round(log(exact, STEP))))
