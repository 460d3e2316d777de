"""Signing in and out in the audit log, however somebody does it.

Of a failure it keeps the account there is, if any: what was typed as a name may be a password.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

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
    accounts = get_user_model().objects.filter(username=name) if name else ()
    account = next(iter(accounts), None)
    of = audit.account(account) if account else audit.UNKNOWN
    audit.record("account.refused", audit.UNKNOWN, of=of)
