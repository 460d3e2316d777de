"""Which workers are there, and what becomes of the work of one that is gone."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from assessor.models import Worker

BEAT_SECONDS = 15
"""How often a worker says that it is there."""

GONE_AFTER = timedelta(seconds=60)
"""For how long it may say nothing. By the clock of the database: those of machines differ."""

FORGOTTEN_AFTER = timedelta(days=1)
MOST_ATTEMPTS = 3
"""How often a task may be taken and not brought to an end before it is given up."""


class WorkersEnded(Exception):
    """Each worker that took a task ended or lost the database over it, which may be its doing."""


def beat(worker: str) -> None:
    """Say that a worker is there."""
    if not Worker.objects.filter(pk=worker).update(seen_at=Now()):
        Worker.objects.create(pk=worker, seen_at=Now())
    Worker.objects.exclude(pk__in=_seen_within(FORGOTTEN_AFTER)).delete()


def leave(worker: str) -> None:
    """Say that a worker is there no longer. What it has in hand is given back."""
    Worker.objects.filter(pk=worker).delete()
    give_back()


def are_present() -> bool:
    """Say whether a worker is there to do what nobody waits for."""
    return _seen_within(GONE_AFTER).exists()


def give_back() -> int:
    """Let others do what workers had in hand that are gone; return how many tasks that is.

    All tasks may be begun anew: should a worker come back, nothing is done twice.
    """
    present = set(_seen_within(GONE_AFTER).values_list("pk", flat=True))
    running = DBTaskResult.objects.running()
    lost = [task for task in running if not present.intersection(task.worker_ids[-1:])]
    return sum(_give_back(task) for task in lost)


def give_back_all_of(worker: str) -> int:
    """Let anybody do what a worker has in hand as the queue has it; return how many tasks that is.

    Only it may ask for that, and between two tasks: that one has ended cannot be stored while the
    database is away, and a worker that goes on is not gone.
    """
    running = DBTaskResult.objects.running()
    return sum(_give_back(task) for task in running if task.worker_ids[-1:] == [worker])


def _seen_within(time: timedelta) -> QuerySet[Worker]:
    """Return who spoke so lately. What lies further ahead was said before a clock was set back."""
    return Worker.objects.filter(seen_at__range=(Now() - time, Now() + time))


def _give_back(task: DBTaskResult[Any, Any]) -> bool:
    """Say whether this process was the one to do it."""
    same = DBTaskResult.objects.running().filter(pk=task.pk, started_at=task.started_at)
    if len(task.worker_ids) < MOST_ATTEMPTS:
        return bool(same.update(status=TaskResultStatus.READY, started_at=None))
    with transaction.atomic():
        if given_up := same.select_for_update().first():
            given_up.set_failed(WorkersEnded())
    return False
