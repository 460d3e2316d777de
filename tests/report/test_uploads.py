"""A file that somebody sends, read in a process of its own."""

import time

import pytest
from pikepdf import Encryption

from assessor.report import extraction, report_file, uploads
from assessor.report.uploads import Refused, is_pdf, report_in
from tests.builders import submitted
from tests.report import jobs, pdfs

pytestmark = pytest.mark.django_db

LONG = 240
"""Seconds that a busy machine may take."""


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "TIMEOUT", LONG)
    monkeypatch.setattr(uploads, "PATIENCE", LONG)


def test_a_report_is_found_in_its_pdf_and_in_its_json_file() -> None:
    content = report_file.written(submitted())
    assert report_in(content) == report_in(pdfs.carrying(content))
    assert report_in(content).is_intact


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 no more", "cannot be read"),
        (
            pdfs.carrying(b"{}", encryption=Encryption(owner="x", user="x")),
            "locked with a password",
        ),
        (pdfs.bomb(8 * 1024**2), "too large"),
        (pdfs.saved(pdfs.empty()), "carries no report"),
        (pdfs.carrying(b"PK"), "neither a PDF nor a JSON file"),
        (pdfs.carrying(b"{}"), "no report of this program"),
        (b"PK\x03\x04", "neither a PDF nor a JSON file"),
        (b'{"format":"assessor-report","version":2}', "newer version"),
    ],
    ids=range(8),
)
def test_what_cannot_be_used_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        report_in(content)


def test_a_pdf_says_what_it_is_among_its_first_bytes() -> None:
    assert is_pdf(b"\n" * 1019 + b"%PDF-1.7")
    assert not is_pdf(b"\n" * 1020 + b"%PDF-1.7")


def test_a_pdf_that_takes_too_long_is_given_up_and_the_next_one_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "TIMEOUT", 0.3)
    monkeypatch.setattr(extraction, "enclosed_file", jobs.sleep_over)
    began = time.monotonic()
    with pytest.raises(Refused, match="cannot be read"):
        report_in(b"%PDF-1.7")
    assert time.monotonic() - began < LONG
    monkeypatch.undo()
    with pytest.raises(Refused, match="cannot be read"):
        report_in(b"%PDF-1.7")


def test_a_pdf_that_kills_its_reader_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "enclosed_file", jobs.die_of)
    with pytest.raises(Refused, match="cannot be read"):
        report_in(b"%PDF-1.7")
