"""Deciding on a suggestion: approving it or another, asking for changes, declining."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assessor import access
from assessor.access import Decider
from assessor.forms.decisions import DecisionForm
from assessor.models import Report, Review, Signature
from assessor.report import pdf
from assessor.report.reading import Reading, read
from assessor.report.record import record_of
from assessor.report.sign_off import signatories
from assessor.views import trail
from assessor.views.issued import make_pdf_soon
from assessor.views.methods import LOOK_AND_SEND
from assessor.views.signing import may_be_signed, not_as_seen, too_late
from assessor.workflow import audit, reviewing
from assessor.workflow.drafts import Refused
from assessor.workflow.reviewing import Decision
from assessor.workflow.signatures import latest_signatures, signed, yet_to_sign

CONFIRMED = "yes"
"""What the page that repeats the decision sends to have it carried out; else back to the form."""

DONE: dict[str, Promise] = {
    Review.Step.CHANGES_REQUESTED: gettext_lazy("Changes are requested. Answers can be changed."),
    Review.Step.APPROVED: gettext_lazy("Approved. The new report says so."),
    Review.Step.DECLINED: gettext_lazy("Declined. The new report says so."),
}


@require_http_methods(LOOK_AND_SEND)
def decide(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Take a decision in two steps: what it is, and once more in words before it is carried out."""
    decider = access.deciding(request, assessment_id)
    if _is_nameless(request, assessment_id):
        return redirect("introduce", assessment_id)
    assessment = decider.assessment
    report = assessment.latest_report()
    if report and decider.actor == audit.account(request.user):
        trail.viewed(request, "report.viewed", assessment, f"report {report.number}")
    # A decision that is sent twice finds the assessment decided; reviewing knows it again.
    if report is None or not (may_be_signed(assessment) or _is_confirmed(request)):
        return too_late(request, assessment)
    if request.method == "POST" and (refusal := not_as_seen(request, assessment, report)):
        return refusal
    return _decide_page(request, decider, report)


def _is_nameless(request: HttpRequest, assessment_id: UUID) -> bool:
    """Say whether somebody invited has not said yet who they are."""
    try:
        person = access.taking_part(request, assessment_id)
    except Http404:
        return False
    return not (person.is_owner or (person.name and person.role))


def _is_confirmed(request: HttpRequest) -> bool:
    return request.POST.get("confirmed") == CONFIRMED


def _decide_page(request: HttpRequest, decider: Decider, report: Report) -> HttpResponse:
    reading = read(record_of(report))
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        initial={"seen": report.suggestion_sha256},
        reading=reading,
    )
    is_valid = form.is_valid()
    if is_valid and _is_confirmed(request):
        return _carried_out(request, decider, form.decided())
    context = _context(decider, reading, report) | {"form": form}
    if is_valid and "confirmed" not in request.POST:
        context |= _repeated(reading, form.decided())
        return render(request, "decision/confirm.html", context)
    status = 422 if form.errors else 200
    return render(request, "decision/decide.html", context, status=status)


def _context(decider: Decider, reading: Reading, report: Report) -> dict[str, Any]:
    """Return what both steps show: the suggestion, and who has said what to it."""
    rows = latest_signatures(decider.assessment, report.suggestion_sha256)
    shown = signatories(reading.record, signed(rows))
    return {
        "assessment": decider.assessment,
        "decider": decider,
        "reading": reading,
        "signatories": shown,
        "against": [each.name for each in shown if each.opinion == Signature.Opinion.DISAGREE],
        "no_pdf": pdf.availability(),
        "yet_to_sign": yet_to_sign(decider.assessment, rows),
    }


def _repeated(reading: Reading, decision: Decision) -> dict[str, Any]:
    """Return the decision in words, to be confirmed."""
    options = reading.record.knowledge.options
    return {
        "decision": decision,
        "chosen": options[decision.chosen].short_name if decision.chosen else "",
        "is_ruled_out": any(out.architecture.key == decision.chosen for out in reading.out),
    }


def _carried_out(request: HttpRequest, decider: Decider, decision: Decision) -> HttpResponse:
    try:
        if decision.step == Review.Step.CHANGES_REQUESTED:
            reviewing.request_changes(decider, decision)
        else:
            report = reviewing.decide(decider, decision)
            make_pdf_soon(report)
    except Refused:
        return too_late(request, decider.assessment)
    messages.success(request, str(DONE[decision.step]))
    return redirect("result", decider.assessment.pk)
