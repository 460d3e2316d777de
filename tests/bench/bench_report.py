"""How long a report takes, beside the leanest documents. Run by ``make bench``.

Everything is made by a warm child process, as in production. Nothing here can fail for being slow.
"""

import html
import os
import re
import statistics
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from pypdf import PdfReader
from pytest_benchmark.fixture import BenchmarkFixture

from assessor.models import Paper
from assessor.report import issued, rendering
from assessor.report.children import Child
from assessor.report.document import report_html
from assessor.report.pdf import RENDERS_PER_PROCESS, STYLESHEETS
from tests.bench.figures import Figure, compared_in_turn, side_by_side
from tests.builders import owner_client, submitted
from tests.report.jobs import memory_mib
from tests.report.records import CASES, ONE_FITS, record
from tests.report.test_pdf import FILE

DOWNLOADS = 200
STATIC = "/static/vendor/bootstrap/bootstrap.min.css"

RENDERS = int(os.environ.get("BENCH_RENDERS", "200"))
GROWTH = 1.2
"""So much more memory may be held at the end than after a tenth of the work."""

WITHIN = 5
"""Seconds in which 95 of 100 reports have to be made."""

LONG = 600
"""Seconds."""

PLAIN = """<style>
@page { size: A4; margin: 24mm 20mm 20mm }
p { font: 9.5pt/1.45 "Public Sans" }
</style>"""
WHOLE = report_html(record())
CHILD = Child(rendering.prepare, most_jobs=10_000)


def printed(document: str, stylesheets: tuple[str, ...] = ()) -> bytes:
    job = rendering.write_pdf
    return CHILD.run(job, document, stylesheets, FILE, timeout=LONG, patience=LONG)


def full() -> bytes:
    return printed(WHOLE, STYLESHEETS[Paper.A4])


def pages(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


def without_look() -> str:
    """Return the same words in the same tables, without style sheet and drawings."""
    return re.sub(r"<svg.*?</svg>", "", WHOLE, flags=re.DOTALL)


def text_only(paragraphs: int) -> str:
    """Return so many plain paragraphs of the report's own words."""
    words = html.unescape(re.sub(r"<[^>]+>", " ", without_look())).split()
    chunks = [" ".join(words[start : start + 60]) for start in range(0, len(words), 60)]
    body = "".join(f"<p>{html.escape(chunks[n % len(chunks)])}" for n in range(paragraphs))
    return f'<html lang="en"><title>x</title>{PLAIN}{body}</html>'


def text_of_length(wanted: int) -> str:
    """Return plain text that fills exactly so many pages."""
    paragraphs = wanted * 8
    while (length := pages(printed(text_only(paragraphs)))) != wanted:
        paragraphs += (wanted - length) * 4 or 1
    return text_only(paragraphs)


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    full()


def measure(benchmark: BenchmarkFixture, job: Callable[[], bytes]) -> None:
    made = benchmark.pedantic(job, rounds=5, warmup_rounds=1)  # type: ignore[no-untyped-call]
    benchmark.extra_info |= {"pages": pages(made), "kib": len(made) // 1024}


def test_reference_loop(benchmark: BenchmarkFixture) -> None:
    benchmark(lambda: sum(number * number for number in range(10_000)))


def test_full_report(benchmark: BenchmarkFixture) -> None:
    measure(benchmark, full)


def test_same_words_and_tables_without_look(benchmark: BenchmarkFixture) -> None:
    bare = without_look()
    measure(benchmark, lambda: printed(bare))


def test_plain_text_on_as_many_pages(benchmark: BenchmarkFixture) -> None:
    text = text_of_length(pages(full()))
    measure(benchmark, lambda: printed(text))


def test_html_of_a_report(benchmark: BenchmarkFixture) -> None:
    """The only part that the web process does itself."""
    benchmark(report_html, record())


@pytest.mark.django_db
def test_second_download(record_figure: Any, tmp_path: Path) -> None:
    with override_settings(VAR_DIR=tmp_path):
        report = submitted(CASES[ONE_FITS])
        browser, anybody = owner_client(report.assessment), Client()
        address = f"/a/{report.assessment_id}/report.pdf"
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(issued, "pdf_for", lambda *_: full())
            browser.get(address)

        def static() -> bytes:
            response: Any = anybody.get(STATIC)
            return b"".join(response.streaming_content)

        took = side_by_side(
            {"PDF": lambda: lambda: browser.get(address), "static": lambda: static}, DOWNLOADS
        )
    record_figure(
        compared_in_turn(
            "PDF, downloaded again", took["PDF"], took["static"], "static file of about that size"
        )
    )


def test_memory_over_many_renders(
    benchmark: BenchmarkFixture, record_figure: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in production: a fresh process from time to time (asking for its memory is a job too)."""
    child = Child(rendering.prepare, most_jobs=2 * RENDERS_PER_PROCESS)
    sheets = STYLESHEETS[Paper.A4]
    seen, took = [], []

    def render_many() -> None:
        for _ in range(RENDERS):
            started = time.monotonic()
            child.run(rendering.write_pdf, WHOLE, sheets, FILE, timeout=LONG, patience=LONG)
            took.append(time.monotonic() - started)
            seen.append(child.run(memory_mib, timeout=LONG, patience=LONG))

    benchmark.pedantic(render_many, rounds=1)  # type: ignore[no-untyped-call]
    start = seen[RENDERS // 10]
    what = f"Memory of the PDF process after {RENDERS} reports"
    record_figure(
        Figure(what, f"{seen[-1]} MiB", f"{start} MiB after a tenth", seen[-1] / start, GROWTH)
    )
    slow = statistics.quantiles(took, n=20)[-1]
    name = "PDF of a report, 95 of 100"
    record_figure(Figure(name, f"{slow:.1f} s", f"{WITHIN} s wanted", slow / WITHIN, 1))
    with capsys.disabled():
        text = " ".join(map(str, seen[::10]))
        print(f"\nMiB of the process, every tenth of {RENDERS} renders: {text}; most {max(seen)}")  # noqa: T201
