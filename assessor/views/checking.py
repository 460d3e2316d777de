"""Checking all answers before they are submitted, submitting, and taking them back for changes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessor import access
from assessor.advice import questionnaire
from assessor.discussion import open_notes
from assessor.knowledge import Answer
from assessor.knowledge.labels import answer_labels
from assessor.knowledge.question_bank import Question
from assessor.models import Assessment, Note, Respondent
from assessor.pages import Page, pages_of
from assessor.report.disputes import together
from assessor.views.errors import already_submitted
from assessor.views.issued import count_report, make_pdf_soon
from assessor.views.signing import too_late
from assessor.workflow import issuing, reviewing


@dataclass(frozen=True)
class Line:
    """A question with its answer in words; ``labels`` is empty where there is no answer.

    ``by`` is who gave the answer that counts, empty where it is the owner. ``carried_over``: it
    stands as it was taken over from elsewhere. ``open_notes`` counts threads not resolved.
    """

    question: Question
    page: Page
    labels: list[str]
    is_unknown: bool
    by: str
    carried_over: bool
    open_notes: int


@require_safe
def check(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show every answer, the missing ones first, before the assessment is submitted."""
    owner = access.owning(request, assessment_id)
    assessment = owner.assessment
    if not assessment.is_draft:
        return already_submitted(request, owner)
    return _check_page(request, owner)


def _check_page(
    request: HttpRequest, owner: Respondent, status: int = 200, *, is_outdated: bool = False
) -> HttpResponse:
    assessment = owner.assessment
    lines = answer_lines(assessment)
    missing = [line for line in lines if line.question.required and not line.labels]
    context = {
        "assessment": assessment,
        "pages": [
            (page, [line for line in lines if line.page == page])
            for page in pages_of(assessment.knowledge).values()
        ],
        "missing": missing,
        "missing_on": [
            (page, count)
            for page in pages_of(assessment.knowledge).values()
            if (count := sum(line.page == page for line in missing))
        ],
        "refused": status == 422,
        "is_outdated": is_outdated,
        "unknown": [line for line in lines if line.is_unknown],
        "threads": list(_threads(assessment)),
        "together": together(assessment.knowledge, issuing.voices_of(assessment)),
        "unfinished": [
            person
            for person in assessment.people[1:]
            if not (person.finished_at or person.withdrawn_at) and person.asked != Respondent.NONE
        ],
    }
    return render(request, "assessment/check.html", context, status=status)


@dataclass(frozen=True)
class Thread:
    """A note on a question with the number of replies to it."""

    question: Question
    note: Note
    replies: int


def _threads(assessment: Assessment) -> Iterator[Thread]:
    """Yield the notes in the order of their questions, whether these are asked now or not."""
    replies = Counter(note.thread_id for note in assessment.all_notes)
    for key, question in assessment.knowledge.questions.items():
        for note in assessment.all_notes:
            if note.question == key and note.thread_id is None:
                yield Thread(question, note, replies[note.pk])


def answer_lines(assessment: Assessment) -> list[Line]:
    """Return every question that is shown, with the answer that counts in words."""
    knowledge = assessment.knowledge
    now = assessment.working()
    page_of = {q.key: page for page in pages_of(knowledge).values() for q in page.questions}
    people = {str(person.pk): person for person in assessment.people}
    carried = _carried_over(assessment)
    notes = open_notes(assessment)
    return [
        Line(
            question=question,
            page=page_of[question.key],
            labels=_labels(assessment, question, now.answers.get(question.key)),
            is_unknown=questionnaire.is_unknown(question, now.answers.get(question.key)),
            by=_name(people.get(now.by.get(question.key, ""))),
            carried_over=question.key in carried
            and now.by.get(question.key) == str(assessment.people[0].pk),
            open_notes=notes[question.key],
        )
        for question in questionnaire.questions_shown(knowledge, now.answers)
    ]


def _name(person: Respondent | None) -> str:
    return "" if person is None or person.is_owner else str(person)


def _carried_over(assessment: Assessment) -> set[str]:
    """Return the questions whose answer is the one the assessment was started with."""
    if not (assessment.origin_id or assessment.imported):
        return set()
    own = assessment.answers_of(assessment.people[0]).values()
    return {row.question for row in own if row.revision == 1}


def _labels(assessment: Assessment, question: Question, answer: Answer | None) -> list[str]:
    return [] if answer is None else answer_labels(assessment.knowledge, question, answer)


@require_POST
def submit(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Issue the report. Submitting twice gives the one report."""
    owner = access.owning(request, assessment_id)
    count_report(owner)
    try:
        report = issuing.submit(owner, _seen(request))
    except issuing.Incomplete:
        return _check_page(request, owner, status=422)
    except issuing.ChangedMeanwhile:
        return _check_page(request, owner, status=409, is_outdated=True)
    make_pdf_soon(report)
    return redirect("result", assessment_id)


def _seen(request: HttpRequest) -> int | None:
    """Return the save that the check page showed, or None where it does not say."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@require_POST
def reopen(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Make a submitted assessment a draft again; its reports stay."""
    owner = access.owning(request, assessment_id)
    try:
        reviewing.reopen(owner)
    except reviewing.AlreadyDecided:
        return too_late(request, owner.assessment)
    messages.info(
        request,
        _("You can change answers now. The report you have stays; submitting makes the next one."),
    )
    return redirect("hub", assessment_id)
