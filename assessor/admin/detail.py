"""What the page of one assessment shows: who answered what, and what came of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from assessor.admin.lists import time_words
from assessor.advice import questionnaire
from assessor.answer_history import Change, history
from assessor.carrying_over import in_words
from assessor.discussion import title_of
from assessor.finding.words import architecture_name, result_words, score_words
from assessor.knowledge import KnowledgeBase
from assessor.knowledge.labels import role_label
from assessor.models import (
    AnswerChange,
    Assessment,
    Note,
    Report,
    Respondent,
    Review,
    Signature,
    StoredAnswer,
)
from assessor.report import options
from assessor.report.codes import code_of
from assessor.report.record import record_of

FIRST_OPTIONS = 3
MOST_CHANGES = 2000
"""So many changes of answers are read, the latest ones; the page of a question has all of its."""

SHOWN_CHANGES = 5
"""So many changes of one answer are shown."""

MOST_SORTED = 200
COMPARABLE = 20
"""So many other assessments are offered to compare with, of the same organisation and of others."""

DOCUMENTS = ("answers", "suggestion", "voices", "sign_off")
"""The large columns of a report."""


# ---------------------------------------------------------------- answers


@dataclass(frozen=True)
class ChangeRow:
    """A change of an answer in words; no words where it was taken back."""

    when: str
    old: str
    new: str


@dataclass(frozen=True)
class Said:
    """What somebody answers; no words where they took it back. ``changes``: the latest first."""

    person: Respondent
    title: str
    words: list[str]
    when: str
    changes: list[ChangeRow]
    is_more: bool
    counts: bool


@dataclass(frozen=True)
class QuestionRow:
    """A question that somebody answered. ``is_asked`` is false when it is not asked any more."""

    group: str
    text: str
    address: str
    said: list[Said]
    is_asked: bool


class Answers:
    """Everybody's answers in the order of the questionnaire, read a table at a time."""

    def __init__(self, assessment: Assessment) -> None:
        self._assessment = assessment
        self._knowledge: KnowledgeBase = assessment.knowledge
        self._people = {person.pk: person for person in assessment.people}
        self._rows: dict[str, list[StoredAnswer]] = {}
        for row in assessment.stored_answers:
            self._rows.setdefault(row.question, []).append(row)
        self._changes = changes(assessment)
        self._now = assessment.working()

    def __iter__(self) -> Iterator[QuestionRow]:
        groups = {group.key: group.title for group in self._knowledge.question_bank.groups}
        asked = questionnaire.asked(self._knowledge, self._now.answers)
        for key, question in self._knowledge.questions.items():
            if key in self._rows:
                yield QuestionRow(
                    group=groups[question.group],
                    text=question.text,
                    address=reverse("question", args=[self._assessment.pk, key]),
                    said=list(self._said(key)),
                    is_asked=key in asked or key not in self._now.answers,
                )

    def _said(self, key: str) -> Iterator[Said]:
        places = {pk: place for place, pk in enumerate(self._people)}
        rows = sorted(self._rows[key], key=lambda row: places[row.respondent_id])
        for row in rows:
            person = self._people[row.respondent_id]
            # The first is that there was an answer at all, which stands there with its time.
            changed = [
                each for each in self._changes.get((key, person.pk), []) if each.old is not None
            ]
            yield Said(
                person=person,
                title=title_of(person),
                words=in_words(self._knowledge, key, row.value),
                when=time_words(row.saved_at),
                changes=[self._change(key, each) for each in changed[:SHOWN_CHANGES]],
                is_more=len(changed) > SHOWN_CHANGES,
                counts=len(rows) > 1 and self._now.by.get(key) == str(person.pk),
            )

    def _change(self, key: str, change: Change) -> ChangeRow:
        old, new = (
            "; ".join(in_words(self._knowledge, key, answer)) for answer in (change.old, change.new)
        )
        return ChangeRow(time_words(change.at), old, new)


def changes(assessment: Assessment) -> Mapping[tuple[str, int], list[Change]]:
    """Return the changes of each answer, by question and person, the last first."""
    latest = assessment.changes.order_by("-revision", "-pk")
    by_question: dict[str, list[AnswerChange]] = {}
    for row in reversed(latest[:MOST_CHANGES]):
        by_question.setdefault(row.question, []).append(row)
    found: dict[tuple[str, int], list[Change]] = {}
    for question, rows in by_question.items():
        for change in history(rows):
            found.setdefault((question, change.respondent_pk), []).append(change)
    return found


# ---------------------------------------------------------------- what came of it


@dataclass(frozen=True)
class Links:
    """Where to read a result, and where to get it on paper."""

    result: str
    pdf: str


