"""What is checked before the product starts, besides what settings refuse by themselves."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from assessor import deployment


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
