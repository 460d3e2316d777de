"""The tasks. Each may be begun anew at any time: it does what the database says is left.

One that could go on for long does a few seconds of it and asks for the rest, so that others get
their turn.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from traceback import extract_tb
from typing import Any, ParamSpec, TypeVar

from django.core.management import call_command
from django.db import Error
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task, TaskContext, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from assessor.jobs import bundles, keeping
from assessor.models import Bundle, Paper, Report, Rerun
from assessor.report import issued
from assessor.report.pdf import PdfError
from assessor.storage.trouble import is_trouble
from assessor.workflow import bundling, rerunning, retention

SLICE_SECONDS = 10
"""How long a task goes on before others get their turn."""

SOON, LATER = 0, -10
"""Of two tasks that wait, the one with the higher number is done first."""

RESULTS_KEPT_DAYS = 7
PAUSE = timedelta(hours=1)
"""Before what has failed is asked for again by itself."""

BROKEN_OFF = "builtins.SystemExit"
"""How a task has failed whose worker was told to stop twice."""

Key = TypeVar("Key", int, str)
Parameters = ParamSpec("Parameters")

logger = logging.getLogger(__name__)


class TaskFailed(Exception):
    """What is stored of an error: kind and place. Its words can repeat what people wrote."""


class DatabaseAway(TaskFailed):
    """The database was away for a moment, and back in time to store that the task failed."""


PASSES = (BROKEN_OFF, f"{DatabaseAway.__module__}.{DatabaseAway.__qualname__}")
"""Failures that say nothing against beginning anew at once."""


def _without_words(function: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Let an error be logged and stored by its kind and place alone."""

    @wraps(function)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  told below
            kind = f"{type(error).__name__} in {_place(error)}"
            logger.error("The task %s failed: %s", function.__name__, kind)  # noqa: TRY400
            is_away = isinstance(error, Error) and is_trouble(error)
            raise (DatabaseAway if is_away else TaskFailed)(kind) from None

    return run


def _place(error: Exception) -> str:
    last = extract_tb(error.__traceback__)[-1]
    return f"{last.name}, {Path(last.filename).name}:{last.lineno}"


# ---------------------------------------------------------------- PDFs, bundles, reruns


@task(priority=SOON)
@_without_words
def make_pdf(report: int) -> None:
    """Make the PDF of a report before somebody asks for it."""
    found = Report.objects.filter(pk=report).first()
    if found is None:
        return
    try:
        issued.pdf_of(found, Paper.usual(found.knowledge))
    except PdfError:
        return  # Logged where it happened; the first download tries again.


@task(priority=LATER)
@_without_words
def continue_bundle(bundle: str) -> None:
    """Make PDFs of a bundle."""
    found = Bundle.objects.filter(pk=bundle).first()
    if found is not None and goes_on(lambda: bundles.make_next(found)):
        ask(continue_bundle, bundle)


@task(priority=LATER)
@_without_words
def continue_rerun(rerun: int) -> None:
    """Work out what a draft of an edition changes. One that is started again is another one."""
    found = rerunning.can_run().filter(rerun=rerun).first()

    def work() -> bool:
        run = rerunning.go_on(found) if found else None
        return run is not None and run.pk == rerun and run.state == Rerun.State.RUNNING

    if goes_on(work):
        ask(continue_rerun, rerun)


def goes_on(work: Callable[[], bool]) -> bool:
    """Work as long as something is left, for a while; say whether anything is."""
    end = time.monotonic() + SLICE_SECONDS
    while is_left := work():
        if time.monotonic() > end:
            break
    return is_left


# ---------------------------------------------------------------- every night


@task(priority=LATER, takes_context=True)
@_without_words
def delete_what_is_kept_no_longer(context: TaskContext) -> None:
    """Carry out the terms of docs/operations/retention.md. Without a term nothing is deleted.

    What is due was due when this was asked for: the clock may have leapt since.
    """
    count = keeping.delete_all_due(context.task_result.enqueued_at or timezone.now())
    logger.info("Retention: assessments deleted: %d", count)


@task(priority=LATER)
@_without_words
def count_what_is_kept_no_longer() -> None:
    """Let operators see what would go by a clock that may be wrong, as long as it is there."""
    if count := retention.count_due(timezone.now()):
        logger.warning(
            "Retention: assessments due: %d; none is deleted before the next night: the "
            "clock has leapt, or no worker ran last night",
            count,
        )


@task(priority=LATER)
@_without_words
def tidy() -> None:
    """Forget ended sessions, old bundles, and what became of old tasks."""
    call_command("clearsessions")
    bundling.delete_old()
    call_command("prune_db_task_results", min_age_days=RESULTS_KEPT_DAYS, verbosity=0)


# ---------------------------------------------------------------- asking for them


def make_pdf_soon(report: Report) -> None:
    """Have the PDF made while the person reads on. If that fails, the first download makes it."""
    make_pdf.enqueue(report.pk)


def ask(task: Task[[Key], None], key: Key) -> None:
    """Ask for a task, unless the same waits already."""
    if not _same(task, key).filter(status=TaskResultStatus.READY).exists():
        task.enqueue(key)


def ask_for_what_is_left() -> None:
    """Ask for what was begun and nobody is at, for whatever reason."""
    left = Bundle.objects.filter(stopped_at=None, items__pdf=None, items__problem="").distinct()
    for bundle in left.values_list("pk", flat=True):
        ask_unless_in_hand(continue_bundle, str(bundle))
    running = Rerun.objects.filter(state=Rerun.State.RUNNING, draft__in=rerunning.can_run())
    for rerun in running.values_list("pk", flat=True):
        ask_unless_in_hand(continue_rerun, rerun)


def ask_unless_in_hand(task: Task[[Key], None], key: Key) -> None:
    """Ask for a task, unless the same waits, is being done, or failed a moment ago.

    What failed later than now did so before a clock was set back.
    """
    now = timezone.now()
    in_hand = Q(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])
    failed = Q(status=TaskResultStatus.FAILED, finished_at__range=(now - PAUSE, now + PAUSE))
    held_back = in_hand | (failed & ~Q(exception_class_path__in=PASSES))
    if not _same(task, key).filter(held_back).exists():
        task.enqueue(key)


def _same(task: Task[[Key], None], key: Key) -> QuerySet[DBTaskResult[Any, Any]]:
    return DBTaskResult.objects.filter(
        task_path=task.module_path, args_kwargs={"args": [key], "kwargs": {}}
    )
