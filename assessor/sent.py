"""What a form has sent, for the pages that say that it was not taken: nothing typed is lost."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.http import url_has_allowed_host_and_scheme

CREDENTIAL = re.compile(r"(^|[-_])(password|otp|token|secret)([-_\d]|$)")
SECRET = re.compile(r"(^|[-_])(password|otp|token|code|secret)([-_\d]|$)")
"""A code too: that of a report is no secret, but its name tells it from none."""

ANTI_FORGERY = "csrfmiddlewaretoken"
FILLED_IN = re.compile(
    r"csrfmiddlewaretoken|seen|revision|form_key|turn|creation_key|action|confirmed|next|.*current_step"
)
"""Fields that a page fills in by itself."""

SHOWN_FROM = 40
"""Characters from which on a text stands by itself."""

CHOICE = re.compile(r"[a-z_]+|\d")
"""The key of an answer that was chosen: no word that people know."""

Sent = Sequence[tuple[str, str]]


def fields(request: HttpRequest) -> Sent:
    """Return what was sent but files; nothing when it holds a password or another secret."""
    try:
        sent = _pairs(request)
    except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError):
        return []
    return [] if any(SECRET.search(name) for name, _ in sent) else sent


def kept(request: HttpRequest) -> Sent:
    """Return what was sent but files and credentials, for those who may send it again later."""
    return [
        (name, value)
        for name, value in _pairs(request)
        if name != ANTI_FORGERY and not CREDENTIAL.search(name)
    ]


def _pairs(request: HttpRequest) -> Sent:
    return [(name, value) for name, values in request.POST.lists() for value in values]


def sent_again(request: HttpRequest) -> Sent:
    """Return what to send once more; nothing where that would lack a secret or a file."""
    sent = fields(request)
    return sent if sent and not request.FILES else []


def typed(sent: Sent) -> list[str]:
    """Return what people typed or chose."""
    return [value for name, value in sent if value and not FILLED_IN.fullmatch(name)]


def texts(sent: Sent) -> list[str]:
    """Return the longer texts that people typed."""
    return [value for value in typed(sent) if len(value) > SHOWN_FROM]


def short_texts(sent: Sent) -> str:
    """Return what else people typed, on a line each."""
    short = [value for value in typed(sent) if len(value) <= SHOWN_FROM]
    return "\n".join(value for value in short if not CHOICE.fullmatch(value))


def is_from_here(request: HttpRequest) -> bool:
    """Say whether the browser vouches that a page of ours has sent this: no other site can."""
    here = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") in {here, *settings.CSRF_TRUSTED_ORIGINS}


def page_before(request: HttpRequest) -> str:
    """Return the page of ours from which something was sent; the first page if none is known."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        return "/"
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
