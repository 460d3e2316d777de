"""JSON that means one thing: no key is given twice, of which readers take one or the other."""

import json
from typing import Any, NoReturn


def from_json(text: str | bytes) -> Any:
    """Return what JSON holds, as plain values. Raises ValueError or RecursionError."""
    return json.loads(text, object_pairs_hook=without_repetition, parse_constant=_no_number)


def without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON from its keys and values. Raises ValueError."""
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a key is given twice")
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
