"""Folders in which a database is copied and unpacked.

A process that is killed leaves everything in one. Each is locked as long as somebody is at work in
it, so that the next who works there can tell, and removes it.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

BEGINNING = "assessor-in-work-"
LOCK = "lock"


@contextmanager
def folder(within: Path) -> Iterator[Path]:
    """Give a new folder in another one for as long as this takes. Raises OSError."""
    remove_left(within)
    with TemporaryDirectory(prefix=BEGINNING, dir=within) as name:
        place = Path(name)
        with (place / LOCK).open("x") as lock:
            with suppress(OSError):  # Where nothing can be locked nothing is removed either.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield place


def remove_left(within: Path) -> None:
    """Remove what was left by whoever is no longer at work."""
    for lock in within.glob(f"{BEGINNING}*/{LOCK}"):
        with suppress(OSError), lock.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent)
