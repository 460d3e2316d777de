"""Signing a suggestion: agreeing, agreeing with conditions, or disagreeing, by name."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessor import access
from assessor.forms.decisions import SignatureForm
from assessor.models import Assessment, Report, Respondent, Signature
from assessor.report import pdf
from assessor.report.reading import read
from assessor.report.record import record_of
from assessor.report.sign_off import signatories
from assessor.views.errors import bad_page
from assessor.views.issued import count_report, make_pdf_soon
from assessor.views.methods import LOOK_AND_SEND
from assessor.workflow import reviewing
from assessor.workflow.drafts import Refused
from assessor.workflow.signatures import latest_signatures, signed


@require_http_methods(LOOK_AND_SEND)
def sign(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show what is signed and who has signed, and take one more signature."""
    person = access.signing(request, assessment_id)
    if not (person.is_owner or (person.name and person.role)):
        return redirect("introduce", assessment_id)
    assessment = person.assessment
    report = assessment.latest_report()
    if report is None or not may_be_signed(assessment):
        return too_late(request, assessment)
    if request.method == "POST" and (refusal := not_as_seen(request, assessment, report)):
        return refusal
    return _sign_page(request, person, report)


def _sign_page(request: HttpRequest, person: Respondent, report: Report) -> HttpResponse:
    reading = read(record_of(report))
    rows = latest_signatures(person.assessment, report.suggestion_sha256)
    mine = next((row for row in rows if row.respondent_id == person.pk), None)
    form = SignatureForm(
        request.POST if request.method == "POST" else None,
        initial={"seen": report.suggestion_sha256, **_said_before(mine)},
        person=person,
        reading=reading,
    )
    if form.is_valid():
        return _signed(request, person, form)
    context = {
        "assessment": person.assessment,
        "person": person,
        "reading": reading,
        "signatories": signatories(reading.record, signed(rows)),
        "mine": mine,
        "no_pdf": pdf.availability(),
        "form": form,
    }
    return render(request, "decision/sign.html", context, status=422 if form.is_bound else 200)


def _said_before(mine: Signature | None) -> dict[str, Any]:
    if mine is None:
        return {}
    fields = ("opinion", "reason", "accepted_risks")
    return {field: getattr(mine, field) for field in fields}


def _signed(request: HttpRequest, person: Respondent, form: SignatureForm) -> HttpResponse:
    count_report(person)
    try:
        report = reviewing.sign(person, form.said())
    except Refused:
        return too_late(request, person.assessment)
    make_pdf_soon(report)
    messages.success(request, _("You have signed. Report %d shows it.") % report.number)
    return redirect("result", person.assessment_id)


# ---------------------------------------------------------------- what is signed and decided on


def may_be_signed(assessment: Assessment) -> bool:
    """Say whether there is a suggestion to sign, or to decide on."""
    return assessment.status == Assessment.Status.SUBMITTED


def not_as_seen(
    request: HttpRequest, assessment: Assessment, report: Report
) -> HttpResponse | None:
    """Refuse a page that showed another suggestion, or does not say which one it showed."""
    seen = request.POST.get("seen", "")
    if not seen:
        return bad_page(request, assessment)
    return None if seen == report.suggestion_sha256 else too_late(request, assessment)


def too_late(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """Say why there is nothing to sign or decide on, or not the suggestion that was seen."""
    assessment.refresh_from_db(fields=["status"])
    context = {"assessment": assessment, "step": assessment.reviews.last()}
    return render(request, "decision/too_late.html", context, status=409)
