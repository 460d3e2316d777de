"""What is written down when somebody only looks: staff who read, and whoever takes a file.

Who takes part in an assessment reads their own; of them only files are written down.
"""

import logging
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from assessor import limits
from assessor.access import Access
from assessor.models import Assessment, Report
from assessor.storage.trouble import is_trouble
from assessor.workflow import audit

logger = logging.getLogger(__name__)

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

    A PDF that was made is sent as often as wanted, and each line of the log stays for good. Whoever
    takes part gets their report on a full disk too, where nothing can be written down.
    """
    of = f"report {report.number} {form}"
    try:
        if request.method == "GET" and (reader.is_staff or _is_news(request, reader, of)):
            audit.record("report.downloaded", reader.actor, reader.assessment, of)
    except (DatabaseError, OSError) as error:
        if reader.is_staff or not is_trouble(error):
            raise
        logger.warning("A report was sent and not noted in the audit log: %s", type(error).__name__)


def _is_news(request: HttpRequest, reader: Access, of: str) -> bool:
    whose = (reader.actor, limits.network(request), reader.assessment.pk, of)
    return limits.is_first("download noted", NOTED_EVERY, *whose)
