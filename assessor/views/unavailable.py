"""What is answered while the storage cannot be used: 503, and what was typed is kept."""

import re
from collections.abc import Sequence

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string

from assessor.context import appearance
from assessor.observation import request_id

SECONDS = 30
"""After which it is worth trying again: a restarted database is back by then."""

SECRET = re.compile(r"(^|[-_])(password|otp|token|code|secret)([-_\d]|$)")
ANTI_FORGERY = "csrfmiddlewaretoken"
SHOWN_FROM = 40
"""Characters; what is shorter was chosen, or is typed again in no time."""

Sent = Sequence[tuple[str, str]]


def unavailable(request: HttpRequest) -> HttpResponse:
    """Say that nothing could be saved or read, with a form that sends the same once more.

    Uses nothing that could ask the database: no user, no session, no messages.
    """
    sent = sent_again(request)
    context = {
        **appearance(request),
        "was_sent": request.method not in {"GET", "HEAD"},
        "sent": sent,
        "texts": [value for name, value in sent if len(value) > SHOWN_FROM and _was_typed(name)],
        "address": request.get_full_path(),
        "request_id": request_id.current.get(),
    }
    page = render_to_string("errors/unavailable.html", context)
    headers = {"Retry-After": str(SECONDS), **_for_htmx(request)}
    return HttpResponse(page, status=503, headers=headers)


def sent_again(request: HttpRequest) -> Sent:
    """Return what was sent; nothing when it holds a password or a file, which cannot be kept."""
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError):
        return []
    if request.FILES or any(SECRET.search(name) for name, _ in fields if name != ANTI_FORGERY):
        return []
    return fields


def _was_typed(name: str) -> bool:
    return name not in {ANTI_FORGERY, "seen", "form_key", "creation_key"}


def _for_htmx(request: HttpRequest) -> dict[str, str]:
    """Leave a page that something was typed on as it is; let this one take the place of others."""
    if "HX-Request" not in request.headers:
        return {}
    if request.method not in {"GET", "HEAD"}:
        return {"HX-Reswap": "none"}
    return {"HX-Retarget": "#step", "HX-Reselect": "#step", "HX-Reswap": "outerHTML"}
