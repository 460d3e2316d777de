"""The result: as a page, as the report in a print view, and as PDF. All from the issued report."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from assessor import access, limits
from assessor.access import Access
from assessor.models import Assessment, Paper, Report, ReportPdf
from assessor.pages import pages_of
from assessor.report import issued
from assessor.report import pdf as pdfs
from assessor.report.document import report_html
from assessor.report.reading import read
from assessor.report.record import record_of
from assessor.views import trail, what_if
from assessor.views.files import to_keep
from assessor.views.issued import asked_for, not_yet, which
from assessor.views.signing import may_be_signed

STYLESHEETS = ("report/report.css", "report/browser.css")
CONTENT = ("answers", "suggestion", "voices", "sign_off")
"""What a report says: long, and no matter to whoever only fetches a PDF that was made before."""

LONGEST_SLUG = 60
RETRY_AFTER = "10"
"""Seconds."""


@require_safe
def result(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show the result of the latest report, or of the one asked for by number."""
    reader = access.reading(request, assessment_id)
    report = asked_for(request, reader)
    if report is None:
        return not_yet(request, reader)
    trail.read(request, reader, report)
    record = record_of(report)
    latest = reader.assessment.latest_report() if "report" in request.GET else report
    is_open = may_be_signed(reader.assessment)
    context = {
        "assessment": reader.assessment,
        "is_owner": reader.is_owner,
        "reading": read(record),
        "what_if": what_if.panel(record),
        "change_urls": _change_urls(reader),
        "no_pdf": pdfs.availability(),
        "newer": latest.number if latest and latest.number > report.number else None,
        "which": which(request, report),
        "step": reader.assessment.reviews.last(),
        "may_sign": is_open and reader.may_sign,
        "may_decide": is_open and reader.may_decide,
        "may_start_anew": reader.assessment.is_decided and reader.respondent is not None,
    }
    return render(request, "result/result.html", context)


@require_safe
def print_view(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show the report as it is printed."""
    reader = access.reading(request, assessment_id)
    report = asked_for(request, reader)
    if report is None:
        return not_yet(request, reader)
    trail.read(request, reader, report)
    stylesheets = [static(name) for name in STYLESHEETS]
    back = reverse("result", args=[assessment_id]) + which(request, report)
    return HttpResponse(report_html(record_of(report), stylesheets=stylesheets, back=back))


@require_safe
def pdf(request: HttpRequest, assessment_id: UUID) -> HttpResponseBase:
    """Send the report as PDF, or a page that says why not now and leads to the print view."""
    reader = access.reading(request, assessment_id)
    report = asked_for(request, reader, *CONTENT)
    if report is None:
        return not_yet(request, reader)
    try:
        response = _download(request, report, _made(request, report))
    except pdfs.PdfError as error:
        context = {
            "assessment": reader.assessment,
            "reason": str(error),
            "which": which(request, report),
        }
        response = render(request, "result/not_now.html", context, status=503)
        response["Retry-After"] = RETRY_AFTER
        return response
    if response.status_code == HTTPStatus.OK:
        trail.taken(request, reader, report, f"pdf {_paper(request, report)}")
    return response


def _made(request: HttpRequest, report: Report) -> ReportPdf:
    """Return the PDF; only one that has to be made counts, and only once that begins.

    Raises PdfError and limits.TooMany.
    """
    paper = _paper(request, report)
    found = issued.stored(report, paper)
    if found is not None:
        return found
    network = limits.network(request)
    limits.take("PDFS", report.assessment_id)
    limits.take("PDFS_FROM", network)
    try:
        return issued.pdf_of(get_object_or_404(Report, pk=report.pk), paper)
    except pdfs.NoPlace:
        limits.give_back("PDFS", report.assessment_id)
        limits.give_back("PDFS_FROM", network)
        raise


def _paper(request: HttpRequest, report: Report) -> Paper:
    """Return the paper asked for with ?paper=, else that of the organisation. Raises Http404."""
    try:
        return Paper(request.GET.get("paper", Paper.usual(report.knowledge)))
    except ValueError:
        raise Http404 from None


def _download(request: HttpRequest, report: Report, made: ReportPdf) -> HttpResponseBase:
    """Send the bytes that were issued, or 304 to whoever has them: their hash is the tag."""
    tag = f'"{made.sha256}"'
    response = get_conditional_response(request, etag=tag) or _file(request, made)
    response["ETag"] = tag
    return to_keep(response, file_name(report, made.paper))


def _file(request: HttpRequest, made: ReportPdf) -> HttpResponse:
    """Return the bytes, or how many they are to whoever asks for the headers alone.

    Raises Http404 where they were deleted a moment ago.
    """
    try:
        content = b"" if request.method == "HEAD" else issued.bytes_of(made)
    except ReportPdf.DoesNotExist:
        raise Http404 from None
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Length": str(made.size)}
    )


def file_name(report: Report, paper: str = Paper.A4) -> str:
    """Return a name for the PDF."""
    ending = "" if paper == Paper.A4 else f"-{paper}"
    start = start_of_name(report.initiative, report.issued_at)
    return f"{start}-report-{report.number}{ending}.pdf"


def start_of_name(initiative: str, at: datetime) -> str:
    """Return how the name of a file starts, so that it sorts well and survives every system."""
    slug = slugify(initiative)[:LONGEST_SLUG].strip("-") or "initiative"
    return f"assessor-{slug}-{at.astimezone(UTC).date()}"


def _change_urls(reader: Access) -> dict[str, str]:
    """Return where each answer can be changed now, by question; nothing once submitted."""
    assessment: Assessment = reader.assessment
    if not (reader.is_owner and assessment.is_draft):
        return {}
    return {
        question.key: reverse("step", args=[assessment.pk, page.key])
        for page in pages_of(assessment.knowledge).values()
        for question in page.questions
    }
