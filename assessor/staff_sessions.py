"""Sessions of staff end soon: they lead to everybody's answers.

Those of others last as long as SESSION_DAYS says: they lead no further than the private links
that were opened in them, and end with these.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from assessor import two_factor

SEEN = "staff_seen"
NOTED_EVERY = timedelta(minutes=1)
"""Not with every request: it is a write."""

BY_ITSELF = "Sent-By-Itself"
"""The header with which a page asks how far something is, whether anybody looks at it or not."""


def limit_all() -> None:
    """Let sessions that begin from now on end as settings say, if they are of staff."""
    user_logged_in.connect(_begin, dispatch_uid="staff_sessions")


def _begin(request: HttpRequest, user: User, **_signal: Any) -> None:
    if two_factor.is_needed(user):
        _limit(request)


def limit(request: HttpRequest) -> None:
    """Let a session end as one of staff from now on, if it began before its account had rights."""
    if SEEN not in request.session:
        _limit(request)


def _limit(request: HttpRequest) -> None:
    now = timezone.now()
    request.session.set_expiry(now + timedelta(hours=settings.STAFF_SESSION_HOURS))
    request.session[SEEN] = now.timestamp()


def end_if_idle(request: HttpRequest) -> None:
    """Sign somebody out who did nothing for too long; note of others that they are there.

    Whether somebody has become staff is looked up with pages, which show the account anyway; other
    rights are where they are used.
    """
    seen = request.session.get(SEEN)
    if seen is None:
        if request.method == "GET" and request.user.is_staff:
            limit(request)
        return
    now = timezone.now()
    idle = now - datetime.fromtimestamp(seen, UTC)
    if idle > timedelta(minutes=settings.STAFF_IDLE_MINUTES):
        logout(request)
    elif idle > NOTED_EVERY and BY_ITSELF not in request.headers:
        request.session[SEEN] = now.timestamp()
