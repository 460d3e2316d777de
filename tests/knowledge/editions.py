"""The shipped edition, and copies of it with something changed."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from assessor.knowledge import KnowledgeBase, read_folder

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "fixtures" / "knowledge" / "2026.11"

RELEASED = Path(__file__).parent / "released"
"""Every edition that was ever shipped, as it was stored: they are readable for ever."""

GONE: Final = object()
"""In place of a value: the key is taken away."""

Document = dict[str, Any]
"""An edition as plain values."""


@cache
def shipped() -> KnowledgeBase:
    """Read the shipped edition, once: tests are also parametrised over its rules."""
    return read_folder(FOLDER)


def document() -> Document:
    """Return the shipped edition as plain values that a test may change."""
    edition: Document = json.loads(_shipped_text())
    return edition


@cache
def _shipped_text() -> str:
    """Copying by way of text is much quicker than a deep copy."""
    return json.dumps(shipped().document)


def changed(path: str, value: object) -> Document:
    """Return the shipped edition with another value at a path.

    Entries of a list are named by their key or position: ``controls/controls/ai_register/owner``.
    """
    edition = document()
    change(edition, path, value)
    return edition


def change(edition: Document, path: str, value: object) -> None:
    *parents, last = path.split("/")
    place: Any = edition
    for name in parents:
        place = _entry(place, name)
    if value is GONE:
        del place[last]
    else:
        place[last] = value


def _entry(place: Any, name: str) -> Any:
    if isinstance(place, dict):
        return place[name]
    if name.isdigit():
        return place[int(name)]
    return next(entry for entry in place if name in (entry.get("key"), entry.get("id")))
