"""Files that are whole or not there, and that only their owner can read."""

import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assessor.files import whole, write_privately


@contextmanager
def full_disk(after: int) -> Iterator[None]:
    """Let no file take more bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (after, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_takes_the_place_of_another_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    for text in ("one", "two"):
        write_privately(path, text)
        assert path.read_text() == text
    assert list(path.parent.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_nothing_is_left_of_one_that_could_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before")
    with full_disk(10), pytest.raises(OSError, match="too large"):
        write_privately(path, "words " * 1000)
    with pytest.raises(KeyboardInterrupt), whole(path) as file:
        file.writelines(interrupted())
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "before"


def interrupted() -> Iterator[bytes]:
    yield b"words"
    raise KeyboardInterrupt


def test_nothing_is_left_of_one_that_could_not_get_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(IsADirectoryError):
        write_privately(tmp_path / "file", "words")
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]
