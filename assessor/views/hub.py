"""One assessment: its hub, for the owner and for those who were invited."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessor import access, limits
from assessor.advice import eligibility, questionnaire
from assessor.advice.levels import plausible_levels
from assessor.evidence import SignOff
from assessor.knowledge import Answers
from assessor.knowledge.labels import role_label
from assessor.knowledge.question_bank import Group
from assessor.models import Assessment, Report, Respondent
from assessor.pages import Page
from assessor.viewpoint import Viewpoint
from assessor.views.links import Cookie, address_of, token_just_made
from assessor.views.methods import LOOK_AND_SEND
from assessor.views.start import into_hub, show_link
from assessor.workflow import audit, inviting, moving


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
class Progress:
    """How far somebody is: questions put to them that are asked now, and those answered."""

    person: Respondent
    role: str
    asked: int
    answered: int
    saved_at: datetime | None


@dataclass(frozen=True)
class IssuedReport:
    """A report and what it marks: submitted, signed, approved or declined. ``by`` may be empty."""

    number: int
    issued_at: datetime
    marks: str
    by: str


@require_safe
def hub(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show everybody who takes part what there is to do; lead readers to the result."""
    try:
        person = access.taking_part(request, assessment_id)
    except Http404:
        access.reading(request, assessment_id)
        return redirect("result", assessment_id)
    if not person.is_owner:
        return _colleague(request, person)
    return _owner(request, person)


def _owner(request: HttpRequest, owner: Respondent) -> HttpResponse:
    assessment = owner.assessment
    answers = assessment.given_answers()
    states = page_states(Viewpoint(owner), answers)
    context = {
        "assessment": assessment,
        "respondent": owner,
        "groups": _by_group(assessment, states),
        "shown": sum(state.shown for state in states),
        "answered": sum(state.answered for state in states),
        "last_saved": max((row.saved_at for row in assessment.stored_answers), default=None),
        "ready": all(state.missing == 0 for state in states),
        "next_page": next((state.page for state in states if state.missing), None),
        "ruled_out": _ruled_out(assessment, answers),
        "options": len(assessment.knowledge.options),
        "reports": issued_reports(assessment),
        "step": assessment.reviews.last(),
        "new_link": address_of(token_just_made(request, Cookie.HUB)),
        "origin_open": access.may_read(request, assessment.origin_id),
        "people": [progress(person) for person in assessment.people[1:]],
        "chosen_otherwise": _chosen_otherwise(assessment),
        "newer_edition": moving.newer(assessment),
    }
    return render(request, "assessment/hub.html", context)


def _chosen_otherwise(assessment: Assessment) -> dict[str, str] | None:
    """Return what was suggested and what was chosen instead, by name; None where they agree."""
    if not assessment.chosen or assessment.chosen == assessment.suggested:
        return None
    options = assessment.knowledge.options
    suggested = options.get(assessment.suggested)
    return {
        "suggested": suggested.short_name if suggested else "–",
        "chosen": options[assessment.chosen].short_name,
    }


def _colleague(request: HttpRequest, person: Respondent) -> HttpResponse:
    """Show somebody invited what is asked of them, and why."""
    assessment = person.assessment
    if not (person.name and person.role):
        return redirect("introduce", assessment.pk)
    viewpoint = Viewpoint(person)
    states = page_states(viewpoint, viewpoint.given)
    context = {
        "assessment": assessment,
        "respondent": person,
        "role": role_label(assessment.knowledge, person.role),
        "owner": assessment.people[0],
        "groups": _by_group(assessment, states),
        "shown": sum(state.shown for state in states),
        "answered": sum(state.answered for state in states),
        "minutes": sum(state.page.minutes for state in states),
        "next_page": next((state.page for state in states if state.answered < state.shown), None),
        "report": assessment.latest_report(),
        "step": assessment.reviews.last(),
    }
    return render(request, "assessment/colleague.html", context)


def page_states(viewpoint: Viewpoint, answers: Answers) -> list[PageState]:
    """Return the state of every page that has questions for this person, by these answers."""
    shown = {question.key for question in viewpoint.shown()}
    own = viewpoint.respondent.is_owner
    rows = viewpoint.assessment.stored_answers if own else viewpoint.mine.values()
    saved_at: dict[str, datetime] = {}
    for row in rows:
        saved_at[row.question] = max(row.saved_at, saved_at.get(row.question, row.saved_at))
    states = []
    for page in viewpoint.pages.values():
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


def progress(person: Respondent) -> Progress:
    """Return how far somebody is; ``person.assessment`` should be the one already fetched."""
    viewpoint = Viewpoint(person)
    shown = viewpoint.shown()
    return Progress(
        person=person,
        role=role_label(person.assessment.knowledge, person.role),
        asked=len(shown),
        answered=sum(question.key in viewpoint.given for question in shown),
        saved_at=max((viewpoint.mine[key].saved_at for key in viewpoint.given), default=None),
    )


def issued_reports(assessment: Assessment) -> list[IssuedReport]:
    """Return every report, the latest first, without the large columns that no list shows."""
    columns = ("assessment", "number", "issued_at", "prepared_by", "sign_off")
    return [_marked(report) for report in assessment.reports.only(*columns).order_by("-number")]


def _marked(report: Report) -> IssuedReport:
    """Say what a report was issued for: the decision, else the last signature, else submitting."""
    sign_off = SignOff.model_validate(report.sign_off)
    marks, by = "submitted", report.prepared_by
    if sign_off.decision:
        marks, by = sign_off.decision.step, sign_off.decision.name
    elif sign_off.signatures:
        marks, by = "signed", sign_off.signatures[-1].name
    return IssuedReport(report.number, report.issued_at, marks, by)


def _by_group(
    assessment: Assessment, states: list[PageState]
) -> list[tuple[Group, list[PageState]]]:
    return [
        (group, there)
        for group in assessment.knowledge.question_bank.groups
        if (there := [state for state in states if state.page.group == group])
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
def make_link(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Make another private link, for another device; earlier ones keep working."""
    owner = access.owning(request, assessment_id)
    limits.take("INVITATIONS", assessment_id)
    response = redirect("hub", assessment_id)
    show_link(response, owner, inviting.another_link(owner))
    return response


@require_http_methods(LOOK_AND_SEND)
def end_links(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Ask, then give the owner a new private link and end all others of theirs.

    Counted apart: whoever has found a link cannot use up what ends it.
    """
    owner = access.owning(request, assessment_id)
    if request.method != "POST":
        back = reverse("hub", args=[assessment_id])
        context = {"assessment": owner.assessment, "back": back}
        return render(request, "assessment/end_links.html", context)
    limits.take("INVITATIONS", "ended", assessment_id)
    token = inviting.renew_link(owner, audit.actor_of(owner))
    messages.success(request, _("Your other links do not work any more."))
    return into_hub(request, owner, token)