def links(assessment_pk: UUID, number: int | None = None) -> Links:
    """Return the addresses of one report, without a number those of the latest."""
    query = {"report": number} if number else None
    return Links(
        reverse("result", args=[assessment_pk], query=query),
        reverse("pdf", args=[assessment_pk], query=query),
    )


@dataclass(frozen=True)
class ReportRow:
    """An issued report in words."""

    report: Report
    suggested: str
    score: str
    result: str
    issued: str
    code: str
    links: Links


def report_row(report: Report) -> ReportRow:
    return ReportRow(
        report=report,
        suggested=architecture_name(report.edition_id, report.leader),
        score=score_words(report.score),
        result=result_words(report.status),
        issued=time_words(report.issued_at),
        code=code_of(report.sha256),
        links=links(report.assessment_id, report.number),
    )


def report_rows(assessment: Assessment) -> list[ReportRow]:
    """Return all reports without what they say, the last first."""
    return [report_row(row) for row in assessment.reports.defer(*DOCUMENTS).order_by("-number")]


def outcome(report: Report) -> dict[str, Any]:
    """Return the first options of a report, and how many are out of how many."""
    record = record_of(report)
    return {
        "ranking": options.ranked(record)[:FIRST_OPTIONS],
        "ruled_out": len({exclusion.architecture for exclusion in record.suggestion.excluded}),
        "options": len(record.knowledge.options),
    }


@dataclass(frozen=True)
class StepRow:
    """A signature, or a step on the way to a decision, in words."""

    at: datetime
    when: str
    what: str
    who: str
    role: str
    report: int
    reason: str
    risks: list[str] = field(default_factory=list)


def step_rows(assessment: Assessment, reports: Iterable[ReportRow]) -> list[StepRow]:
    """Return who signed, submitted, reviewed and decided, as it came about."""
    numbers = {row.report.pk: row.report.number for row in reports}
    rows: Iterable[StepRow] = (
        *(_review_row(row, numbers) for row in assessment.reviews.all()),
        *(_signature_row(row, numbers, assessment) for row in assessment.signatures.all()),
    )
    return sorted(rows, key=lambda row: row.at)


def _review_row(row: Review, numbers: Mapping[int, int]) -> StepRow:
    return StepRow(
        at=row.at,
        when=time_words(row.at),
        what=str(row.get_step_display()),
        who=row.name or _("Owner"),
        role=row.role,
        report=numbers[row.report_id],
        reason=row.reason,
    )


def _signature_row(row: Signature, numbers: Mapping[int, int], assessment: Assessment) -> StepRow:
    risks = {risk.key: risk.label for risk in assessment.knowledge.controls.risks}
    return StepRow(
        at=row.at,
        when=time_words(row.at),
        what=_("Signed: %s") % row.get_opinion_display(),
        who=row.name or _("Owner"),
        role=row.role,
        report=numbers[row.report_id],
        reason=row.reason,
        risks=[risks.get(key, key) for key in row.accepted_risks],
    )


@dataclass(frozen=True)
class Thread:
    """A note on a question with the replies to it."""

    note: Note
    question: str
    address: str
    replies: list[Note] = field(default_factory=list)


def threads(assessment: Assessment) -> list[Thread]:
    """Return what those who take part note, as it was written."""
    texts = {key: question.text for key, question in assessment.knowledge.questions.items()}
    found: dict[int, Thread] = {}
    for note in assessment.all_notes:
        if note.thread_id is None:
            address = reverse("question", args=[assessment.pk, note.question])
            found[note.pk] = Thread(note, texts.get(note.question, note.question), address)
    for note in assessment.all_notes:
        if note.thread_id is not None:
            found[note.thread_id].replies.append(note)
    return list(found.values())


# ---------------------------------------------------------------- people and others


def described(respondent: Respondent, knowledge: KnowledgeBase) -> str:
    """Return name, e-mail and role in words, as far as they were given."""
    role = role_label(knowledge, respondent.role)
    return ", ".join(filter(None, [respondent.name, respondent.email, role])) or str(respondent)


def comparable(assessment: Assessment) -> list[tuple[str, list[Assessment]]]:
    """Return other submitted assessments by whose they are, the last submitted first."""
    others = (
        Assessment.objects.filter(submitted_at__isnull=False)
        .exclude(pk=assessment.pk)
        .only("initiative", "organisation", "submitted_at")
    )
    # Found by the organisation and sorted here: a database may go through all others in order.
    own = list(others.filter(organisation=assessment.organisation).order_by()[:MOST_SORTED])
    own.sort(key=lambda other: other.submitted_at or other.created_at, reverse=True)
    rest = others.exclude(organisation=assessment.organisation).order_by("-submitted_at")
    groups = [
        (assessment.organisation, own[:COMPARABLE]),
        (_("Other organisations"), list(rest[:COMPARABLE])),
    ]
    return [(name, found) for name, found in groups if found]
