"""The name of a request: in its response, in each line of the log, and on pages for failures."""

import re
import uuid
from contextvars import ContextVar

from django.conf import settings
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9_-]{8,64}")

current: ContextVar[str] = ContextVar("request_id", default="")


def of(request: HttpRequest) -> str:
    """Return the name that the proxy has given a request, or a new one.

    The server takes X-Forwarded-Proto away from whoever is not the trusted proxy, so that header
    tells that this one comes from it.
    """
    given = request.headers.get(HEADER, "")
    is_proxy = settings.TRUSTED_PROXY and "X-Forwarded-Proto" in request.headers
    return given if is_proxy and SANE.fullmatch(given) else uuid.uuid4().hex


@receiver(request_finished)
def forget(**_signal: object) -> None:
    """Let what is logged from now on belong to no request: Django logs after the middleware."""
    current.set("")
