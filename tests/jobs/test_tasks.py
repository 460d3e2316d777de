"""What workers do, each task in the process of the test as the queue would run it."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import Error, InterfaceError, OperationalError
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from assessor.jobs import tasks
from assessor.management.commands import worker
from assessor.models import Assessment, Bundle, Report, ReportPdf, Rerun
from assessor.report import issued
from assessor.report.pdf import NoPlace, PdfError
from assessor.workflow import bundling, rerunning
from tests.builders import make_assessment, submitted
from tests.workflow.test_rerunning import draft

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "Thistle"


def work() -> None:
    """Do what waits, as a worker does."""
    call_command("worker", batch=True, stdout=StringIO())


@pytest.fixture(autouse=True)
def _no_nights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessor.jobs.routines.NIGHTLY", {})


@pytest.fixture(autouse=True)
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let PDFs be a few bytes; return of what they were made. “broken” can not be made."""
    names: list[str] = []

    def made(record: Any, *_more: Any) -> bytes:
        names.append(record.initiative)
        if record.initiative == "broken":
            raise PdfError("No room.")
        return f"%PDF {record.initiative}".encode()

    monkeypatch.setattr(issued, "pdf_for", made)
    return names


def statuses() -> list[str]:
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True))


def bundle_of(*initiatives: str) -> Bundle:
    for name in initiatives:
        submitted(initiative=name)
    user = User.objects.create_user("kim", is_staff=True)
    return bundling.start_bundle(user, Assessment.objects.order_by("created_at"))


# ---------------------------------------------------------------- PDFs


def test_the_pdf_is_there_before_somebody_asks(printed: list[str]) -> None:
    report = submitted(initiative="One")
    tasks.make_pdf_soon(report)
    tasks.make_pdf_soon(report)
    work()
    assert ReportPdf.objects.get().report == report
    assert printed == ["One"]


def test_what_cannot_be_made_is_left_to_the_first_download() -> None:
    tasks.make_pdf_soon(submitted(initiative="broken"))
    work()
    assert statuses() == [TaskResultStatus.SUCCESSFUL]
    assert not ReportPdf.objects.exists()


def test_a_report_that_is_gone_is_nothing_to_do() -> None:
    tasks.make_pdf.enqueue(404)
    work()
    assert statuses() == [TaskResultStatus.SUCCESSFUL]


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_what_was_in_hand_when_the_database_went_away_is_done_once_it_is_back(
    monkeypatch: pytest.MonkeyPatch, kind: type[Error]
) -> None:
    """By the same worker, which could not even store that it failed."""
    away = kind("the connection is closed")
    monkeypatch.setattr(worker, "PAUSE", 0)
    monkeypatch.setattr(DBTaskResult, "set_failed", Mock(side_effect=away))
    monkeypatch.setattr(issued, "pdf_for", Mock(side_effect=[away, b"%PDF"]))
    tasks.make_pdf_soon(submitted())
    work()
    task = DBTaskResult.objects.get()
    assert (task.status, len(set(task.worker_ids))) == (TaskResultStatus.SUCCESSFUL, 1)
    assert ReportPdf.objects.exists()


# ---------------------------------------------------------------- bundles and reruns


def test_a_bundle_is_made_without_anybody_looking(printed: list[str]) -> None:
    bundle = bundle_of("One", "broken", "Three")
    work()
    progress = bundling.progress(bundle)
    assert (progress.done, progress.failed, progress.left) == (2, 1, 0)
    assert sorted(printed) == ["One", "Three", "broken"]


def test_a_pdf_that_has_no_turn_is_left_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = bundle_of("One")
    with monkeypatch.context() as patch:
        patch.setattr(issued, "pdf_of", Mock(side_effect=NoPlace("Many PDFs.")))
        work()
    assert bundling.progress(bundle).left == 1
    work()
    assert bundling.progress(bundle).done == 1


def test_others_get_their_turn_while_a_bundle_is_made(
    monkeypatch: pytest.MonkeyPatch, printed: list[str]
) -> None:
    monkeypatch.setattr(tasks, "SLICE_SECONDS", -1)
    bundle = bundle_of("One", "Two", "Three")
    tasks.ask(tasks.continue_bundle, str(bundle.pk))
    waiting = submitted(initiative="Waiting")
    make: Callable[..., bytes] = vars(issued)["pdf_for"]
    monkeypatch.setattr(issued, "pdf_for", _asking_for(waiting, make, printed))
    work()
    assert printed.index("Waiting") == 1
    assert bundling.progress(bundle).left == 0


def _asking_for(report: Report, make: Callable[..., bytes], printed: list[str]) -> Any:
    """Return what makes PDFs and, at the first, lets somebody submit."""

    def made(record: Any, *more: Any) -> bytes:
        if not printed:
            tasks.make_pdf_soon(report)
        return make(record, *more)

    return made


