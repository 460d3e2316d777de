"""Everything of an assessment as one JSON file. See docs/export-json.md."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects
from pydantic import Field

from assessor.knowledge import Answer
from assessor.models import (
    AnswerBase,
    Assessment,
    Edition,
    Link,
    Note,
    PrivateLink,
    Report,
)
from assessor.report import report_file
from assessor.report.report_file import Part, Sha256

PERSON = "Key of the person in `people`."
NUMBER = "Number of the report."


class EditionPart(Part):
    """The questions and rules that the assessment is pinned to."""

    version: str
    sha256: Sha256


class Origin(Part):
    """What the assessment took its first answers from: another one, or the file of a report."""

    assessment: UUID | None = Field(description="Key of the other one; null if it was deleted.")
    report: int | None = Field(description="Number of the report they stood in.")
    file: dict[str, Any] | None = Field(description="What the file said of itself.")


class LinkPart(Part):
    """When a link was made, until when it works, and when it was withdrawn."""

    made_at: datetime
    works_until: datetime
    withdrawn_at: datetime | None


class SharedLinkPart(LinkPart):
    """A link to the result."""

    label: str = Field(description="For whom it is.")


class PersonPart(Part):
    """Somebody who takes part."""

    key: str
    name: str
    role: str = Field(description="Key of a role of the edition.")
    email: str
    is_owner: bool
    asked: str = Field(description="`all`, `none`, `group:KEY` or `role:KEY`.")
    sees_all: bool
    may_sign: bool
    may_decide: bool
    message: str = Field(description="What the owner wrote to them.")
    joined_at: datetime
    opened_at: datetime | None = Field(description="When they came first.")
    finished_at: datetime | None
    withdrawn_at: datetime | None
    counts: bool = Field(description="Whether their answers count.")
    links: tuple[LinkPart, ...]


COLUMNS = PersonPart.model_fields.keys() - {"key", "links"}
"""What stands about a person as it is stored."""


class AnswerPart(Part):
    """What somebody answers now; null where they took it back."""

    person: str = Field(description=PERSON)
    question: str
    answer: Answer | None
    save: int = Field(description="In which of the saves it came.")
    saved_at: datetime


class ChangePart(AnswerPart):
    """What an answer was changed to."""

    automatic: bool = Field(description="Saved while somebody typed.")


class SettlementPart(Part):
    """A question on which people disagreed, and what the owner settled it on."""

    question: str
    answer: Answer
    reason: str
    person: str = Field(description=PERSON)
    settled_at: datetime


class ReplyPart(Part):
    """A reply in a thread. ``person`` is null where staff wrote it."""

    person: str | None = Field(description=PERSON)
    name: str
    text: str
    written_at: datetime


class NotePart(ReplyPart):
    """A note on a question, with its replies."""

    question: str
    in_report: bool
    resolved_at: datetime | None
    resolved_by: str
    replies: tuple[ReplyPart, ...]


class SignaturePart(Part):
    """What somebody said to a suggestion."""

    report: int = Field(description=NUMBER)
    suggestion_sha256: Sha256
    person: str = Field(description=PERSON)
    name: str
    role: str
    opinion: str = Field(description="`agree`, `conditions` or `disagree`.")
    reason: str
    accepted_risks: tuple[str, ...] = Field(description="Keys of risks.")
    signed_at: datetime


class ReviewPart(Part):
    """A step on the way to a decision."""

    report: int = Field(description=NUMBER)
    step: str = Field(
        description="`submitted`, `reopened`, `changes` (requested), `approved` or `declined`."
    )
    name: str
    role: str
    reason: str
    at: datetime


class Export(Part):
    """Everything of an assessment."""

    format: Literal["assessor-export"] = "assessor-export"
    version: Literal[1] = 1
    assessment: UUID
    initiative: str
    organisation: str
    status: str = Field(description="`draft`, `submitted`, `changes`, `approved` or `declined`.")
    started_at: datetime
    saved_at: datetime
    saves: int
    edition: EditionPart
    origin: Origin | None
    chosen: str = Field(description="Architecture that was chosen, or nothing.")
    chosen_because: str
    people: tuple[PersonPart, ...]
    answers: tuple[AnswerPart, ...]
    changes: tuple[ChangePart, ...]
    settlements: tuple[SettlementPart, ...]
    notes: tuple[NotePart, ...]
    reports: tuple[dict[str, Any], ...] = Field(
        description="Each as docs/report-json.schema.json has it."
    )
    signatures: tuple[SignaturePart, ...]
    reviews: tuple[ReviewPart, ...]
    shared_links: tuple[SharedLinkPart, ...]


def written(assessment: Assessment) -> bytes:
    """Return the file: the same bytes as long as nothing is changed."""
    value = everything(assessment).model_dump(mode="json")
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False).encode()


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file."""
    return Export.model_json_schema(mode="serialization")


