"""Work that comes back every night, handed out once however many workers there are."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime
from django_tasks.base import Task

from assessor.jobs import tasks
from assessor.models import Routine

STARTS_AT = timedelta(hours=3)
"""After midnight, in the time zone of the installation."""

NIGHTLY: dict[str, Task[[], None]] = {
    "retention": tasks.delete_what_is_kept_no_longer,
    "tidy": tasks.tidy,
}

AFTER_A_GAP = {**NIGHTLY, "retention": tasks.count_what_is_kept_no_longer}
"""In a night that does not follow the last one: by a clock that has leapt, all would be old."""


def hand_out(now: datetime) -> list[str]:
    """Ask for what has not been asked for since the last night began; return its names.

    A machine that was off at night makes up for it.
    """
    night = (localtime(now) - STARTS_AT).date()
    return [name for name in NIGHTLY if _hand_out(name, night)]


def _hand_out(name: str, night: date) -> bool:
    """Say whether this process was the one to do it; the request is part of its transaction."""
    routine, _is_new = Routine.objects.get_or_create(pk=name)
    if not _is_due(routine.last, night):
        return False
    with transaction.atomic():
        if not Routine.objects.filter(pk=name, last=routine.last).update(last=night.isoformat()):
            return False
        _work(routine.last, night)[name].enqueue()
        return True


def _work(last: str, night: date) -> dict[str, Task[[], None]]:
    follows = last == (night - timedelta(days=1)).isoformat()
    return NIGHTLY if follows else AFTER_A_GAP


def _is_due(last: str, night: date) -> bool:
    """Say whether the last night is over. The clock of another machine may be in the next one.

    One that lies further ahead is from before a clock was set back.
    """
    return last < night.isoformat() or last > (night + timedelta(days=1)).isoformat()
