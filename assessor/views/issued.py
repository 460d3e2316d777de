"""Which of the reports issued a page is about."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from assessor.access import Access
from assessor.models import Report


def asked_for(request: HttpRequest, reader: Access) -> Report | None:
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


def not_yet(request: HttpRequest, reader: Access) -> HttpResponse:
    """Lead those who answer back to the questions; others have nothing to see."""
    if not reader.may_edit:
        raise Http404
    messages.info(request, _("There is no result yet. Answer the questions and submit them first."))
    return redirect("hub", reader.assessment.pk)


def which(request: HttpRequest, report: Report) -> str:
    """Return the query that keeps to the report asked for; nothing for the latest."""
    return f"?{urlencode({'report': report.number})}" if "report" in request.GET else ""
