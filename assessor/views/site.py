"""What stands around the assessments: help, theme, health."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from assessor import going_on
from assessor.context import THEME_COOKIE, THEMES
from assessor.observation import metrics
from assessor.storage import readiness
from assessor.views import links

READ = ["get", "head"]

help_page = TemplateView.as_view(template_name="pages/help.html", http_method_names=READ)
accessibility = TemplateView.as_view(
    template_name="pages/accessibility.html", http_method_names=READ
)
signed_out = TemplateView.as_view(template_name="pages/signed_out.html", http_method_names=READ)
privacy = TemplateView.as_view(
    template_name="pages/privacy.html",
    http_method_names=READ,
    extra_context={
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "form_cookie": settings.CSRF_COOKIE_NAME,
        "theme_cookie": THEME_COOKIE,
        "new_link_cookies": list(links.Cookie),
        "going_on_cookie": going_on.COOKIE,
    },
)

VALID_DAYS = 180
"""The standard wants less than a year; whoever reads later reads the file again."""

ONE_YEAR = 365 * 24 * 60 * 60


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark; anything else follows the system."""
    response = redirect(_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=ONE_YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


def _back(request: HttpRequest) -> str:
    """Return the page the person came from, if it is one of ours."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if safe and target.startswith("/") else "/"


@require_safe
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a weakness, by RFC 9116. Raises Http404 where nobody is named."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=VALID_DAYS)
    lines = {
        "Contact": settings.SECURITY_CONTACT,
        "Expires": expires.isoformat(),
        "Preferred-Languages": "en",
        "Canonical": f"{settings.PUBLIC_URL}/.well-known/security.txt",
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while this process answers at all: whether to start it anew."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while this process can serve people: whether to send them to it."""
    reasons = readiness.reasons()
    lines = [f"not ready: {reason}" for reason in reasons] or ["ready"]
    text = "".join(f"{line}\n" for line in lines)
    return HttpResponse(text, content_type="text/plain", status=503 if reasons else 200)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Give Prometheus the figures of this process; to everybody else there is nothing here."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_TOKEN
    if not token or not constant_time_compare(given, token):
        raise Http404
    return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)
