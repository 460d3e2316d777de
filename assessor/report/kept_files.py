"""Files on the local disk, each under the hash of its content. Any of them may be deleted."""

import hashlib
from pathlib import Path

from django.conf import settings

from assessor.files import whole

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
        with whole(_path(sha256)) as file:
            file.write(content)
        _make_room()
    except OSError:
        return


def forget(sha256: str) -> None:
    """Delete the content with this hash from this machine, also what was left in writing it."""
    for path in _folder().glob(f"{sha256}.*"):
        path.unlink(missing_ok=True)


def _make_room() -> None:
    """Delete the oldest files beyond the most that are kept."""
    files = sorted(_folder().iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MOST_FILES:]:
        path.unlink(missing_ok=True)


def _path(sha256: str) -> Path:
    return _folder() / f"{sha256}.pdf"


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "cache" / "pdf"
