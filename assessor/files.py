"""Files that are there whole or not at all, and that nobody else can read at any moment."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole(path: Path, made_in: Path | None = None) -> Iterator[BinaryIO]:
    """Write beside a file, or in another folder there, and give it the name when it is on the disk.

    Whatever fails, nothing is left of it.
    """
    folder = made_in or path.parent
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=folder)  # mode 0600
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_privately(path: Path, text: str) -> None:
    """Write a text, and make the folder for it where there is none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with whole(path) as file:
        file.write(text.encode())
