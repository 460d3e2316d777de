"""What is answered while the storage cannot be used: 503, and what was typed is kept."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from assessor.context import appearance
from assessor.observation import request_id
from assessor.sent import sent_again, texts

SECONDS = 30
"""After which it is worth trying again: a restarted database is back by then."""


def unavailable(request: HttpRequest) -> HttpResponse:
    """Say that nothing could be saved or read, with a form that sends the same once more.

    Uses nothing that could ask the database: no user, no session, no messages.
    """
    sent = sent_again(request)
    context = {
        **appearance(request),
        "was_sent": request.method not in {"GET", "HEAD"},
        "sent": sent,
        "texts": texts(sent),
        "address": request.get_full_path(),
        "request_id": request_id.current.get(),
    }
    page = render_to_string("errors/unavailable.html", context)
    headers = {"Retry-After": str(SECONDS), **_for_htmx(request)}
    return HttpResponse(page, status=503, headers=headers)


def _for_htmx(request: HttpRequest) -> dict[str, str]:
    """Leave a page that something was typed on as it is; let this one take the place of others."""
    if "HX-Request" not in request.headers:
        return {}
    if request.method not in {"GET", "HEAD"}:
        return {"HX-Reswap": "none"}
    return {"HX-Retarget": "#step", "HX-Reselect": "#step", "HX-Reswap": "outerHTML"}
