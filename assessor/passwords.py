"""Signing in with a password: the one way, wherever the form stands."""

from functools import partial
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest

from assessor import limits
from assessor.workflow import sign_ins


class Backend(ModelBackend):
    """Django's own, which holds back whoever fails too often.

    Counted before the password is looked at, so that many tries at once count as many. One that
    is right is taken back: only failures count. Whoever keeps somebody's account busy from one
    network does not keep them out of another.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return whose name and password these are, or None. Raises TooMany."""
        if request is None or username is None or password is None:
            return super().authenticate(request, username, password, **kwargs)
        counted = _counted(username, limits.network(request))
        for what, *whose in counted:
            sign_ins.take(what, *whose, of=partial(sign_ins.account_called, username))
        user = super().authenticate(request, username, password, **kwargs)
        if user is not None:
            for what, *whose in counted:
                limits.give_back(what, *whose)
        return user


def _counted(username: str, network: str) -> list[tuple[str, ...]]:
    account = username.casefold()
    return [
        ("SIGN_INS_FROM", network),
        ("SIGN_INS", account, network),
        ("SIGN_INS_ANYWHERE", account),
    ]
