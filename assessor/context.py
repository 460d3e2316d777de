"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


def appearance(request: HttpRequest) -> dict[str, str]:
    """Return the chosen theme, or nothing to follow the system."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {"theme": theme if theme in THEMES else ""}


def accounts(_request: HttpRequest) -> dict[str, bool]:
    """Say whether to offer signing in: where nobody has to, links do without an account."""
    return {
        "offers_sign_in": settings.REQUIRE_SIGN_IN or settings.SINGLE_SIGN_ON,
        "single_sign_on": settings.SINGLE_SIGN_ON,
    }
