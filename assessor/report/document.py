"""A result as one HTML document of its own: what is printed, and what becomes the PDF."""

from collections.abc import Sequence
from datetime import UTC

from django.template.loader import render_to_string
from django.utils import timezone

from assessor.report import verification
from assessor.report.reading import read
from assessor.report.record import Record


def report_html(record: Record, *, stylesheets: Sequence[str] = (), back: str = "") -> str:
    """Return the document; ``back`` is the address of the result page, empty in a PDF.

    Its dates are those of UTC: where it is made changes nothing in it.
    """
    with timezone.override(UTC):
        context = {
            "reading": read(record),
            "stylesheets": stylesheets,
            "back": back,
            "verify_at": verification.address(),
        }
        return render_to_string("report/report.html", context)
