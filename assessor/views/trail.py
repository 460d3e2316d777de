"""What is written down when somebody only looks: staff who read, and whoever takes a file.

Who takes part in an assessment reads their own; of them only files are written down.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from assessor.access import Access
from assessor.models import Assessment, Report
from assessor.workflow import audit


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
    """Note that a report was sent in this form."""
    if request.method == "GET":
        of = f"report {report.number} {form}"
        audit.record("report.downloaded", reader.actor, reader.assessment, of)