def test_a_bundle_that_is_stopped_stays_as_it_is(printed: list[str]) -> None:
    bundle = bundle_of("One")
    tasks.ask(tasks.continue_bundle, str(bundle.pk))
    bundling.stop(bundle)
    work()
    assert printed == []


def test_what_a_draft_changes_is_worked_out_without_anybody_looking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rerunning, "CHUNK", 2)
    for _ in range(5):
        submitted()
    rerunning.start(draft(), "user 7")
    work()
    rerun = Rerun.objects.get()
    assert (rerun.state, rerun.done) == (Rerun.State.FINISHED, 5)


def test_what_is_started_again_meanwhile_is_not_kept_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Even where working out what was there before ends in an error."""
    submitted()
    changed = draft()
    rerunning.start(changed, "user 7")
    worked = rerunning._worked

    def meanwhile(*_arguments: Any) -> Any:
        monkeypatch.setattr(rerunning, "_worked", worked)
        rerunning.start_again(changed, "user 7")
        raise RuntimeError

    monkeypatch.setattr(rerunning, "_worked", meanwhile)
    work()
    assert statuses() == [TaskResultStatus.FAILED]
    work()
    assert Rerun.objects.get().state == Rerun.State.FINISHED


# ---------------------------------------------------------------- every night


def test_what_is_kept_no_longer_goes_and_without_a_term_nothing_does(settings: Settings) -> None:
    old = make_assessment()
    Assessment.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=99))
    make_assessment()
    tasks.delete_what_is_kept_no_longer.enqueue()
    work()
    assert Assessment.objects.count() == 2
    settings.KEEP_DRAFTS_DAYS = 30
    tasks.delete_what_is_kept_no_longer.enqueue()
    work()
    assert not Assessment.objects.filter(pk=old.pk).exists()
    assert Assessment.objects.count() == 1


def test_tidying_forgets_old_tasks_and_no_new_ones() -> None:
    tasks.make_pdf.enqueue(404)
    work()
    DBTaskResult.objects.update(finished_at=timezone.now() - timedelta(days=8))
    tasks.tidy.enqueue()
    work()
    assert [task.task_name for task in DBTaskResult.objects.all()] == ["tidy"]


# ---------------------------------------------------------------- asking


def test_what_waits_is_not_asked_for_again() -> None:
    bundle = bundle_of("One")
    for _ in range(3):
        tasks.ask(tasks.continue_bundle, str(bundle.pk))
        tasks.ask_for_what_is_left()
    assert statuses() == [TaskResultStatus.READY]


def test_what_failed_is_asked_for_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_bundle: Bundle) -> bool:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("assessor.jobs.bundles.make_next", fail)
    bundle_of("One")
    work()
    work()
    assert statuses() == [TaskResultStatus.FAILED]
    DBTaskResult.objects.update(finished_at=timezone.now() - tasks.PAUSE)
    tasks.ask_for_what_is_left()
    assert statuses() == [TaskResultStatus.FAILED, TaskResultStatus.READY]


def test_what_failed_by_a_clock_that_was_ahead_is_not_waited_for() -> None:
    tasks.continue_bundle.enqueue(str(bundle_of("One").pk))
    DBTaskResult.objects.update(
        status=TaskResultStatus.FAILED, finished_at=timezone.now() + timedelta(days=400)
    )
    tasks.ask_for_what_is_left()
    assert statuses() == [TaskResultStatus.FAILED, TaskResultStatus.READY]


@pytest.mark.parametrize(
    "error", [SystemExit(1), OperationalError("server closed the connection"), InterfaceError()]
)
def test_what_was_broken_off_is_done_by_the_next_worker(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """By a worker that is told to stop twice, or by a database that is back in a moment."""
    bundle = bundle_of("One")
    with monkeypatch.context() as patch:
        patch.setattr("assessor.jobs.bundles.make_next", Mock(side_effect=error))
        work()
    assert statuses() == [TaskResultStatus.FAILED]
    work()
    assert bundling.progress(bundle).done == 1


def test_what_is_stored_of_an_error_repeats_nothing_that_was_written(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_report: Report, _paper: str) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(issued, "pdf_of", fail)
    tasks.make_pdf_soon(submitted(initiative=SECRET))
    work()
    task = DBTaskResult.objects.get()
    assert "RuntimeError in fail, test_tasks.py" in task.traceback
    assert SECRET not in task.traceback
    assert "RuntimeError in fail" in caplog.text
    assert SECRET not in caplog.text


def test_tasks_carry_keys_and_nothing_else() -> None:
    bundle = bundle_of(SECRET)
    tasks.make_pdf_soon(Report.objects.get())
    tasks.ask_for_what_is_left()
    rerunning.start(draft(), "user 7")
    tasks.ask_for_what_is_left()
    carried = [task.args_kwargs for task in DBTaskResult.objects.all()]
    assert len(carried) == 3
    for each in carried:
        (key,) = each["args"]
        assert each["kwargs"] == {}
        assert isinstance(key, int) or uuid.UUID(key) == bundle.pk
    assert SECRET not in json.dumps(carried)
