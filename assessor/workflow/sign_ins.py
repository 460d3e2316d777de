"""Signing in and out in the audit log, however somebody does it.

Of a failure it keeps the account there is, if any: what was typed as a name may be a password.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from assessor import limits
from assessor.workflow import audit


def note_all() -> None:
    """Write down from now on whenever somebody signs in or out, or cannot."""
    user_logged_in.connect(_signed_in, dispatch_uid="assessor")
    user_logged_out.connect(_signed_out, dispatch_uid="assessor")
    user_login_failed.connect(_refused, dispatch_uid="assessor")


def _signed_in(user: AbstractBaseUser, **_signal: Any) -> None:
    audit.record("account.signed_in", audit.account(user), of=audit.account(user))


def _signed_out(user: AbstractBaseUser | None, **_signal: Any) -> None:
    """Note who signed out; a session that had ended before was nobody's."""
    if user is not None:
        audit.record("account.signed_out", audit.account(user), of=audit.account(user))


def _refused(credentials: Mapping[str, Any], **_signal: Any) -> None:
    name = credentials.get(get_user_model().USERNAME_FIELD)
    audit.record("account.refused", audit.UNKNOWN, of=account_called(name))


def single_sign_on_refused(network: str) -> None:
    """Note that a provider's word was not believed; of whom it was said, nobody knows.

    Counted apart from passwords, and only so that no flood fills the log: those who come while
    their provider is out of order may still sign in by password.
    """
    with suppress(limits.TooMany):
        take("SIGN_INS_FROM", "single sign-on", network, of=lambda: audit.UNKNOWN)
        audit.record("account.refused", audit.UNKNOWN, of=audit.UNKNOWN)


def deactivated(user: AbstractBaseUser) -> None:
    """Note that a provider vouched for somebody whose account is closed."""
    audit.record("account.refused", audit.UNKNOWN, of=audit.account(user))


def account_called(name: str | None) -> str:
    """Return the account that somebody wants to sign in to, as far as there is one."""
    accounts = get_user_model().objects.filter(username=name) if name else ()
    account = next(iter(accounts), None)
    return audit.account(account) if account else audit.UNKNOWN


def take(what: str, *whose: object, of: Callable[[], str]) -> None:
    """Count a try, of an account. Raises limits.TooMany.

    That somebody is held back is written down when it begins; a flood of tries writes no more.
    """
    try:
        limits.take(what, *whose)
    except limits.TooMany:
        if limits.is_first_refusal(what, *whose):
            audit.record("account.held_back", audit.UNKNOWN, of=of())
        raise
