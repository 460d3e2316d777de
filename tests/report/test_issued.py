"""The PDFs of issued reports: made once, however many ask, and the same for ever."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test import override_settings

from assessor.models import Paper, Report, ReportPdf
from assessor.report import issued, kept_files, making, pdf
from assessor.report.children import NoTurn, Places
from assessor.report.pdf import NoPlace, PdfError
from tests.builders import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(VAR_DIR=tmp_path):
        yield


class Printer:
    """Stands where PDFs are made; every print is another one."""

    def __init__(self) -> None:
        self.prints = 0
        self.before: Callable[[], Any] = lambda: None

    def __call__(self, _record: object, paper: Paper, _file: object) -> bytes:
        self.prints += 1
        self.before()
        return f"%PDF {paper} {self.prints}".encode()


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Printer:
    printer = Printer()
    monkeypatch.setattr(issued, "pdf_for", printer)
    return printer


@pytest.fixture
def report() -> Report:
    return submitted()


def read(report: Report, paper: Paper = Paper.A4) -> bytes:
    return issued.bytes_of(issued.pdf_of(report, paper))


# ---------------------------------------------------------------- once and for ever


def test_a_report_is_printed_once_per_paper(report: Report, printer: Printer) -> None:
    assert [read(report), read(report)] == [b"%PDF a4 1"] * 2
    assert [read(report, Paper.LETTER), read(report)] == [b"%PDF letter 2", b"%PDF a4 1"]
    assert printer.prints == 2


def test_a_later_version_of_the_product_changes_nothing(
    report: Report, printer: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read(report)
    monkeypatch.setattr(issued, "renderer_version", lambda: "next")
    assert read(report) == first
    assert ReportPdf.objects.get().renderer.startswith("weasyprint 70")


def test_it_is_known_by_hash_and_size(report: Report, printer: Printer) -> None:
    made = issued.pdf_of(report)
    assert made.size == len(b"%PDF a4 1")
    assert kept_files.get(made.sha256) == b"%PDF a4 1"


def test_another_machine_or_an_empty_disk_reads_the_database(
    report: Report, printer: Printer, tmp_path: Path
) -> None:
    read(report)
    with override_settings(VAR_DIR=tmp_path / "other"):
        assert read(report) == b"%PDF a4 1"
        assert kept_files.get(issued.pdf_of(report).sha256) == b"%PDF a4 1"
    assert printer.prints == 1


def test_the_second_download_reads_no_bytes_from_the_database(
    report: Report, printer: Printer, django_assert_num_queries: Any
) -> None:
    read(report)
    with django_assert_num_queries(1) as queries:
        read(report)
    assert '"content"' not in str(queries.captured_queries)


def test_what_was_issued_is_neither_changed_nor_deleted(report: Report, printer: Printer) -> None:
    made = issued.pdf_of(report)
    for change in (made.save, made.delete):
        with pytest.raises(TypeError):
            change()


def test_the_enclosed_file_has_the_date_and_the_hash_of_the_report(report: Report) -> None:
    file = issued.enclosure_of(report)
    assert file.dated == report.issued_at
    assert file.identifier == f"sha256:{report.sha256}"
    assert report.sha256.encode() in file.content


# ---------------------------------------------------------------- when it cannot be made


def fail() -> None:
    raise PdfError("not now")


def test_what_fails_is_not_stored_and_tried_again(report: Report, printer: Printer) -> None:
    printer.before = fail
    with pytest.raises(PdfError, match="not now"):
        issued.pdf_of(report)
    assert not ReportPdf.objects.exists()
    printer.before = lambda: None
    assert read(report) == b"%PDF a4 2"


def test_of_two_processes_the_faster_one_issues(report: Report, printer: Printer) -> None:
    """The other process stores its print while this one is still making its own."""

    def other_process() -> None:
        printer.before = lambda: None
        issued._made(report, Paper.A4)

    printer.before = other_process
    assert read(report) == b"%PDF a4 2"
    assert ReportPdf.objects.count() == 1
    assert printer.prints == 2


def test_too_many_who_wait_are_told_at_once(
    report: Report, printer: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "PLACES", Places(1))

    def someone_else() -> None:
        with pytest.raises(PdfError, match="Many PDFs"):
            issued.pdf_of(report, Paper.LETTER)

    printer.before = someone_else
    assert read(report) == b"%PDF a4 1"
    printer.before = lambda: None
    assert read(report, Paper.LETTER) == b"%PDF letter 2"


def test_whose_turn_does_not_come_is_told_so_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What waits behind others is not at fault: a bundle makes it later."""
    monkeypatch.setattr(pdf, "_printer", Mock(run=Mock(side_effect=NoTurn)))
    with pytest.raises(NoPlace, match="Many PDFs"):
        pdf.in_own_process(len, "", timeout=1)


# ---------------------------------------------------------------- at the same time

BURST = making.PLACES.most


def at_once(job: Callable[[], bytes]) -> list[bytes]:
    together = threading.Barrier(BURST)

    def run(_number: int) -> bytes:
        together.wait(timeout=30)
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(BURST) as threads:
        return list(threads.map(run, range(BURST)))


@pytest.mark.django_db(transaction=True)
def test_a_burst_of_downloads_prints_once(report: Report, printer: Printer) -> None:
    printer.before = lambda: time.sleep(0.3)
    assert at_once(lambda: read(report)) == [b"%PDF a4 1"] * BURST
    assert printer.prints == 1
    assert making._being_made == {}


@pytest.mark.django_db(transaction=True)
def test_all_who_wait_hear_of_a_failure_and_none_waits_for_ever(
    report: Report, printer: Printer
) -> None:
    def fail_later() -> None:
        time.sleep(0.3)
        fail()

    def told() -> bytes:
        with pytest.raises(PdfError, match="not now"):
            issued.pdf_of(report)
        return b"told"

    printer.before = fail_later
    assert at_once(told) == [b"told"] * BURST
    assert making._being_made == {}
