"""The report as PDF, read back; and what happens when it cannot be made."""

import os
import signal
import time
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.cache import caches
from django.test import override_settings
from pypdf import PdfReader

from assessor import bootstrap
from assessor.report import pdf
from assessor.report.pdf import PdfError
from tests.report.records import NOTHING_IS_LEFT, record

LONG = 240
"""Seconds that a busy machine may take: what is tested here is not how fast it is."""


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TIMEOUT", LONG)
    monkeypatch.setattr(pdf, "PATIENCE", LONG)


@pytest.fixture(scope="module")
def made() -> bytes:
    """Return one real PDF, made once."""
    if reason := pdf.availability():
        warnings.warn(f"NO PDF IS TESTED: {reason}", stacklevel=1)
        pytest.skip(f"!!! NO PDF IS TESTED: {reason}")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(pdf, "TIMEOUT", LONG)
        monkeypatch.setattr(pdf, "PATIENCE", LONG)
        return pdf.pdf_for(record(answers={"why_success": "One day instead of five"}))


@pytest.fixture(scope="module")
def reader(made: bytes) -> PdfReader:
    return PdfReader(BytesIO(made))


@pytest.fixture
def _no_cache(tmp_path: Any) -> Iterator[None]:
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    with override_settings(CACHES={"default": memory, "reports": memory}):
        yield


# ---------------------------------------------------------------- one real PDF


@pytest.fixture(scope="module")
def root(reader: PdfReader) -> Any:
    """Return the catalogue of the document."""
    return reader.root_object


def test_it_says_who_what_and_in_which_language(reader: PdfReader, root: Any) -> None:
    assert reader.metadata is not None
    assert reader.metadata.title == "Contract drafts: how to deploy it"
    assert reader.metadata.author == "Dana"
    assert reader.metadata.subject == "“Small model, private cloud” fits best"
    assert root["/Lang"] == "en"


def test_it_is_tagged_for_screen_readers(root: Any) -> None:
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_its_headings_can_be_read_and_jumped_to(reader: PdfReader) -> None:
    text = "\n".join(page.extract_text() for page in reader.pages)
    bookmarks = [entry["/Title"] for entry in _flat(reader.outline)]
    for heading in (
        "“Small model, private cloud” fits best", "Your situation", "Why this one",
        "Options compared", "The architecture", "First 90 days", "Appendix A: all answers",
        "Appendix B: how it was computed", "Appendix C: the article’s sentences",
    ):  # fmt: skip
        assert heading in text
        assert any(heading in bookmark for bookmark in bookmarks), heading


def _flat(outline: list[Any]) -> Iterator[Any]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _flat(entry)
        else:
            yield entry


def test_its_pages_are_numbered_and_the_first_stands_alone(reader: PdfReader) -> None:
    pages = [page.extract_text() for page in reader.pages]
    assert all(f"Page {n} of {len(pages)}" in text for n, text in enumerate(pages, start=1))
    assert "Sign-off" in pages[0]
    assert "no AI was used" in pages[0]
    assert "Contents" in pages[1]


def test_its_fonts_are_ours_and_embedded(made: bytes) -> None:
    fonts = set()
    with pikepdf.open(BytesIO(made)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                assert "/FontFile2" in item or "/FontFile3" in item
                fonts.add(str(item["/FontName"]).partition("+")[2])
    assert fonts
    assert all(name.startswith("Public-Sans") for name in fonts), fonts


def test_it_carries_no_files_and_no_scripts(reader: PdfReader, root: Any) -> None:
    assert not list(reader.attachments)
    names = root.get("/Names", {})
    assert "/EmbeddedFiles" not in names
    assert "/JavaScript" not in names
    assert "/OpenAction" not in root


@pytest.mark.usefixtures("_patient")
def test_the_same_report_gives_the_same_bytes(made: bytes) -> None:
    assert pdf.pdf_for(record(answers={"why_success": "One day instead of five"})) == made


@pytest.mark.usefixtures("made", "_patient")
def test_it_is_made_when_nothing_is_left_and_much_was_typed() -> None:
    issued = record(
        NOTHING_IS_LEFT,
        {"why_success": "W" * 600},
        initiative="x" * 120,
        organisation="Ελλάδα Москва 東京 🙂\N{ZERO WIDTH JOINER}",
    )
    assert len(PdfReader(BytesIO(pdf.pdf_for(issued))).pages) > 5


@pytest.mark.usefixtures("made", "_patient")
@pytest.mark.parametrize(
    "evil",
    [
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<img src="file:///etc/hostname">',
        '<p style="background: url(https://static.invalid/../manage.py)">x</p>',
    ],
)
def test_a_document_that_asks_for_anything_else_is_not_made(evil: str) -> None:
    with pytest.raises(PdfError):
        pdf.write_pdf(f"<html><body>{evil}</body></html>")


# ---------------------------------------------------------------- when it cannot be made


def test_what_takes_too_long_is_stopped_and_the_next_one_works() -> None:
    began = time.monotonic()
    with pytest.raises(PdfError, match="took too long"):
        pdf.in_own_process(_sleep, "600", timeout=0.2)
    assert time.monotonic() - began < LONG
    assert pdf.in_own_process(str.upper, "next", timeout=LONG) == "NEXT"


def test_a_process_that_dies_is_replaced() -> None:
    with pytest.raises(PdfError):
        pdf.in_own_process(_die, "", timeout=LONG)
    assert pdf.in_own_process(str.upper, "next", timeout=LONG) == "NEXT"


def _sleep(seconds: str) -> None:
    time.sleep(float(seconds))


def _die(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def _without_pango(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    missing = [one for one in bootstrap.LIBRARIES if "pango-1.0" in one.linux]
    monkeypatch.setattr(bootstrap, "missing_libraries", lambda: missing)
    pdf.availability.cache_clear()
    yield
    pdf.availability.cache_clear()


@pytest.mark.usefixtures("_without_pango")
def test_a_machine_without_pango_says_what_to_install() -> None:
    reason = pdf.availability()
    assert "pango" in reason
    assert "apt-get install libpango-1.0-0" in reason
    with pytest.raises(PdfError, match="cannot be made on this server"):
        pdf.write_pdf("<p>")


# ---------------------------------------------------------------- kept by content


class Stored:
    """As much of a stored report as is asked for."""

    sha256 = "3f9a" * 16


@pytest.mark.usefixtures("_no_cache")
def test_a_report_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    prints = iter([b"first", b"second"])
    monkeypatch.setattr(pdf, "record_of", lambda report: report)
    monkeypatch.setattr(pdf, "pdf_for", lambda _: next(prints))
    report: Any = Stored()
    assert [pdf.pdf_of(report), pdf.pdf_of(report)] == [b"first", b"first"]
    caches["reports"].clear()
    assert pdf.pdf_of(report) == b"second"


@pytest.mark.usefixtures("_no_cache")
def test_a_new_look_makes_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "record_of", lambda report: report)
    monkeypatch.setattr(pdf, "pdf_for", lambda _: b"old")
    report: Any = Stored()
    pdf.pdf_of(report)
    monkeypatch.setattr(pdf, "pdf_for", lambda _: b"new")
    monkeypatch.setattr(pdf, "renderer_version", lambda: "next")
    assert pdf.pdf_of(report) == b"new"
