"""Where somebody goes on after they have been asked who they are.

It stands in the query of the page that asks; but where it holds a secret, as the address of a
private link does, proxies would log it there. Then it is kept in a cookie of a few minutes.
"""

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

COOKIE = "going_on"
SECONDS = 600


def is_secret(request: HttpRequest) -> bool:
    """Say whether the address asked for must stand in no other: a secret part is a token."""
    match = request.resolver_match
    return match is not None and "token" in match.kwargs


def by_way_of(page: str, request: HttpRequest, going: str) -> str:
    """Return the address of a page that asks first, with where to go on unless that is secret."""
    return page if is_secret(request) else redirect_to_login(going, page, REDIRECT_FIELD_NAME).url


def keep_secret(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let whoever asked for a secret address get there from the page that asks first."""
    if is_secret(request):
        keep(response, request.get_full_path())
    return response


def keep(response: HttpResponse, address: str) -> None:
    """Keep where somebody goes on, for whichever page asks them."""
    response.set_signed_cookie(
        COOKIE,
        address,
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def kept(request: HttpRequest) -> str:
    """Return what was kept lately, or nothing."""
    return request.get_signed_cookie(COOKIE, default="", max_age=SECONDS) or ""


def forget(response: HttpResponse) -> None:
    """Keep nothing any longer: somebody has got there."""
    response.delete_cookie(COOKIE, samesite="Lax")
