"""Files on the local disk, each under the hash of its content. Any of them may be deleted."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

MOST_FILES = 500


def get(sha256: str) -> bytes | None:
    """Return the content with this hash; None when it is not kept here, or was damaged."""
    try:
        content = _path(sha256).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def keep(sha256: str, content: bytes) -> None:
    """Keep content; a disk that is full only makes the next download slower."""
    try:
        _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(_path(sha256), content)
        _make_room()
    except OSError:
        return


def forget(sha256: str) -> None:
    """Delete the content with this hash from this machine, if it is kept here."""
    _path(sha256).unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, and that nobody else can read."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # created with mode 0600
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).replace(path)


def _make_room() -> None:
    """Delete the oldest files beyond the most that are kept."""
    files = sorted(_folder().iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MOST_FILES:]:
        path.unlink(missing_ok=True)


def _path(sha256: str) -> Path:
    return _folder() / f"{sha256}.pdf"


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "cache" / "pdf"
