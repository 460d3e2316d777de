"""Do what nobody waits for: PDFs, bundles, effects of editions, and what comes back each night."""

import logging
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from threading import Event, Thread
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error, InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks.base import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker

from assessor.jobs import routines, tasks, workers
from assessor.management.starting import working_with_database

INTERVAL = 1.0
"""Seconds between two looks into an empty queue."""

PAUSE = 5.0
"""Seconds before the database is tried again that was away."""

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """manage.py worker. The queue is django-tasks-db; this adds whose work is lost, and nights."""

    help = (
        "Does what nobody waits for, until it is stopped with Ctrl+C or SIGTERM; then it ends what "
        "it has in hand. As many may run as are wanted. `manage.py serve` brings one of its own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take when to end."""
        parser.add_argument(
            "--batch", action="store_true", help="do what waits, and end: for cron and timers"
        )
        parser.add_argument(
            "--attached", action="store_true", help="end when the standard input does"
        )

    def handle(self, *args: Any, batch: bool, attached: bool, **options: Any) -> None:
        """Work until told to stop."""
        with working_with_database():
            self._work(batch=batch, attached=attached)

    def _work(self, *, batch: bool, attached: bool) -> None:
        name = f"{socket.gethostname()[:30]}-{os.getpid()}-{get_random_string(8)}"
        if attached:
            Thread(target=_end_with_input, daemon=True).start()
        pulse = Pulse(name)
        pulse.beat()
        pulse.start()
        worker = QueueWorker(
            queue_names=[DEFAULT_TASK_QUEUE_NAME],
            excluded_queue_names=[],
            interval=INTERVAL,
            batch=batch,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
        )
        worker.configure_signals()
        try:
            _run(worker)
        finally:
            pulse.end()


def _run(worker: QueueWorker) -> None:
    """Work; where the database is away, wait for it, and do again what was in hand then."""
    while True:
        try:
            workers.give_back_all_of(worker.worker_id)
            return worker.run()
        except (OperationalError, InterfaceError) as error:
            logger.warning("The database is away (%s)", type(error).__name__)
            connection.close()
            time.sleep(PAUSE)


def _end_with_input() -> None:
    """Stop as SIGTERM does, once whoever started this process is gone."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


class Pulse(Thread):
    """Says that a worker is there, while it works, and looks after what others left behind."""

    def __init__(self, worker: str) -> None:
        super().__init__(name="pulse", daemon=True)
        self._worker = worker
        self._ended = Event()

    def run(self) -> None:
        """Beat until the end."""
        while not self._ended.wait(workers.BEAT_SECONDS):
            self.beat()
            connection.close()

    def beat(self) -> None:
        """Do what is to be done now and then. What cannot be done now is done the next time."""
        try:
            workers.beat(self._worker)
            workers.give_back()
            routines.hand_out(timezone.now())
            tasks.ask_for_what_is_left()
        except Error as error:
            logger.warning("The database is away (%s)", type(error).__name__)

    def end(self) -> None:
        """Say that the worker is gone."""
        self._ended.set()
        try:
            workers.leave(self._worker)
        except Error:
            return  # The others will notice.
