"""What every template may use."""

from django.http import HttpRequest

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


def appearance(request: HttpRequest) -> dict[str, str]:
    """Return the chosen theme, or nothing to follow the system."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {"theme": theme if theme in THEMES else ""}
