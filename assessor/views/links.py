"""How a new link is shown: once, on one page, for a few minutes. It is stored nowhere in clear."""

from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from assessor import access
from assessor.models import PrivateLink, SharedLink

SECONDS = 600


class Cookie(StrEnum):
    """Which page a new link is for. Their names differ because the hub's path covers others."""

    HUB = "new_link_hub"
    PEOPLE = "new_link_people"
    SHARE = "new_link_share"
    ADMINISTRATION = "new_link_administration"


def show_once(response: HttpResponse, cookie: Cookie, token: str, path: str) -> None:
    """Hand a new token to the page at this path in a short-lived cookie."""
    response.set_signed_cookie(
        cookie,
        token,
        max_age=SECONDS,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def token_just_made(request: HttpRequest, cookie: Cookie) -> str:
    """Return the token of a link made a moment ago for this page, or nothing."""
    return request.get_signed_cookie(cookie, default="", max_age=SECONDS) or ""


def person_link_just_made(
    request: HttpRequest, cookie: Cookie, assessment_id: UUID
) -> PrivateLink | None:
    """Return the private link that was made a moment ago for somebody of this assessment."""
    link = _link_just_made(request, cookie)
    if isinstance(link, PrivateLink) and link.respondent.assessment_id == assessment_id:
        return link
    return None


def shared_link_just_made(request: HttpRequest, assessment_id: UUID) -> SharedLink | None:
    """Return the link to the result of this assessment that was made a moment ago."""
    link = _link_just_made(request, Cookie.SHARE)
    return link if isinstance(link, SharedLink) and link.assessment_id == assessment_id else None


def _link_just_made(request: HttpRequest, cookie: Cookie) -> PrivateLink | SharedLink | None:
    """Return the link, as long as it works."""
    token = token_just_made(request, cookie)
    try:
        return access.link_of(token) if token else None
    except Http404:
        return None


def address_of(token: str) -> str:
    """Return the whole address of a link, as it is sent to people; nothing for no token."""
    return settings.PUBLIC_URL + reverse("redeem", args=[token]) if token else ""
