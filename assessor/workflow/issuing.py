"""Issuing reports: the suggestion is computed once, at submission, and frozen with its evidence."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from assessor.advice import advise, questionnaire
from assessor.advice.agreement import agreement
from assessor.evidence import Person, Remark, Settled, SignOff, Voices
from assessor.knowledge.hashing import sha256_of
from assessor.knowledge.labels import role_label
from assessor.knowledge.question_bank import Question
from assessor.models import Assessment, Note, Report, Respondent, Review
from assessor.workflow import audit, tallying
from assessor.workflow.drafts import AlreadySubmitted, Refused, locked_draft
from assessor.workflow.indexing import index
from assessor.workflow.signatures import latest_signatures, signed

SAME = (
    "edition",
    "initiative",
    "organisation",
    "prepared_by",
    "answers",
    "suggestion",
    "leader",
    "score",
    "status",
    "voices",
)
"""What every report over the same suggestion says alike."""


class Incomplete(Refused):
    """Questions that must be answered before submission have no answer."""

    def __init__(self, missing: tuple[Question, ...]) -> None:
        super().__init__("Some questions have no answer yet")
        self.missing = missing


class ChangedMeanwhile(Refused):
    """An answer was changed after the page was shown on which somebody submits."""


def submit(owner: Respondent, revision: int | None = None) -> Report:
    """Compute the suggestion and issue it as the next report of the assessment.

    ``revision``: the save that the person has seen. Submitting twice gives the one report.
    Raises Incomplete or ChangedMeanwhile.
    """
    with transaction.atomic():
        try:
            assessment = locked_draft(owner.assessment_id)
        except AlreadySubmitted:
            return Report.objects.filter(assessment_id=owner.assessment_id).latest("number")
        unanswered = questionnaire.unanswered(assessment.knowledge, assessment.given_answers())
        if unanswered:
            raise Incomplete(unanswered)
        if revision is not None and revision != assessment.revision:
            raise ChangedMeanwhile
        report = _issue(assessment, **_computed(assessment), prepared_by=owner.name, carry=True)
        with tallying.kept(assessment.pk):
            _handed_in(assessment, report, owner)
        return report


def _handed_in(assessment: Assessment, report: Report, owner: Respondent) -> None:
    index(report)
    assessment.status = Assessment.Status.SUBMITTED
    assessment.updated_at = report.issued_at
    assessment.save(update_fields=["status", "updated_at"])
    Review.objects.create(
        assessment=assessment,
        report=report,
        step=Review.Step.SUBMITTED,
        name=owner.name,
        role=role_label(assessment.knowledge, owner.role),
        at=report.issued_at,
    )
    number = f"report {report.number}"
    audit.record("assessment.submitted", audit.actor_of(owner), assessment, number)


def issue_again(report: Report, sign_off: SignOff) -> Report:
    """Issue the next report over the same suggestion, with who has signed and decided by now.

    To be called where the assessment is locked.
    """
    same = {name: getattr(report, name) for name in SAME}
    return _issue(report.assessment, **same, sign_off=sign_off.model_dump(mode="json"))


def _computed(assessment: Assessment) -> dict[str, Any]:
    """Return what the answers come to now."""
    answers = questionnaire.asked(assessment.knowledge, assessment.given_answers())
    suggestion = advise(assessment.knowledge, answers)
    return {
        "edition": assessment.edition,
        "initiative": assessment.initiative,
        "organisation": assessment.organisation,
        "answers": answers,
        "suggestion": suggestion.model_dump(mode="json"),
        "leader": suggestion.leader or "",
        "score": suggestion.ranking[0].score if suggestion.ranking else None,
        "status": suggestion.status,
        "voices": _voices(assessment),
    }


def _issue(assessment: Assessment, *, carry: bool = False, **content: Any) -> Report:
    """Store the next report. ``carry``: with the signatures that hold for the same suggestion."""
    number = assessment.reports.count() + 1
    report = Report(assessment=assessment, number=number, **content)
    if carry:
        report.sign_off = _still_signed(assessment, report)
    report.sha256 = sha256_of(report.content())
    report.save(force_insert=True)
    return report


def _still_signed(assessment: Assessment, report: Report) -> dict[str, Any]:
    """Return the signatures given before to what the report says; nothing where there are none."""
    rows = latest_signatures(assessment, report.suggestion_sha256)
    return SignOff(signatures=signed(rows)).model_dump(mode="json") if rows else {}


# ---------------------------------------------------------------- what people said


def voices_of(assessment: Assessment) -> Voices:
    """Return who answered what, and where they differ; without people where one did it alone."""
    now = assessment.working()
    people = tuple(_people(assessment))
    remarks = tuple(_remarks(assessment))
    if len(people) < 2:
        return Voices(remarks=remarks)
    return Voices(
        people=people,
        by=now.by,
        held=now.held,
        settled={
            key: Settled(
                answer=row.value,
                reason=row.reason,
                name=str(row.settled_by),
                at=row.settled_at,
            )
            for key, row in assessment.settled.items()
        },
        agreement=agreement(assessment.knowledge, assessment.voices(), now),
        remarks=remarks,
    )


def _voices(assessment: Assessment) -> dict[str, Any]:
    voices = voices_of(assessment)
    return voices.model_dump(mode="json") if voices != Voices() else {}


def _people(assessment: Assessment) -> Iterable[Person]:
    for person in assessment.people:
        answers, rows = assessment.given_by(person), assessment.answers_of(person)
        if answers:
            yield Person(
                key=str(person.pk),
                name=str(person),
                role=person.role,
                is_owner=person.is_owner,
                answers=answers,
                said_at={key: rows[key].saved_at for key in answers},
                finished_at=person.finished_at,
                counts=person.counts,
            )


def _remarks(assessment: Assessment) -> Iterable[Remark]:
    replies: dict[int, list[Note]] = {}
    notes = assessment.all_notes
    for note in notes:
        if note.thread_id:
            replies.setdefault(note.thread_id, []).append(note)
    for note in notes:
        is_asked = note.question in assessment.knowledge.questions
        if note.in_report and note.thread_id is None and is_asked:
            yield _remark(note, tuple(_remark(reply) for reply in replies.get(note.pk, [])))


def _remark(note: Note, replies: tuple[Remark, ...] = ()) -> Remark:
    return Remark(
        question=note.question,
        name=note.author_name,
        at=note.written_at,
        text=note.text,
        resolved=note.resolved_at is not None,
        replies=replies,
    )
