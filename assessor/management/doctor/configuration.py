"""The settings: addresses, secrets, mail, accounts, retention."""

import os
import smtplib
import stat
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core import checks
from django.core.mail import get_connection

from assessor import deployment, two_factor
from assessor.management.doctor.finding import Finding, bad, poor, well

PATIENCE = 5
"""Seconds for the mail server."""


def public_address() -> Finding:
    if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXY:
        advice = "Set TRUSTED_PROXY to the proxy that ends TLS; manage.py serve needs it."
        return poor("public address", f"{settings.PUBLIC_URL}, without a proxy", advice)
    return well("public address", settings.PUBLIC_URL)


def debug() -> Finding:
    if settings.DEBUG:
        return poor("debug", "on", "Unset DEBUG: failures show answers and settings.")
    return well("debug", "off")


def secret_key() -> Finding:
    """Say where it is from, and nothing else about it."""
    if len(settings.SECRET_KEY) < deployment.SECRET_KEY_LENGTH:
        advice = f"Take {deployment.SECRET_KEY_LENGTH} random characters, or unset SECRET_KEY."
        return bad("secret key", "too short", advice)
    if os.environ.get("SECRET_KEY"):
        return well("secret key", "from the environment")
    file = Path(settings.VAR_DIR) / "secret_key"
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return bad("secret key", f"{file} is open to others", f"Run: chmod 600 {file}")
    return well("secret key", f"in {file}, for its owner alone")


def system_checks() -> Finding:
    """Run what manage.py check runs, with --deploy for a public address."""
    public = deployment.is_public(settings.PUBLIC_URL)
    found = checks.run_checks(include_deployment_checks=public)
    serious = [each for each in found if each.level >= checks.WARNING and not each.is_silenced()]
    if not serious:
        return well("system checks", "nothing to complain about")
    said = "; ".join(f"{each.id} {each.msg}" for each in serious)
    examine = bad if any(each.level >= checks.ERROR for each in serious) else poor
    return examine("system checks", said, "Run manage.py check --deploy for the details.")


def mail() -> Finding:
    if not settings.SENDS_MAIL:
        return well("mail", "none: invitations are links to copy")
    try:
        with get_connection(timeout=PATIENCE):
            return well("mail", f"the server answers, sender {settings.DEFAULT_FROM_EMAIL}")
    except (OSError, smtplib.SMTPException) as error:
        return bad("mail", f"not reached: {type(error).__name__}", "Look at EMAIL_URL.")


def second_factor() -> Finding:
    staff = [user for user in User.objects.filter(is_active=True) if two_factor.is_needed(user)]
    without = sum(two_factor.phone_of(user) is None for user in staff)
    said = f"{without} of {len(staff)} of staff have none"
    if not settings.REQUIRE_TWO_FACTOR:
        if deployment.is_public(settings.PUBLIC_URL):
            return poor("second factor", f"not required, {said}", "Set REQUIRE_TWO_FACTOR=true.")
        return well("second factor", f"not required, {said}")
    if without:
        return poor("second factor", said, "They are asked to set one up when they sign in.")
    return well("second factor", f"required, {said}")


def retention() -> Finding:
    names = ("KEEP_DRAFTS_DAYS", "KEEP_SUBMITTED_MONTHS", "KEEP_APPROVED_MONTHS")
    terms = {name: getattr(settings, name) for name in names}
    if not any(terms.values()):
        return well("retention", "everything is kept for ever")
    return well("retention", ", ".join(f"{name} {term}" for name, term in terms.items()))


EXAMINATIONS = (
    *(public_address, debug, secret_key, system_checks, mail, second_factor, retention),
)
