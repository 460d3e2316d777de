"""Versions of editions: which of two is the later one.

``2026.11.2`` is an edition; ``2026.11.2+northwind.1`` the same with the settings of one
organisation, for the first time. A later edition comes after all settings over an earlier one.
"""

import re
from typing import NamedTuple

VERSION = re.compile(
    r"(?P<numbers>\d+(\.\d+)*)(\+[a-z0-9]+(-[a-z0-9]+)*\.(?P<count>\d+))?", re.ASCII
)
LONGEST_NAME = 16
"""Characters of the name in a version."""


class Order(NamedTuple):
    """What versions are put in order by."""

    numbers: tuple[int, ...]
    revision: int


def order_of(version: str) -> Order:
    """Return the place of a version among others. Raises ValueError for what is none."""
    match = VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"{version!r} is no version such as 2026.11.2")
    numbers = [int(number) for number in match["numbers"].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return Order(tuple(numbers), int(match["count"] or 0))


def is_later(version: str, than: str) -> bool:
    """Say whether a version comes after another. Raises ValueError for what is none."""
    return order_of(version) > order_of(than)


def with_settings(version: str, organisation: str, revision: int) -> str:
    """Return the version of an edition with the settings of an organisation."""
    name = re.sub(r"[^a-z0-9]+", "-", organisation.lower()).strip("-")[:LONGEST_NAME].strip("-")
    return f"{version}+{name or 'organisation'}.{revision}"
