"""Notes and questions on a question of an assessment, in threads that can be resolved."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Length
from django.utils import timezone

from assessor.models import Assessment, Note, Respondent
from assessor.workflow.drafts import SECOND_CLICK, Refused, locked_person, refuse_unasked

MOST_PRINTED = 200_000
"""Characters of all notes together that stand in the reports of an assessment: some sixty pages."""

EACH_COSTS = 100
"""Characters beside its text: who wrote a note, and when."""


class Full(Exception):
    """The notes that stand in the reports are as long together as they may be.

    More, and the PDF could not be made in time, or its data not be read again.
    """


class Decided(Refused):
    """What was decided on stays as it is, its notes too."""


@dataclass(frozen=True)
class Author:
    """Who writes: a respondent, or staff by name."""

    name: str
    respondent: Respondent | None = None


def write(
    assessment: Assessment, author: Author, question: str, text: str, *, in_report: bool
) -> Note:
    """Start a thread on a question. Raises Decided, Full, NotTaken or Withdrawn."""
    with _undecided(assessment.pk, question, author.respondent):
        return _add(
            assessment=assessment,
            question=question,
            thread=None,
            author=author.respondent,
            author_name=author.name,
            text=text,
            in_report=in_report,
        )


def reply(thread: Note, author: Author, text: str) -> Note:
    """Answer in a thread; a resolved one is open again.

    Raises Decided, Full, NotTaken or Withdrawn.
    """
    with _undecided(thread.assessment_id, thread.question, author.respondent):
        _set_resolved(thread, None)
        return _add(
            assessment_id=thread.assessment_id,
            question=thread.question,
            thread=thread,
            author=author.respondent,
            author_name=author.name,
            text=text,
        )


def resolve(thread: Note, author: Author) -> None:
    """Close a thread. Raises Decided or NotTaken."""
    with _undecided(thread.assessment_id, thread.question):
        _set_resolved(thread, author)


def reopen(thread: Note) -> None:
    """Open a thread again. Raises Decided or NotTaken."""
    with _undecided(thread.assessment_id, thread.question):
        _set_resolved(thread, None)


@contextmanager
def _undecided(
    assessment_id: UUID, question: str, writer: Respondent | None = None
) -> Iterator[None]:
    """Hold off a decision, and whatever else changes the assessment, until all is written.

    Raises Decided where it was decided before, NotTaken where the question is gone, Withdrawn
    where the invitation of the writer is.
    """
    with transaction.atomic():
        assessment = (
            locked_person(writer).assessment if writer else Assessment.objects.locked(assessment_id)
        )
        if assessment.is_decided:
            raise Decided
        refuse_unasked(assessment, question)
        yield


def _add(**note: Any) -> Note:
    """Store a note. The same one of just now is that of a first click. Raises Full."""
    stored, is_new = Note.objects.get_or_create(
        written_at__gt=timezone.now() - SECOND_CLICK, **note
    )
    if is_new and (stored.thread or stored).in_report:
        _refuse_too_much(stored.assessment_id)
    return stored


def _refuse_too_much(assessment_id: UUID) -> None:
    """Raise Full, for the transaction to take back, where the last note was one too many."""
    in_report = Q(in_report=True) | Q(thread__in_report=True)
    printed = Note.objects.filter(in_report, assessment=assessment_id)
    if printed.aggregate(length=Sum(Length("text") + EACH_COSTS))["length"] > MOST_PRINTED:
        raise Full


def _set_resolved(thread: Note, author: Author | None) -> None:
    thread.resolved_at = timezone.now() if author else None
    thread.resolved_by = author.name if author else ""
    thread.save(update_fields=["resolved_at", "resolved_by"])
