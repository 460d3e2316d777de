"""One assessment: its hub, saving while typing, checking the answers, submitting."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessor import access, drafts
from assessor.advice import eligibility, questionnaire
from assessor.advice.levels import plausible_levels
from assessor.forms import PageForm, seen_text
from assessor.knowledge import Answer, Answers
from assessor.knowledge.labels import answer_labels
from assessor.knowledge.question_bank import Group, Question
from assessor.models import Assessment, PrivateLink
from assessor.pages import Page, pages_of
from assessor.report import issued
from assessor.views.errors import already_submitted
from assessor.views.start import new_link, show_link


@dataclass(frozen=True)
class PageState:
    """How far a page is: questions shown, answered, still required, and when it was last saved."""

    page: Page
    shown: int
    answered: int
    missing: int
    saved_at: datetime | None

    @property
    def is_complete(self) -> bool:
        return self.missing == 0 and self.answered > 0

    @property
    def is_started(self) -> bool:
        return self.answered > 0


@dataclass(frozen=True)
class Line:
    """A question with its answer in words; ``labels`` is empty where there is no answer."""

    question: Question
    page: Page
    labels: list[str]
    is_unknown: bool


@require_safe
def hub(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show every page of the assessment with its state."""
    reader = access.reading(request, assessment_id)
    assessment = reader.assessment
    if not reader.may_edit:
        return redirect("result", assessment.pk)
    answers = assessment.given_answers()
    states = page_states(assessment, answers)
    context = {
        "assessment": assessment,
        "respondent": reader.respondent,
        "groups": _by_group(assessment, states),
        "shown": sum(state.shown for state in states),
        "answered": sum(state.answered for state in states),
        "ready": all(state.missing == 0 for state in states),
        "next_page": next((state.page for state in states if state.missing), None),
        "ruled_out": _ruled_out(assessment, answers),
        "options": len(assessment.knowledge.options),
        "report": assessment.latest_report(),
        "new_link": new_link(request),
        "origin_open": access.has_opened(request, assessment.origin_id),
    }
    return render(request, "assessment/hub.html", context)


def page_states(assessment: Assessment, answers: Answers) -> list[PageState]:
    """Return the state of every page that has questions to ask."""
    shown = {q.key: q for q in questionnaire.questions_shown(assessment.knowledge, answers)}
    saved_at = {key: row.saved_at for key, row in assessment.stored_answers.items()}
    states = []
    for page in pages_of(assessment.knowledge).values():
        questions = [question for question in page.questions if question.key in shown]
        given = [question for question in questions if question.key in answers]
        required = [question for question in questions if question.required]
        if questions:
            states.append(
                PageState(
                    page=page,
                    shown=len(questions),
                    answered=len(given),
                    missing=sum(question.key not in answers for question in required),
                    saved_at=max((saved_at[question.key] for question in given), default=None),
                )
            )
    return states


def _by_group(
    assessment: Assessment, states: list[PageState]
) -> list[tuple[Group, list[PageState]]]:
    return [
        (group, [state for state in states if state.page.group == group])
        for group in assessment.knowledge.question_bank.groups
    ]


def _ruled_out(assessment: Assessment, answers: Answers) -> int:
    """Count the architectures that the answers so far rule out for certain."""
    situation = questionnaire.situation_of(assessment.knowledge, answers)
    levels = plausible_levels(assessment.knowledge, situation)
    reasons = eligibility.exclusions(assessment.knowledge, situation, levels)
    return len(
        {reason.architecture for reason in reasons if isinstance(reason, eligibility.Exclusion)}
    )


@require_POST
def autosave(request: HttpRequest, assessment_id: UUID, step: str) -> HttpResponse:
    """Save what is valid on a page while the person types; never the only way to save.

    Answers with what the page has seen now, and which of its questions are asked now.
    """
    respondent = access.answering(request, assessment_id)
    assessment = respondent.assessment
    page = pages_of(assessment.knowledge).get(step)
    if page is None:
        raise Http404
    form = PageForm(
        request.POST,
        page=page,
        knowledge=assessment.knowledge,
        answers=assessment.given_answers(),
        partial=True,
    )
    form.full_clean()
    if form.is_tampered:
        return HttpResponse(status=400)
    try:
        seen = drafts.save(respondent, form.as_save(automatic=True))
    except drafts.ImpossibleRevision:
        return HttpResponse(status=400)
    except drafts.Refused:
        return HttpResponse(status=409)
    response = render(request, "wizard/_autosaved.html", {"seen": seen_text(seen)})
    shown = form.shown(form.answers())
    response["HX-Trigger"] = json.dumps(
        {"questionVisibility": {key: key in shown for key in form.questions}}
    )
    return response


@require_safe
def check(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show every answer, the missing ones first, before the assessment is submitted."""
    respondent = access.answering(request, assessment_id)
    assessment = respondent.assessment
    if not assessment.is_draft:
        return already_submitted(request, assessment)
    return _check_page(request, assessment)


def _check_page(request: HttpRequest, assessment: Assessment, status: int = 200) -> HttpResponse:
    answers = assessment.given_answers()
    lines = answer_lines(assessment, answers)
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
        "refused": status != 200,
        "unknown": [line for line in lines if line.is_unknown],
    }
    return render(request, "assessment/check.html", context, status=status)


def answer_lines(assessment: Assessment, answers: Answers) -> list[Line]:
    """Return every question that is shown, with its answer in words."""
    knowledge = assessment.knowledge
    page_of = {q.key: page for page in pages_of(knowledge).values() for q in page.questions}
    return [
        Line(
            question=question,
            page=page_of[question.key],
            labels=_labels(assessment, question, answers.get(question.key)),
            is_unknown=questionnaire.is_unknown(question, answers.get(question.key)),
        )
        for question in questionnaire.questions_shown(knowledge, answers)
    ]


def _labels(assessment: Assessment, question: Question, answer: Answer | None) -> list[str]:
    return [] if answer is None else answer_labels(assessment.knowledge, question, answer)


@require_POST
def submit(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Issue the report. Submitting twice gives the one report."""
    respondent = access.answering(request, assessment_id)
    try:
        report = drafts.submit(respondent)
    except drafts.Incomplete:
        return _check_page(request, respondent.assessment, status=422)
    transaction.on_commit(partial(issued.make_soon, report))
    return redirect("result", assessment_id)


@require_POST
def reopen(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Make a submitted assessment a draft again; its reports stay."""
    respondent = access.answering(request, assessment_id)
    drafts.reopen(respondent)
    messages.info(
        request,
        _("You can change answers now. The report you have stays; submitting makes the next one."),
    )
    return redirect("hub", assessment_id)


@require_POST
def make_link(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Make another private link, for another device; earlier ones keep working."""
    respondent = access.answering(request, assessment_id)
    response = redirect("hub", assessment_id)
    show_link(response, respondent, PrivateLink.issue(respondent))
    return response
