"""Work that comes back every night, handed out once however many workers there are."""

from datetime import datetime, timedelta

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


def hand_out(now: datetime) -> list[str]:
    """Ask for what has not been asked for since the last night began; return its names.

    A machine that was off at night makes up for it.
    """
    night = (localtime(now) - STARTS_AT).date()
    return [name for name, task in NIGHTLY.items() if _hand_out(name, task, night.isoformat())]


def _hand_out(name: str, task: Task[[], None], night: str) -> bool:
    """Say whether this process was the one to do it; the request is part of its transaction."""
    if Routine.objects.filter(pk=name, last=night).exists():
        return False
    Routine.objects.get_or_create(pk=name)
    with transaction.atomic():
        if not Routine.objects.filter(pk=name).exclude(last=night).update(last=night):
            return False
        task.enqueue()
        return True
