"""Whatever is to be printed: it ends, calls nobody, and takes nothing with it but its own file.

The whole corpus, with how long others wait meanwhile: tests/resilience/test_pdf_exhaustion.py.
"""

import os
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from pypdf import PdfReader

from assessor.report import pdf, rendering
from assessor.report.children import Child, TookTooLong
from assessor.report.pdf import PdfError
from tests.report import jobs
from tests.security.exhausting import DOCUMENTS, THE_WORST, asking, document

SHORT = 3
"""Seconds, in place of those that real documents get."""

LONG = 240


@pytest.fixture(autouse=True)
def _can_print() -> None:
    if reason := pdf.availability():
        pytest.skip(f"!!! NO PDF IS TESTED: {reason}")


def printed(html: str) -> bytes:
    return pdf.in_own_process(rendering.write_pdf, html, timeout=LONG)


@pytest.mark.parametrize("name", THE_WORST)
def test_a_document_without_end_is_given_up_and_the_next_is_printed(name: str) -> None:
    printed(document("x"))  # so that what starts the process does not count
    started = time.monotonic()
    with pytest.raises(PdfError):
        pdf.in_own_process(rendering.write_pdf, DOCUMENTS[name], timeout=SHORT)
    assert time.monotonic() - started < SHORT + 24
    assert printed(document("x")).startswith(b"%PDF-")


def test_without_limits_it_would_go_on() -> None:
    """The control of the test above."""
    child = Child(rendering.prepare, most_jobs=10, cpu_seconds=3600)
    pid = child.run(jobs.own_pid, timeout=LONG, patience=LONG)
    with pytest.raises(TookTooLong):
        child.run(rendering.write_pdf, DOCUMENTS[THE_WORST[0]], timeout=LONG, patience=SHORT + 4)
    assert Path(f"/proc/{pid}").exists()
    os.kill(pid, 9)


def test_memory_is_bounded() -> None:
    with pytest.raises(PdfError):
        pdf.in_own_process(jobs.take_memory, 2 * rendering.MEMORY_LIMIT, timeout=LONG)
    assert printed(document("x")).startswith(b"%PDF-")


# ---------------------------------------------------------------- what is elsewhere


class Listener:
    """Something that is there to be asked, and counts who does."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(404)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.server.shutdown()


def test_nobody_is_called_and_nothing_is_enclosed(listener: Listener) -> None:
    for address in (listener.address, "file:///etc/passwd", "ftp://127.0.0.1", "data:text/plain,x"):
        for name, html in asking(address).items():
            try:
                made = printed(html)
            except PdfError:
                continue
            assert not PdfReader(BytesIO(made)).attachments, (name, address)
            assert b"root:" not in made
    assert listener.asked == []


def test_a_fetcher_that_lets_everything_through_is_found_out(listener: Listener) -> None:
    """The control of the test above."""
    for html in asking(listener.address).values():
        pdf.in_own_process(jobs.print_with_any_fetcher, html, timeout=LONG)
    assert len(listener.asked) >= 5
