"""Reading the PDFs that people send: what is ours is found, the rest is refused, quickly."""

import logging
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pikepdf
import pytest
from pypdf.errors import DependencyError

from assessor.report import extraction, report_file
from assessor.report.extraction import Unreadable, enclosed_file
from tests.knowledge.editions import ROOT
from tests.report import pdfs


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


def found_in(pdf: bytes) -> bytes | None:
    return enclosed_file(pdf, report_file.NAME)


def test_the_enclosed_file_is_found() -> None:
    assert found_in(pdfs.carrying(b"{}")) == b"{}"


def test_it_is_found_after_another_program_saved_the_pdf_again() -> None:
    with_object_streams = pikepdf.ObjectStreamMode.generate
    assert found_in(pdfs.carrying(b"{}", object_stream_mode=with_object_streams)) == b"{}"
    assert found_in(pdfs.carrying(b"{}", linearize=True)) == b"{}"


def test_a_pdf_without_it_has_none() -> None:
    assert found_in(pdfs.saved(pdfs.empty())) is None
    assert found_in(pdfs.carrying(b"{}", name="other.json")) is None


def test_a_locked_pdf_is_refused() -> None:
    for user in ("secret", ""):
        encryption = pikepdf.Encryption(owner="secret", user=user)
        with pytest.raises(Unreadable, match="locked"):
            found_in(pdfs.carrying(b"{}", encryption=encryption))


@pytest.mark.parametrize("size", [extraction.LARGEST + 1, 80 * 1024**2])
def test_a_file_that_unpacks_to_too_much_is_refused(size: int) -> None:
    bomb = pdfs.bomb(size)
    assert len(bomb) < 200_000
    with pytest.raises(Unreadable, match="too_large"):
        found_in(bomb)


@pytest.mark.parametrize(
    "pdf",
    [
        b"",
        b"%PDF-",
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\n" + b"\xff" * 5000,
        b"%PDF-1.7\nstartxref\n99999999999\n%%EOF",
        pdfs.deep(5_000),
        pdfs.circular_references(),
        pdfs.carrying(b"{}", **pdfs.PLAIN)[:400],
        b"%PDF-1.7\ntrailer <</Root << /Names 5 >> >>\nstartxref\n9\n%%EOF",
    ],
    ids=range(9),
)
def test_a_broken_pdf_is_refused(pdf: bytes) -> None:
    with pytest.raises(Unreadable, match="broken"):
        found_in(pdf)


def test_a_tree_of_files_that_leads_back_to_itself_is_no_trap() -> None:
    with suppress(Unreadable):
        assert found_in(pdfs.circular_names()) is None


def test_every_way_to_cut_a_file_short_is_survived() -> None:
    whole = pdfs.carrying(b"{}", **pdfs.PLAIN)
    for length in range(0, len(whole), 37):
        for pdf in (whole[:length], whole[:length] + b"\0" * 20 + whole[length + 20 :]):
            try:
                assert found_in(pdf) in {None, b"{}"}
            except Unreadable:
                continue


def test_the_process_starts_without_django_and_without_pypdf() -> None:
    code = (
        "import assessor.report.extraction, sys; "
        "sys.exit(any(name in sys.modules for name in ('django', 'pypdf')))"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0  # noqa: S603


@pytest.mark.parametrize("refusal", [None, ValueError])
def test_a_system_without_such_a_limit_is_no_reason_to_read_nothing(
    refusal: type[Exception] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, tuple[int, int]]] = []

    def set_limit(what: int, limit: tuple[int, int]) -> None:
        asked.append((what, limit))
        if refusal:
            raise refusal

    monkeypatch.setattr(resource, "setrlimit", set_limit)
    extraction.prepare()
    assert asked == [(resource.RLIMIT_AS, (extraction.MEMORY_LIMIT, extraction.MEMORY_LIMIT))]


def test_a_pdf_that_only_a_missing_library_would_open_is_locked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def enclosed(*_: object) -> None:
        raise DependencyError

    monkeypatch.setattr(extraction, "_enclosed", enclosed)
    with pytest.raises(Unreadable, match="locked"):
        found_in(pdfs.saved(pdfs.empty()))


def test_the_process_takes_only_so_much_memory_and_logs_nothing() -> None:
    code = (
        "from assessor.report import extraction; extraction.prepare()\n"
        "import logging; logging.getLogger('pypdf').error('answers')\n"
        "try: bytearray(extraction.MEMORY_LIMIT)\n"
        "except MemoryError: raise SystemExit(7)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True
    )
    assert (done.returncode, done.stderr) == (7, b"")
    assert extraction.MEMORY_LIMIT <= 512 * 1024**2
