"""Notes and questions on a question of an assessment, in threads that can be resolved."""

from dataclasses import dataclass

from django.utils import timezone

from assessor.models import Assessment, Note, Respondent
from assessor.workflow.drafts import Refused


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
    """Start a thread on a question. Raises Decided."""
    _refuse_decided(assessment)
    return Note.objects.create(
        assessment=assessment,
        question=question,
        author=author.respondent,
        author_name=author.name,
        text=text,
        in_report=in_report,
    )


def reply(thread: Note, author: Author, text: str) -> Note:
    """Answer in a thread; a resolved one is open again. Raises Decided."""
    _refuse_decided(thread.assessment)
    _set_resolved(thread, None)
    return Note.objects.create(
        assessment_id=thread.assessment_id,
        question=thread.question,
        thread=thread,
        author=author.respondent,
        author_name=author.name,
        text=text,
    )


def resolve(thread: Note, author: Author) -> None:
    """Close a thread. Raises Decided."""
    _refuse_decided(thread.assessment)
    _set_resolved(thread, author)


def reopen(thread: Note) -> None:
    """Open a thread again. Raises Decided."""
    _refuse_decided(thread.assessment)
    _set_resolved(thread, None)


def _refuse_decided(assessment: Assessment) -> None:
    if assessment.is_decided:
        raise Decided


def _set_resolved(thread: Note, author: Author | None) -> None:
    thread.resolved_at = timezone.now() if author else None
    thread.resolved_by = author.name if author else ""
    thread.save(update_fields=["resolved_at", "resolved_by"])
