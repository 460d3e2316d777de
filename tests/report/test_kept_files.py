"""Files kept on disk under their hash: private, whole, and not too many."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from assessor.report import kept_files
from tests.test_files import full_disk


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(VAR_DIR=tmp_path):
        yield tmp_path / "cache" / "pdf"


def kept(content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    kept_files.keep(sha256, content)
    return sha256


def test_what_is_kept_is_found_and_nobody_else_can_read_it(folder: Path) -> None:
    assert kept_files.get(kept(b"one")) == b"one"
    [file] = folder.iterdir()
    assert file.stat().st_mode & 0o077 == folder.stat().st_mode & 0o077 == 0


def test_what_was_never_kept_is_not_found() -> None:
    assert kept_files.get("0" * 64) is None


@pytest.mark.parametrize("damage", [b"", b"on", b"two", b"one\0"])
def test_a_damaged_file_is_as_good_as_none(folder: Path, damage: bytes) -> None:
    sha256 = kept(b"one")
    (folder / f"{sha256}.pdf").write_bytes(damage)
    assert kept_files.get(sha256) is None
    kept(b"one")
    assert kept_files.get(sha256) == b"one"


def test_the_oldest_make_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_files, "MOST_FILES", 3)
    hashes = []
    for age in range(5):
        hashes.append(kept(bytes([age])))
        os.utime(folder / f"{hashes[-1]}.pdf", (1000 + age, 1000 + age))
    assert [kept_files.get(sha256) is not None for sha256 in hashes] == [False] * 2 + [True] * 3


def test_a_disk_that_takes_nothing_is_no_failure(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where the folder should be")
    assert kept_files.get(kept(b"one")) is None


def test_nothing_is_left_where_the_disk_is_full(folder: Path) -> None:
    with full_disk(10):
        sha256 = kept(b"words of somebody " * 1000)
    assert kept_files.get(sha256) is None
    assert list(folder.iterdir()) == []


def test_what_is_forgotten_is_gone_and_so_is_what_was_left_in_writing_it(folder: Path) -> None:
    gone, stays = kept(b"one"), kept(b"two")
    (folder / f"{gone}.pdf.x").write_bytes(b"on")
    kept_files.forget(gone)
    assert list(folder.iterdir()) == [folder / f"{stays}.pdf"]
