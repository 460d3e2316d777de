"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest

from assessor.observation import request_id

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


def appearance(request: HttpRequest) -> dict[str, str]:
    """Return the chosen theme, or nothing to follow the system."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {"theme": theme if theme in THEMES else ""}


def reference(_request: HttpRequest) -> dict[str, str]:
    """Return by what name the log knows this request, for pages that say that something failed."""
    return {"request_id": request_id.current.get()}


def accounts(_request: HttpRequest) -> dict[str, bool]:
    """Say whether to offer signing in: where nobody has to, links do without an account."""
    return {
        "offers_sign_in": settings.REQUIRE_SIGN_IN or settings.SINGLE_SIGN_ON,
        "single_sign_on": settings.SINGLE_SIGN_ON,
    }
