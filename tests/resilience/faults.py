"""Ways to break the product on purpose, so that a harness is seen to notice."""

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import connection

from assessor.jobs import workers
from assessor.management import stopping
from assessor.management.commands import serve
from assessor.report import making, pdf, rendering
from assessor.report.children import Places
from assessor.workflow import drafts
from tests.report import jobs

Database = dict[str, Any]
"""The settings of the database, before it is opened."""


def answer_before_commit(_database: Database) -> None:
    """Say "saved", and save a moment later."""
    save, waiting = drafts.save, queue.SimpleQueue[Any]()

    def write() -> None:
        while True:
            respondent, page = waiting.get()
            time.sleep(0.03)
            with suppress(Exception):  # it was answered long ago
                save(respondent, page)

    def promise(respondent: Any, page: Any, read: Any = None) -> dict[str, int]:
        if waiting.empty() and not any(each.name == "later" for each in threading.enumerate()):
            threading.Thread(target=write, name="later", daemon=True).start()
        waiting.put((respondent, page))
        return {key: seen + 1 for key, seen in page.seen.items()}

    drafts.save = promise


def trust_the_disk_cache(database: Database) -> None:
    """Let SQLite commit without waiting for the disk, as many guides advise."""
    database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"


def lock_late(database: Database) -> None:
    """Use SQLite as Django does unless told otherwise."""
    database["OPTIONS"].clear()


def stop_at_once(_database: Database) -> None:
    """Stop when told, whoever is waiting."""
    stopping._refuse_newcomers = lambda sockets: None
    stopping.GRACE_SECONDS = 0


def wait_on_few(_database: Database) -> None:
    """Serve as waitress does unless told otherwise."""
    serve.server_options = dict


def migrate_without_transactions(_database: Database) -> None:
    """Change the schema step by step, as databases do that cannot take such steps back."""
    connection.features.can_rollback_ddl = False


def print_for_ever(_database: Database) -> None:
    """Never come to the end of a PDF."""
    rendering.write_pdf = jobs.never  # type: ignore[assignment]


def print_for_ever_briefly(database: Database) -> None:
    """Give it up much earlier than people would have to wait."""
    print_for_ever(database)
    pdf.TIMEOUT, pdf.PATIENCE = 2, 4


def wait_with_all_threads(database: Database) -> None:
    """Let any number of requests wait for PDFs."""
    print_for_ever_briefly(database)
    making.PLACES = Places(1000)


def forget_what_it_had(_database: Database) -> None:
    """Let a worker go on with other work once the database is back."""
    workers.give_back_all_of = lambda worker: 0


def send_no_policy(_database: Database) -> None:
    """Leave browsers without a policy for content."""
    settings.MIDDLEWARE.remove("csp.middleware.CSPMiddleware")


FAULTS: dict[str, Callable[[Database], None]] = {
    fault.__name__: fault
    for fault in (
        answer_before_commit,
        forget_what_it_had,
        lock_late,
        migrate_without_transactions,
        print_for_ever,
        print_for_ever_briefly,
        send_no_policy,
        stop_at_once,
        trust_the_disk_cache,
        wait_on_few,
        wait_with_all_threads,
    )
}
