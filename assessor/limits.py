"""How often somebody has done something lately, counted in the database for all processes alike.

A bucket is one number: the moment when it is full again. To take from it moves that moment on, in
one statement that takes nothing when too little is left, so that no two requests take the same.
A row that is in the past says nothing, and is deleted some time.

Written here and not taken from a library: django-ratelimit refuses the database as its store, and
django-axes counts sign-ins alone.
"""

import logging
import time
from collections.abc import Iterable
from math import ceil

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from assessor.models import Bucket
from assessor.networks import network_of
from assessor.rates import Rate

CLOCK_SLACK = 60
"""Seconds by which the clocks of several machines may differ."""

PRUNE_EVERY = 3600
"""Seconds."""

TAKE = """
INSERT INTO assessor_bucket (key, full_at) VALUES (%(key)s, %(first)s)
ON CONFLICT (key) DO UPDATE SET full_at = CASE
    WHEN assessor_bucket.full_at > %(now)s AND assessor_bucket.full_at <= %(possible)s
    THEN assessor_bucket.full_at + %(interval)s
    ELSE %(first)s
END
WHERE assessor_bucket.full_at <= %(latest)s OR assessor_bucket.full_at > %(possible)s
"""
"""One statement on SQLite and on PostgreSQL. What lies beyond the possible is from before a clock
was set back: it must not lock anybody out until that time has come again."""

logger = logging.getLogger(__name__)
_pruned_at = time.monotonic()


class TooMany(Exception):
    """Something was done too often. ``seconds``: so long until it may be done once more."""

    def __init__(self, what: str, seconds: int) -> None:
        super().__init__(what)
        self.what = what
        self.seconds = seconds


def take(what: str, *whose: object) -> None:
    """Count that somebody does something. Raises TooMany; then nothing may be done.

    ``what`` is a name in settings.LIMITS, ``whose`` the person, assessment or network it holds for.
    """
    _prune_sometimes()
    for rate in settings.LIMITS[what]:
        key, now = _key(what, rate, whose), time.time()
        if not _taken(key, rate, now):
            logger.warning("Too often: %s", what)
            raise TooMany(what, max(1, _wait(key, rate, now)))


def give_back(what: str, *whose: object) -> None:
    """Count one time less: what was done is not what the limit is about."""
    for rate in settings.LIMITS[what]:
        bucket = Bucket.objects.filter(key=_key(what, rate, whose))
        bucket.update(full_at=F("full_at") - rate.interval)


def check(what: str, *whose: object) -> None:
    """Count nothing. Raises TooMany where nothing is left."""
    for rate in settings.LIMITS[what]:
        key, now = _key(what, rate, whose), time.time()
        if seconds := _wait(key, rate, now):
            raise TooMany(what, seconds)


def is_first_refusal(what: str, *whose: object) -> bool:
    """Say of what was refused just now whether it is the first in all the time the limit spans."""
    longest = max(rate.seconds for rate in settings.LIMITS[what])
    return is_first(f"{what} refused", longest, *whose)


def is_first(what: str, seconds: int, *whose: object) -> bool:
    """Say of what somebody does now whether it is the first time in so many seconds."""
    rate = Rate(1, seconds)
    return _taken(_key(what, rate, whose), rate, time.time())


def network(request: HttpRequest) -> str:
    """Return from where a request comes, as the server tells it: it believes one proxy at most."""
    return network_of(request.META.get("REMOTE_ADDR", ""))


def prune() -> int:
    """Delete what says nothing any more."""
    return Bucket.objects.filter(full_at__lt=time.time()).delete()[0]


def _taken(key: str, rate: Rate, now: float) -> bool:
    values: dict[str, str | float] = {
        "key": key,
        "now": now,
        "interval": rate.interval,
        "first": now + rate.interval,
        "latest": now + rate.seconds - rate.interval,
        "possible": now + rate.seconds + CLOCK_SLACK,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        return bool(cursor.rowcount)


def _wait(key: str, rate: Rate, now: float) -> int:
    """Return the whole seconds until something can be taken; 0 for now."""
    full_at = Bucket.objects.filter(key=key).values_list("full_at", flat=True).first() or 0
    if full_at > now + rate.seconds + CLOCK_SLACK:
        return 0
    return max(0, ceil(full_at - (now + rate.seconds - rate.interval)))


def _key(what: str, rate: Rate, whose: Iterable[object]) -> str:
    """Return a name for the bucket that tells nothing: what was typed may have been a password."""
    text = " ".join([what, str(rate.seconds), *map(str, whose)])
    return salted_hmac(__name__, text, algorithm="sha256").hexdigest()


def _prune_sometimes() -> None:
    global _pruned_at  # noqa: PLW0603
    if time.monotonic() - _pruned_at > PRUNE_EVERY:
        _pruned_at = time.monotonic()
        prune()
