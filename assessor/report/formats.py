"""A result in each format there is beside HTML and PDF. All their words come from templates."""

from datetime import UTC

import yaml
from django.template.loader import render_to_string
from django.utils import timezone

from assessor.report import markdown, word
from assessor.report.document import report_html
from assessor.report.parsing import parsed
from assessor.report.reading import read
from assessor.report.record import Record


def word_document(record: Record) -> bytes:
    """Return the report as DOCX."""
    author = record.prepared_by or record.organisation
    return word.written(parsed(report_html(record)), author)


def markdown_report(record: Record) -> bytes:
    """Return the report as Markdown in UTF-8."""
    return markdown.written(parsed(report_html(record))).encode()


def decision_record(record: Record) -> bytes:
    """Return the decision asked for as a Markdown Any Decision Record, MADR 4, in UTF-8."""
    about = {"status": "proposed"}
    if record.issued_at:
        about["date"] = record.issued_at.astimezone(UTC).date().isoformat()
    text = markdown.written(parsed(_rendered("report/decision_record.html", record)))
    return f"---\n{yaml.safe_dump(about, sort_keys=False)}---\n\n{text}".encode()


def summary(record: Record) -> str:
    """Return what matters most of a result, as lines of at most 80 characters."""
    html = _rendered("report/summary.html", record)
    return markdown.written(parsed(html), markdown.TERMINAL)


def _rendered(template: str, record: Record) -> str:
    with timezone.override(UTC):
        return render_to_string(template, {"reading": read(record)})
