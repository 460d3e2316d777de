"""A result in each format there is beside HTML and PDF. All their words come from templates."""

from datetime import UTC

import yaml
from django.template.loader import render_to_string

from assessor.report import markdown, word
from assessor.report.document import report_html, same_everywhere
from assessor.report.parsing import parsed
from assessor.report.reading import read
from assessor.report.record import Record

MADR_STATUS = {"approved": "accepted", "declined": "rejected", "changes": "proposed"}


def word_document(record: Record) -> bytes:
    """Return the report as DOCX. Like the PDF it names no author: files show that unopened."""
    return word.written(parsed(report_html(record)))


def markdown_report(record: Record) -> bytes:
    """Return the report as Markdown in UTF-8."""
    return markdown.written(parsed(report_html(record))).encode()


def decision_record(record: Record) -> bytes:
    """Return the decision asked for as a Markdown Any Decision Record, MADR 4, in UTF-8."""
    about = {"status": _madr_status(record)}
    if record.issued_at:
        about["date"] = record.issued_at.astimezone(UTC).date().isoformat()
    text = markdown.written(parsed(_rendered("report/decision_record.html", record)))
    return f"---\n{yaml.safe_dump(about, sort_keys=False)}---\n\n{text}".encode()


def _madr_status(record: Record) -> str:
    decision = record.sign_off.decision if record.sign_off else None
    return MADR_STATUS[decision.step] if decision else "proposed"


def summary(record: Record) -> str:
    """Return what matters most of a result, as lines of at most 80 characters."""
    html = _rendered("report/summary.html", record)
    return markdown.written(parsed(html), markdown.TERMINAL)


def _rendered(template: str, record: Record) -> str:
    with same_everywhere(record):
        return render_to_string(template, {"reading": read(record)})
