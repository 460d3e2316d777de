"""Documents that print for ever are given up in time, and others hardly notice meanwhile.

In `make test` the worst two are printed by tests/security/test_pdf_exhaustion.py.
"""

import statistics
import time
from threading import Thread

import pytest

from assessor.report import pdf, rendering
from assessor.report.pdf import PdfError
from tests.resilience.figures import IS_LONG, measured
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
