"""A result as one HTML document of its own: what is printed, and what becomes the PDF."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from assessor.report import verification
from assessor.report.reading import read
from assessor.report.record import Record


def report_html(record: Record, *, stylesheets: Sequence[str] = (), back: str = "") -> str:
    """Return the document; ``back`` is the address of the result page, empty in a PDF."""
    with same_everywhere(record):
        context = {
            "reading": read(record),
            "stylesheets": stylesheets,
            "back": back,
            "verify_at": verification.address(),
        }
        return render_to_string("report/report.html", context)


@contextmanager
def same_everywhere(record: Record) -> Iterator[None]:
    """Render in UTC and in the language of the edition: where and for whom changes nothing."""
    organisation = record.knowledge.organisation
    language = organisation.settings.language if organisation else settings.LANGUAGE_CODE
    with timezone.override(UTC), translation.override(language):
        yield
