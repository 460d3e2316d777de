"""What is checked before the product starts, besides what settings refuse by themselves."""

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from assessor import deployment

OLDEST = {"django": (5, 2, 19), "weasyprint": (70, 0)}
"""What the lock file promises too: older ones have holes that were mended since."""


def single_sign_on(**_which: Any) -> Sequence[CheckMessage]:
    """Complain about single sign-on that is half set up, or would send secrets in clear."""
    given: dict[str, str] = settings.OIDC
    missing = [name for name, value in given.items() if not value]
    if missing and len(missing) < len(given):
        return [_half(missing)]
    return [_in_clear(name) for name in deployment.OIDC_ADDRESSES if _is_in_clear(given[name])]


def _half(missing: Sequence[str]) -> Error:
    return Error(
        f"Single sign-on is half set up: {', '.join(missing)} not set.",
        hint="Set all OIDC_ variables of the README, or none of them.",
        id="assessor.E001",
    )


def _is_in_clear(address: str) -> bool:
    return address.startswith("http://") and deployment.is_public(address)


def _in_clear(name: str) -> Error:
    return Error(
        f"{name} does not start with https://: names and secrets would travel in clear.",
        id="assessor.E002",
    )


def versions(**_which: Any) -> Sequence[CheckMessage]:
    """Refuse libraries that are known to be unsafe, however they were installed."""
    return [_too_old(name, oldest) for name, oldest in OLDEST.items() if installed(name) < oldest]


def installed(package: str) -> tuple[int, ...]:
    """Return the version of a package that is installed, without what marks it as unfinished."""
    return tuple(map(int, re.findall(r"\d+", version(package))[:3]))


def _too_old(name: str, oldest: tuple[int, ...]) -> Error:
    return Error(
        f"{name} {version(name)} is installed, which is known to be unsafe.",
        hint=f"Install {name} {'.'.join(map(str, oldest))} or newer: make setup does.",
        id="assessor.E003",
    )
