"""The result: as a page, as the report in a print view, and as PDF. All from the issued report."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessor import access
from assessor.access import Access
from assessor.models import Assessment, Report
from assessor.pages import pages_of
from assessor.report import pdf as pdfs
from assessor.report.document import report_html
from assessor.report.reading import read
from assessor.report.record import record_of

STYLESHEETS = ("report/report.css", "report/browser.css")
LONGEST_SLUG = 60


@require_safe
def result(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show the result of the latest report, or of the one asked for by number."""
    reader = access.reading(request, assessment_id)
    report = _report(request, reader)
    if report is None:
        return _not_yet(request, reader)
    latest = reader.assessment.latest_report() if "report" in request.GET else report
    context = {
        "assessment": reader.assessment,
        "may_edit": reader.may_edit,
        "reading": read(record_of(report)),
        "change_urls": _change_urls(reader),
        "no_pdf": pdfs.availability(),
        "newer": latest.number if latest and latest.number > report.number else None,
        "which": _which(request, report),
    }
    return render(request, "result/result.html", context)


@require_safe
def print_view(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show the report as it is printed."""
    reader = access.reading(request, assessment_id)
    report = _report(request, reader)
    if report is None:
        return _not_yet(request, reader)
    stylesheets = [static(name) for name in STYLESHEETS]
    back = reverse("result", args=[assessment_id]) + _which(request, report)
    return HttpResponse(report_html(record_of(report), stylesheets=stylesheets, back=back))


@require_safe
def pdf(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Send the report as PDF, or a page that says why not now and leads to the print view."""
    reader = access.reading(request, assessment_id)
    report = _report(request, reader)
    if report is None:
        return _not_yet(request, reader)
    try:
        content = pdfs.pdf_of(report)
    except pdfs.PdfError as error:
        context = {
            "assessment": reader.assessment,
            "reason": str(error),
            "which": _which(request, report),
        }
        return render(request, "result/not_now.html", context, status=503)
    disposition = f'attachment; filename="{file_name(report)}"'
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def file_name(report: Report) -> str:
    """Return a name for the PDF that sorts well and survives every system."""
    initiative = slugify(report.initiative)[:LONGEST_SLUG].strip("-") or "initiative"
    return f"assessor-{initiative}-{localdate(report.issued_at)}-report-{report.number}.pdf"


def _report(request: HttpRequest, reader: Access) -> Report | None:
    """Return the report asked for with ?report=, else the latest; None before the first.

    Raises Http404 for a number that no report has.
    """
    wanted = request.GET.get("report")
    if wanted is None:
        return reader.assessment.latest_report()
    if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 6:
        raise Http404
    report = reader.assessment.reports.filter(number=int(wanted)).first()
    if report is None:
        raise Http404
    return report


def _not_yet(request: HttpRequest, reader: Access) -> HttpResponse:
    """Lead those who answer back to the questions; others have nothing to see."""
    if not reader.may_edit:
        raise Http404
    messages.info(request, _("There is no result yet. Answer the questions and submit them first."))
    return redirect("hub", reader.assessment.pk)


def _which(request: HttpRequest, report: Report) -> str:
    """Return the query that keeps to the report asked for; nothing for the latest."""
    return f"?{urlencode({'report': report.number})}" if "report" in request.GET else ""


def _change_urls(reader: Access) -> dict[str, str]:
    """Return where each answer can be changed now, by question; nothing once submitted."""
    assessment: Assessment = reader.assessment
    if not (reader.may_edit and assessment.is_draft):
        return {}
    return {
        question.key: reverse("step", args=[assessment.pk, page.key])
        for page in pages_of(assessment.knowledge).values()
        for question in page.questions
    }
