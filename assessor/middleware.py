"""Small additions to every response."""

from collections.abc import Callable
from http import HTTPStatus
from math import ceil
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRedirect

from assessor import going_on, staff_sessions, two_factor
from assessor.limits import TooMany
from assessor.sent import kept, page_before
from assessor.views.errors import overtaken
from assessor.workflow import audit
from assessor.workflow.drafts import Overtaken

Respond = Callable[[HttpRequest], HttpResponseBase]


METHODS = ("GET", "HEAD", "POST")
"""All that any address takes. Servers pass on TRACE, and some views would answer it."""

PERMISSIONS = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "autoplay",
                "browsing-topics",
                "camera",
                "display-capture",
                "encrypted-media",
                "fullscreen",
                "geolocation",
                "gyroscope",
                "hid",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "picture-in-picture",
                "screen-wake-lock",
                "serial",
                "usb",
                "xr-spatial-tracking",
            )
        ),
        "clipboard-write=(self)",
        "publickey-credentials-get=(self)",
    ]
)
"""What a browser lets our pages use: nothing but copying a link, and keys for signing in."""


FILES = "default-src 'none'; sandbox"
"""The policy of what is sent to be kept: should a browser open it all the same, it does nothing."""


def restrict_browser(get_response: Respond) -> Respond:
    """Let no other site embed anything of ours, static files included, nor ours use a device."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = PERMISSIONS
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            response.headers["Content-Security-Policy"] = FILES
        return response

    return respond


def refuse_other_sites(get_response: Respond) -> Respond:
    """Refuse what a page of another site loads or sends: it may only lead people here.

    A browser says so itself; one that does not say it, and every other program, gets on.
    """

    def respond(request: HttpRequest) -> HttpResponseBase:
        if request.headers.get("Sec-Fetch-Site") == "cross-site" and not _leads_here(request):
            return render(request, "403.html", status=403)
        return get_response(request)

    return respond


def _leads_here(request: HttpRequest) -> bool:
    is_document = request.headers.get("Sec-Fetch-Dest") == "document"
    return is_document and request.method in {"GET", "HEAD"}


def explain_refused_methods(get_response: Respond) -> Respond:
    """Show a page with a way back where Django answers an unsuitable method with nothing.

    Not for methods that no page makes a browser use: programs read the status.
    """

    def respond(request: HttpRequest) -> HttpResponseBase:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("405.html", request=request)
        return response

    return respond


def never_cache(get_response: Respond) -> Respond:
    """Tell browsers and proxies to keep no copy of any page, and search engines to list none."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        patch_cache_control(response, private=True, no_store=True)
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response

    return respond


def tell_origin(get_response: Respond) -> Respond:
    """Let the audit log tell from which network something was done."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        with audit.acting_from(request.META.get("REMOTE_ADDR", "")):
            return get_response(request)

    return respond


def end_idle_sessions(get_response: Respond) -> Respond:
    """Sign out staff who have left their desk."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        staff_sessions.end_if_idle(request)
        return get_response(request)

    return respond


class SecondFactorRequired:
    """Let staff do nothing with a password alone but set up or enter their second factor.

    What is open without signing in stays open. What is sent is answered as by SignInRequired.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        _view_args: tuple[Any, ...],
        _view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Return what to answer instead of the page, or None for who may go on."""
        is_open = not getattr(view_func, "login_required", True)
        if is_open or two_factor.asks(view_func) or not two_factor.is_missing(request.user):
            return None
        return _ask_first(request, reverse("two_factor"), "staff/two_factor/first.html", 403)


class SignInRequired(LoginRequiredMiddleware):
    """Let nobody in who is not signed in, but where ``urls.py`` says otherwise.

    What is sent after a session has ended is not carried out. The reply says so, with a status
    that no script takes for success: a redirect to signing in would end as 200.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Return what to answer instead of the page, or None for who may go on."""
        if super().process_view(request, view_func, view_args, view_kwargs) is None:
            return None
        sign_in = resolve_url(self.get_login_url(view_func))
        response = _ask_first(request, sign_in, "registration/sign_in_first.html", 401)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response["WWW-Authenticate"] = "Session"
        return response


def _ask_first(request: HttpRequest, page: str, refusal: str, status: int) -> HttpResponse:
    """Lead to the page that asks who somebody is; what was sent is refused with a way to it."""
    if request.method not in {"GET", "HEAD"}:
        context = {"page": going_on.by_way_of(page, request, page_before(request))}
        response = render(request, refusal, context, status=status)
    else:
        address = going_on.by_way_of(page, request, request.get_full_path())
        is_part = "HX-Request" in request.headers
        response = HttpResponseClientRedirect(address) if is_part else redirect(address)
    return going_on.keep_secret(request, response)


class ExplainRefusals:
    """Say why something is held back for a while or came too late, and keep what was typed."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Return a page for what is explained; what goes wrong otherwise is not its business."""
        match problem:
            case TooMany():
                return _held_back(request, problem)
            case Overtaken():
                return overtaken(request, problem)
            case _:
                return None


def _held_back(request: HttpRequest, problem: TooMany) -> HttpResponse:
    context = {"wait": _in_words(problem.seconds), "kept": kept(request)}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(problem.seconds)
    response["Referrer-Policy"] = "strict-origin"  # The address may be a private link.
    return response


def _in_words(seconds: int) -> str:
    if seconds < 100:
        return ngettext("%d second", "%d seconds", seconds) % seconds
    minutes = ceil(seconds / 60)
    if minutes < 100:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    hours = ceil(minutes / 60)
    return ngettext("%d hour", "%d hours", hours) % hours