def everything(assessment: Assessment) -> Export:
    """Return all there is of an assessment but secrets, in a lasting order."""
    reports = list(assessment.reports.order_by("number"))
    numbers = {report.pk: report.number for report in reports}
    return Export(
        assessment=assessment.pk,
        initiative=assessment.initiative,
        organisation=assessment.organisation,
        status=assessment.status,
        started_at=assessment.created_at,
        saved_at=assessment.updated_at,
        saves=assessment.revision,
        edition=_edition(assessment),
        origin=_origin(assessment),
        chosen=assessment.chosen,
        chosen_because=assessment.chosen_because,
        people=tuple(_people(assessment)),
        answers=tuple(_answers(assessment)),
        changes=tuple(_changes(assessment)),
        settlements=tuple(_settlements(assessment)),
        notes=tuple(_notes(assessment)),
        reports=tuple(_report(report) for report in reports),
        signatures=tuple(_signatures(assessment, numbers)),
        reviews=tuple(_reviews(assessment, numbers)),
        shared_links=tuple(_shared_links(assessment)),
    )


def _edition(assessment: Assessment) -> EditionPart:
    edition = Edition.objects.get(pk=assessment.edition_id)
    return EditionPart(version=edition.version, sha256=edition.sha256)


def _origin(assessment: Assessment) -> Origin | None:
    if not (assessment.origin_id or assessment.origin_report or assessment.imported):
        return None
    return Origin(
        assessment=assessment.origin_id,
        report=assessment.origin_report,
        file=assessment.imported,
    )


# ---------------------------------------------------------------- people and what they said


def _people(assessment: Assessment) -> Iterable[PersonPart]:
    prefetch_related_objects(
        assessment.people, Prefetch("links", PrivateLink.objects.order_by("pk"))
    )
    for person in assessment.people:
        yield PersonPart(
            key=_key(person.pk),
            links=tuple(LinkPart(**_times(link)) for link in person.links.all()),
            **{name: getattr(person, name) for name in COLUMNS},
        )


def _times(link: Link) -> dict[str, Any]:
    return {
        "made_at": link.created_at,
        "works_until": link.expires_at,
        "withdrawn_at": link.revoked_at,
    }


def _key(person_pk: int) -> str:
    return str(person_pk)


def _key_if_any(person_pk: int | None) -> str | None:
    return None if person_pk is None else _key(person_pk)


def _answers(assessment: Assessment) -> Iterable[AnswerPart]:
    for row in assessment.answers.order_by("respondent_id", "question"):
        yield AnswerPart(person=_key(row.respondent_id), **_answer(row))


def _changes(assessment: Assessment) -> Iterable[ChangePart]:
    for row in assessment.changes.order_by("revision", "respondent_id", "question"):
        person = _key(row.respondent_id)
        yield ChangePart(person=person, automatic=row.automatic, **_answer(row))


def _answer(row: AnswerBase) -> dict[str, Any]:
    return {
        "question": row.question,
        "answer": row.value,
        "save": row.revision,
        "saved_at": row.saved_at,
    }


def _settlements(assessment: Assessment) -> Iterable[SettlementPart]:
    for row in assessment.settlements.order_by("question"):
        yield SettlementPart(
            question=row.question,
            answer=row.value,
            reason=row.reason,
            person=_key(row.settled_by_id),
            settled_at=row.settled_at,
        )


def _notes(assessment: Assessment) -> Iterable[NotePart]:
    replies: dict[int, list[ReplyPart]] = {}
    for note in assessment.all_notes:
        if note.thread_id is not None:
            replies.setdefault(note.thread_id, []).append(ReplyPart(**_said(note)))
    for note in assessment.all_notes:
        if note.thread_id is None:
            yield NotePart(
                question=note.question,
                in_report=note.in_report,
                resolved_at=note.resolved_at,
                resolved_by=note.resolved_by,
                replies=tuple(replies.get(note.pk, ())),
                **_said(note),
            )


def _said(note: Note) -> dict[str, Any]:
    return {
        "person": _key_if_any(note.author_id),
        "name": note.author_name,
        "text": note.text,
        "written_at": note.written_at,
    }


# ---------------------------------------------------------------- what came of it


def _report(report: Report) -> dict[str, Any]:
    file: dict[str, Any] = json.loads(report_file.written(report))
    return file


def _signatures(assessment: Assessment, numbers: dict[int, int]) -> Iterable[SignaturePart]:
    for row in assessment.signatures.all():
        yield SignaturePart(
            report=numbers[row.report_id],
            suggestion_sha256=row.suggestion_sha256,
            person=_key(row.respondent_id),
            name=row.name,
            role=row.role,
            opinion=row.opinion,
            reason=row.reason,
            accepted_risks=tuple(row.accepted_risks),
            signed_at=row.at,
        )


def _reviews(assessment: Assessment, numbers: dict[int, int]) -> Iterable[ReviewPart]:
    for row in assessment.reviews.all():
        yield ReviewPart(
            report=numbers[row.report_id],
            step=row.step,
            name=row.name,
            role=row.role,
            reason=row.reason,
            at=row.at,
        )


def _shared_links(assessment: Assessment) -> Iterable[SharedLinkPart]:
    for link in assessment.shared_links.order_by("pk"):
        yield SharedLinkPart(label=link.label, **_times(link))
