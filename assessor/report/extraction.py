"""What runs in the process of its own that reads the PDFs people send.

Pure Python (pypdf), so that no file can corrupt memory; what it can still do is take time and
memory, and both are limited here. It imports no Django.
"""

from __future__ import annotations

import logging
import resource
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf import PdfReader

MEMORY_LIMIT = 512 * 1024**2
LARGEST = 4 * 1024 * 1024
"""Bytes of an enclosed file, unpacked: more than any report has whose PDF is made in time."""


class Unreadable(Exception):
    """A PDF that cannot be read. The code says why: broken, locked, or too_large."""


def prepare() -> None:
    """Limit how much memory the process may take, and let no word of a file into the log."""
    logging.disable()
    with suppress(ValueError):  # macOS refuses; the time limit still holds there
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def enclosed_file(pdf: bytes, name: str) -> bytes | None:
    """Return the file with this name that a PDF carries, or None. Raises Unreadable."""
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import (  # noqa: PLC0415
        DependencyError,
        FileNotDecryptedError,
        LimitReachedError,
    )

    try:
        content = _enclosed(PdfReader(BytesIO(pdf)), name)
    except Unreadable:
        raise
    except (FileNotDecryptedError, DependencyError):  # what would decrypt it is not installed
        raise Unreadable("locked") from None
    except LimitReachedError:
        raise Unreadable("too_large") from None
    except Exception:  # noqa: BLE001  a parser of hostile files raises whatever it likes
        raise Unreadable("broken") from None
    if content is not None and len(content) > LARGEST:
        raise Unreadable("too_large")
    return content


def _enclosed(reader: PdfReader, name: str) -> bytes | None:
    if reader.is_encrypted:
        raise Unreadable("locked")
    found = (file.content for file in reader.attachment_list if file.name == name)
    return next(found, None)
