"""Documents that print for ever are given up in time, and others hardly notice meanwhile.

In `make test` the worst two are printed by tests/security/test_pdf_exhaustion.py.
"""

import http.client
import json
import statistics
import time
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from threading import Thread

import pytest

from assessor.management.commands.serve import THREADS
from assessor.report import pdf, rendering
from assessor.report.pdf import PdfError
from tests.resilience.figures import IS_LONG, control, measured
from tests.resilience.installation import Installation, Servers
from tests.resilience.test_slow_clients import answered_within
from tests.security.exhausting import DOCUMENTS

ANSWERED_WITHIN = 30
OTHERS_WITHIN = 0.5
"""Seconds: for every document, and for 95 of 100 pages that others ask for meanwhile."""

PAUSE = 0.1


@pytest.mark.skipif(not IS_LONG, reason="long: see tests/security/test_pdf_exhaustion.py")
def test_every_document_is_answered_and_others_get_their_pages(
    installation: Installation, servers: Servers
) -> None:
    took: dict[str, float] = {}
    given_up: list[str] = []

    def print_all() -> None:
        for name, html in DOCUMENTS.items():
            started = time.monotonic()
            try:
                pdf.in_own_process(rendering.write_pdf, html, timeout=pdf.TIMEOUT)
            except PdfError:
                given_up.append(name)
            took[name] = time.monotonic() - started

    with measured("PDFs without end") as figure, servers.serving(installation):
        answered_within(installation.port, ANSWERED_WITHIN)  # so that its pages are loaded
        printing = Thread(target=print_all)
        printing.start()
        waits = []
        while printing.is_alive():
            waits.append(answered_within(installation.port, ANSWERED_WITHIN))
            time.sleep(PAUSE)
        ninety_fifth = statistics.quantiles(waits, n=20)[-1]
        figure.rounds, figure.acknowledged = len(DOCUMENTS), len(took)
        figure.remarks += [
            f"the slowest took {max(took.values()):.1f} s",
            f"{len(given_up)} were given up: {', '.join(given_up)}",
            f"95 of 100 pages for others within {ninety_fifth * 1000:.0f} ms",
        ]
    assert set(took) == set(DOCUMENTS)
    assert max(took.values()) < ANSWERED_WITHIN
    assert ninety_fifth < OTHERS_WITHIN


# ---------------------------------------------------------------- asked for through the server

NAME = "PDFs without end, asked for at once"
ASKING = THREADS + 2
"""More than the server has threads."""

Asked = tuple[int, float]
"""How a request for a PDF was answered, and after how many seconds."""


@pytest.fixture(scope="module")
def reports(seeded: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Return an installation that only is to be copied; its writers want PDFs."""
    installation = seeded.copy(tmp_path_factory.mktemp("reports") / "var")
    command = ["-m", "tests.resilience.run", "resilience.seed_reports", str(ASKING)]
    installation.writers = json.loads(installation.run(*command))
    return installation


def ask(installation: Installation, wanted: dict[str, str]) -> Asked:
    """Ask for a PDF."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=120)
    connection.request("GET", wanted["address"], headers={"Cookie": wanted["cookies"]})
    status = connection.getresponse().status
    connection.close()
    return status, time.monotonic() - started


def ask_at_once(threads: ThreadPoolExecutor, installation: Installation) -> "list[Future[Asked]]":
    """Ask for all PDFs, and return when the server has had time to begin."""
    asked = [threads.submit(ask, installation, wanted) for wanted in installation.writers]
    time.sleep(0.5)
    return asked


def test_whoever_waits_for_a_pdf_keeps_nobody_else_waiting(
    reports: Installation, servers: Servers, tmp_path: Path
) -> None:
    installation = reports.copy(tmp_path / "var")
    fault = "print_for_ever" if IS_LONG else "print_for_ever_briefly"
    with (
        measured(NAME) as figure,
        servers.serving(installation, fault),
        ThreadPoolExecutor(ASKING) as threads,
    ):
        answered_within(installation.port, ANSWERED_WITHIN)
        asked = ask_at_once(threads, installation)
        waits = []
        while not all(each.done() for each in asked):
            waits.append(answered_within(installation.port, ANSWERED_WITHIN))
            time.sleep(PAUSE)
        answers = [each.result() for each in asked]
        slowest = max(seconds for _status, seconds in answers)
        ninety_fifth = statistics.quantiles(waits, n=20)[-1]
        figure.rounds, figure.acknowledged = ASKING, len(answers)
        figure.remarks += [
            f"the slowest was answered after {slowest:.1f} s",
            f"95 of 100 pages for others within {ninety_fifth * 1000:.0f} ms",
        ]
    assert {status for status, _seconds in answers} == {HTTPStatus.SERVICE_UNAVAILABLE}
    assert slowest < ANSWERED_WITHIN
    assert ninety_fifth < OTHERS_WITHIN


def test_a_server_that_lets_everybody_wait_is_found_out(
    reports: Installation, servers: Servers, tmp_path: Path
) -> None:
    """The control of the test above."""
    installation = reports.copy(tmp_path / "var")
    with (
        servers.serving(installation, "wait_with_all_threads"),
        ThreadPoolExecutor(ASKING) as threads,
    ):
        answered_within(installation.port, ANSWERED_WITHIN)
        ask_at_once(threads, installation)
        with pytest.raises(TimeoutError):
            answered_within(installation.port, 1)
    control(NAME, "no page within 1 s when any number may wait")
