"""What single variables of the environment say; what cannot be meant is refused in a sentence.

Pure functions of plain text, which raise ImproperlyConfigured. Settings call them once. What may
hold a password is not repeated in what is said.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

from assessor import rates
from assessor.rates import Rates

Choice = TypeVar("Choice", bound=str)
SWITCH = {
    **dict.fromkeys(("true", "on", "yes", "y", "ok", "1"), True),
    **dict.fromkeys(("false", "off", "no", "n", "0"), False),
}
"""What a switch may say: all that ever turned one on, and its opposites."""
DATABASES = ("postgres", "postgresql", "psql", "sqlite")


def number(name: str, text: str, least: int = 1) -> int:
    """Return a whole number that is not too small."""
    if not _is_whole(text) or int(text) < least:
        raise ImproperlyConfigured(f"{name} is {text!r}. Write a whole number from {least} on.")
    return int(text)


def switch(name: str, text: str) -> bool:
    """Say whether something is on. A word that says neither must not turn a defence off."""
    try:
        return SWITCH[text.strip().lower()]
    except KeyError:
        raise ImproperlyConfigured(f"{name} is {text!r}. Write true or false.") from None


def port(text: str) -> int:
    """Return a port number."""
    if not _is_whole(text) or not 0 < int(text) < 65536:
        raise ImproperlyConfigured(f"PORT is {text!r}. Write a number from 1 to 65535.")
    return int(text)


def term(name: str, text: str) -> int:
    """Return how long something is kept; 0 is for ever."""
    if not _is_whole(text):
        raise ImproperlyConfigured(f"{name} is {text!r}. Write a whole number, 0 for ever.")
    return int(text)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit()


def choice(name: str, text: str, allowed: tuple[Choice, ...]) -> Choice:
    """Return one of a few words."""
    for each in allowed:
        if each == text:
            return each
    raise ImproperlyConfigured(f"{name} is {text!r}. Write one of: {', '.join(allowed)}.")


def time_zone(text: str) -> str:
    """Return the name of a time zone."""
    try:
        ZoneInfo(text)
    except (LookupError, OSError, ValueError):
        raise ImproperlyConfigured(
            f"TIME_ZONE is {text!r}. Write the name of a time zone, such as Europe/Berlin."
        ) from None
    return text


def proxy(text: str) -> str:
    """Return the address of the one machine that is believed, or nothing.

    The server compares it with the address of a connection: a name would match none.
    """
    try:
        return str(ip_address(text)) if text else ""
    except ValueError:
        raise ImproperlyConfigured(
            f"TRUSTED_PROXY is {text!r}. Write its address, such as 127.0.0.1, not its name."
        ) from None


def contact(text: str) -> str:
    """Return an address to report weaknesses to, or nothing."""
    if text and not (text.startswith(("https://", "mailto:")) and text.isprintable()):
        raise ImproperlyConfigured(
            f"SECURITY_CONTACT is {text!r}. Write an address that starts with https:// or mailto:"
        )
    return text


def database(url: str) -> dict[str, Any]:
    """Return what Django has to know of a database."""
    try:
        return dict(environ.Env.db_url_config(_of_a_database(url)))
    except ValueError:
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read. Write postgres://user:password@host:5432/name, "
            "with %40 for an @ in the password, or unset it for SQLite."
        ) from None


def _of_a_database(url: str) -> str:
    # The library takes any scheme, and warns of what it cannot read with all that it says.
    if url.partition("://")[0] not in DATABASES:
        raise ValueError(url)
    return url


def mail(url: str) -> dict[str, Any]:
    """Return what Django has to know of a mail server."""
    try:
        return dict(environ.Env.email_url_config(url))
    except (ImproperlyConfigured, ValueError):
        raise ImproperlyConfigured(
            "EMAIL_URL cannot be read. Write smtp+tls://user:password@host:587, "
            "with %40 for an @ in the user or the password."
        ) from None


def limits(given: Mapping[str, str], *, public: bool) -> dict[str, Rates]:
    """Return how often what may be done, by name."""
    return {
        name: _limit(f"LIMIT_{name}", given[name])
        if given[name]
        else (rates.rates if public else rates.more_often)(usual)
        for name, usual in rates.IN_GENERAL.items()
    }


def _limit(name: str, text: str) -> Rates:
    try:
        return rates.rates(text)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} is {text!r}. Write so many times in a time, such as 10/h, 120/m or 5/15m; "
            "0 for no limit."
        ) from None
