"""What is written down when somebody only looks: staff who read, and whoever takes a file.

Who takes part in an assessment reads their own; of them only files are written down.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from assessor import limits
from assessor.access import Access
from assessor.models import Assessment, Report
from assessor.workflow import audit

NOTED_EVERY = 3600
"""Seconds."""


def viewed(
    request: HttpRequest, event: str, assessment: Assessment | None = None, of: str = ""
) -> None:
    """Note that staff looked at something; asking for the headers alone shows nothing."""
    if request.method == "GET":
        audit.record(event, audit.account(request.user), assessment, of)


def listed(request: HttpRequest, page: HttpResponse, what: str) -> None:
    """Note that staff looked at a page of a list that tells who takes part, or what they said."""
    if page.status_code == HTTPStatus.OK:
        viewed(request, "list.viewed", of=f"list {what}")


def read(request: HttpRequest, reader: Access, report: Report) -> None:
    """Note that a report was read, if staff reads it."""
    if reader.is_staff:
        viewed(request, "report.viewed", reader.assessment, f"report {report.number}")


def taken(request: HttpRequest, reader: Access, report: Report, form: str) -> None:
    """Note that a report was sent in this form; to others than staff once an hour and network.

    A PDF that was made is sent as often as wanted, and each line of the log stays for good.
    """
    of = f"report {report.number} {form}"
    if request.method == "GET" and (reader.is_staff or _is_news(request, reader, of)):
        audit.record("report.downloaded", reader.actor, reader.assessment, of)


def _is_news(request: HttpRequest, reader: Access, of: str) -> bool:
    whose = (reader.actor, limits.network(request), reader.assessment.pk, of)
    return limits.is_first("download noted", NOTED_EVERY, *whose)
