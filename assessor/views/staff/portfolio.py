"""The portfolio: all assessments at a glance, as a page and as a table to take along."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, localtime
from django.views.decorators.http import require_safe

from assessor import access, limits
from assessor.portfolio.figures import Table
from assessor.portfolio.form import PortfolioForm
from assessor.portfolio.overview import MOST_COUNTED, Otherwise, Portfolio, portfolio
from assessor.report.tables import csv_lines
from assessor.views import trail
from assessor.views.downloads import Kind, download
from assessor.workflow import audit

CSV = Kind("text/csv; charset=utf-8", ".csv")
COLUMNS = ("table", "line", "column", "what", "count")
"""Names for programs: they are not translated."""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the numbers of the assessments asked for."""
    access.staff(request)
    form = PortfolioForm(request.GET)
    if not form.is_valid():
        return render(request, "staff/portfolio.html", {"form": form}, status=422)
    filters = form.filters()
    trail.viewed(request, "portfolio.viewed")
    context = {
        "form": form,
        "portfolio": portfolio(filters),
        "is_filtered": not filters.is_everything,
        "in_months": filters.start or filters.end,
    }
    return render(request, "staff/portfolio.html", context)


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Send the same numbers and reasons as CSV."""
    user = access.staff(request, access.EXPORT_PERMISSION)
    form = PortfolioForm(request.GET)
    if not form.is_valid():
        return render(request, "staff/portfolio.html", {"form": form}, status=422)
    limits.take("EXPORTS", audit.account(user))
    content = b"".join(csv_lines(COLUMNS, _rows(portfolio(form.filters()))))
    if request.method == "GET":
        audit.record("portfolio.exported", audit.account(user))
    return download(content, CSV, f"assessor-portfolio-{localdate()}")


def _rows(found: Portfolio) -> Iterator[tuple[str, ...]]:
    yield "overview", "", "", "total", str(found.total.count)
    yield "overview", "", "", "stale drafts", _stale(found)
    yield "overview", "", "", "median time", found.median
    for each in found.tables:
        yield from _lines(each)
    for number, reason in enumerate(found.otherwise, start=1):
        yield from _reason(str(number), reason)


def _stale(found: Portfolio) -> str:
    """Write the number of stale drafts, and not as if it were exact where counting stopped."""
    return f"more than {MOST_COUNTED}" if found.more_are_stale else str(found.stale.count)


def _lines(table: Table) -> Iterator[tuple[str, ...]]:
    for label, figures in table.rows:
        for column, figure in figures:
            yield table.key, label, column, figure.words, str(figure.count)


def _reason(number: str, why: Otherwise) -> Iterator[tuple[str, ...]]:
    """Yield what the page tells of one, a line for each thing told."""
    told = {
        "initiative": why.initiative,
        "organisation": why.organisation,
        "submitted": localtime(why.at).date().isoformat() if why.at else "",
        "suggested": why.suggested,
        "chosen": why.chosen,
        "reason": why.reason,
    }
    for column, words in told.items():
        yield "reasons", number, column, words, ""
