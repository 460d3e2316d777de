"""Reports issued: which of them a page is about, and what one more costs."""

from contextlib import suppress
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from assessor import limits
from assessor.access import Access
from assessor.jobs import tasks
from assessor.models import Assessment, Report, Respondent


def asked_for(request: HttpRequest, reader: Access, *unread: str) -> Report | None:
    """Return the report asked for with ?report=, else the latest; None before the first.

    ``unread`` are columns that are not needed. Raises Http404 for a number that no report has.
    """
    wanted = request.GET.get("report")
    if wanted is None:
        return reader.assessment.latest_report(*unread)
    return numbered(reader.assessment, wanted, *unread)


def numbered(assessment: Assessment, text: str, *unread: str) -> Report:
    """Return the report with the number in this text. Raises Http404 when no report has it."""
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Http404
    report = assessment.reports.defer(*unread).filter(number=int(text)).first()
    if report is None:
        raise Http404
    return report


def not_yet(request: HttpRequest, reader: Access) -> HttpResponse:
    """Lead those who take part back to the hub; others have nothing to see."""
    if reader.respondent is None:
        raise Http404
    messages.info(request, _("There is no result yet. Answer the questions and submit them first."))
    return redirect("hub", reader.assessment.pk)


def which(request: HttpRequest, report: Report) -> str:
    """Return the query that keeps to the report asked for; nothing for the latest."""
    return f"?{urlencode({'report': report.number})}" if "report" in request.GET else ""


# ---------------------------------------------------------------- what one more costs


def count_report(person: Respondent) -> None:
    """Count that somebody has a report issued. Raises limits.TooMany."""
    limits.take("EXPORTS", "issued by", person.pk)


def make_pdf_soon(report: Report) -> None:
    """Have the PDF made, unless many were lately; then the first download makes it.

    Counted apart from those that are asked for: nobody waits for what others have issued.
    """
    with suppress(limits.TooMany):
        limits.take("PDFS", "in advance", report.assessment_id)
        transaction.on_commit(partial(tasks.make_pdf_soon, report))
