"""A result as one HTML document of its own: what is printed, and what becomes the PDF."""

from collections.abc import Sequence

from django.template.loader import render_to_string

from assessor.report.reading import read
from assessor.report.record import Record


def report_html(record: Record, *, stylesheets: Sequence[str], back: str = "") -> str:
    """Return the document; ``back`` is the address of the result page, empty in a PDF."""
    context = {"reading": read(record), "stylesheets": stylesheets, "back": back}
    return render_to_string("report/report.html", context)
