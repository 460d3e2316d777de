"""What each answer to a question was before: who changed it, when, from what to what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from assessor.knowledge import Answer
from assessor.models import AnswerChange

MOMENT = timedelta(minutes=1)
"""So long somebody may try out answers that are saved automatically, as one change."""


@dataclass(frozen=True)
class Change:
    """A change of somebody's answer. ``old`` and ``new`` are None where there was no answer.

    ``revision`` is the save that made it, the last of them where several are one change.
    """

    respondent_pk: int
    old: Answer | None
    new: Answer | None
    at: datetime
    revision: int


def history(rows: Iterable[AnswerChange]) -> list[Change]:
    """Return the changes of everybody's answer to one question, the last first.

    ``rows`` come in the order in which they were saved. What a person saved automatically within a
    moment is one change, and none where it ended as it began.
    """
    by_person: dict[int, list[AnswerChange]] = {}
    for row in rows:
        by_person.setdefault(row.respondent_id, []).append(row)
    changes = [change for own in by_person.values() for change in _changes(own)]
    return sorted(changes, key=lambda change: change.revision, reverse=True)


def _changes(rows: Iterable[AnswerChange]) -> Iterator[Change]:
    """Yield one person's changes."""
    old: Answer | None = None
    for run in _runs(rows):
        last = run[-1]
        if last.value != old:
            yield Change(last.respondent_id, old, last.value, last.saved_at, last.revision)
        old = last.value


def _runs(rows: Iterable[AnswerChange]) -> Iterator[list[AnswerChange]]:
    """Yield what belongs together; there is at least one row."""
    run: list[AnswerChange] = []
    for row in rows:
        if run and not _goes_on(run, row):
            yield run
            run = []
        run.append(row)
    yield run


def _goes_on(run: list[AnswerChange], row: AnswerChange) -> bool:
    first = run[0]
    return first.automatic and row.automatic and row.saved_at - first.saved_at <= MOMENT
