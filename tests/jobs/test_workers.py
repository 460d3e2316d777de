"""What becomes of the work of a worker that is gone."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from assessor.jobs import tasks, workers
from assessor.models import Worker

pytestmark = pytest.mark.django_db


def gone(worker: str) -> None:
    """Let so much time pass that a worker counts as gone."""
    Worker.objects.filter(pk=worker).update(seen_at=Now() - workers.GONE_AFTER * 2)


def taken_by(*names: str) -> DBTaskResult[Any, Any]:
    """Return a task that one worker after the other has taken."""
    tasks.make_pdf.enqueue(7)
    task: DBTaskResult[Any, Any] = DBTaskResult.objects.get()
    for name in names:
        workers.beat(name)
        task.claim(name)
    return task


def status() -> str:
    return str(DBTaskResult.objects.get().status)


def test_a_worker_is_there_as_long_as_it_says_so() -> None:
    assert not workers.are_present()
    workers.beat("ana")
    workers.beat("ana")
    assert workers.are_present()
    gone("ana")
    assert not workers.are_present()
    workers.beat("ana")
    workers.leave("ana")
    assert not workers.are_present()


def test_one_that_is_long_gone_is_forgotten() -> None:
    workers.beat("ana")
    Worker.objects.update(seen_at=timezone.now() - timedelta(days=2))
    workers.beat("ben")
    assert list(Worker.objects.values_list("pk", flat=True)) == ["ben"]


def test_one_that_was_there_by_a_clock_that_was_ahead_is_not() -> None:
    taken_by("ana")
    Worker.objects.update(seen_at=Now() + timedelta(days=400))
    assert not workers.are_present()
    assert workers.give_back() == 1
    workers.beat("ben")
    assert list(Worker.objects.values_list("pk", flat=True)) == ["ben"]


def test_what_it_had_in_hand_is_given_back_and_nothing_else() -> None:
    taken_by("ana")
    workers.beat("ben")
    assert workers.give_back() == 0
    assert status() == TaskResultStatus.RUNNING
    gone("ana")
    assert workers.give_back() == 1
    assert status() == TaskResultStatus.READY
    assert workers.give_back() == 0


def test_one_that_leaves_leaves_nothing_in_hand() -> None:
    taken_by("ana")
    workers.leave("ana")
    assert status() == TaskResultStatus.READY


def test_one_that_goes_on_gives_back_what_it_has_in_hand_no_longer() -> None:
    taken_by("ana", "ben")
    assert workers.give_back_all_of("ana") == 0
    assert status() == TaskResultStatus.RUNNING
    assert workers.give_back_all_of("ben") == 1
    assert status() == TaskResultStatus.READY
    assert workers.give_back_all_of("ben") == 0


def test_what_is_done_stays_done() -> None:
    task = taken_by("ana")
    task.set_successful(None)
    gone("ana")
    assert workers.give_back() == 0
    assert status() == TaskResultStatus.SUCCESSFUL


def test_what_is_done_just_now_is_not_given_up() -> None:
    task = taken_by("ana", "ben", "cleo")
    looked_at = DBTaskResult.objects.get()
    task.set_successful(None)
    assert not workers._give_back(looked_at)
    assert status() == TaskResultStatus.SUCCESSFUL


def test_what_ends_every_worker_is_given_up() -> None:
    task = taken_by("ana", "ben", "cleo")
    gone("cleo")
    assert workers.give_back() == 0
    task.refresh_from_db()
    assert task.status == TaskResultStatus.FAILED
    assert task.exception_class_path.endswith("WorkersEnded")
