"""One line and one measurement for each request."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from assessor.observation import metrics, request_id

UNKNOWN = "unknown"
"""The route of an address that leads nowhere, and of static files."""

QUIET = frozenset({"healthz", "readyz", "metrics", UNKNOWN})
"""Asked every few seconds by machines: a line for each that went well would hide the others."""

logger = logging.getLogger(__name__)


def observe(get_response: Callable[[HttpRequest], HttpResponseBase]) -> object:
    """Name each request, and note its route, status and duration: never its address or content."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        name = request_id.of(request)
        request_id.current.set(name)
        started = time.perf_counter()
        response = get_response(request)
        _note(request, response, time.perf_counter() - started)
        response.headers[request_id.HEADER] = name
        return response

    return respond


def _note(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    route, method = route_of(request), method_of(request)
    metrics.note(method, route, response.status_code, seconds)
    if route in QUIET and response.status_code < 500:
        return
    about = {
        "method": method,
        "route": route,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 1),
    }
    message = "%(method)s %(route)s %(status)s %(milliseconds)s ms"
    logger.info(message, about, extra=about)


def route_of(request: HttpRequest) -> str:
    """Return the name of the address in urls.py: few words, none of which anybody typed."""
    match = request.resolver_match
    return (match.view_name or UNKNOWN) if match else UNKNOWN


def method_of(request: HttpRequest) -> str:
    """Return the method; one that HTTP does not know is a text of the sender."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
    return request.method if request.method in known else "other"
