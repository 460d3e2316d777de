"""Examining an edition away from the web process: whatever it asks for, nobody else waits."""

import logging
import resource
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from pebble import ProcessExpired

from assessor.advice import examination
from assessor.advice.examination import Examined
from assessor.report.children import AllTaken, Child, Places, TookTooLong

TIMEOUT = 60
"""Seconds that a proof may take; that of the shipped edition takes one."""

PATIENCE = 75
"""Seconds that somebody waits, those before them included."""

PLACES = Places(1)
"""For requests that wait for an edition to be examined."""

MEMORY_LIMIT = 2 * 1024**3


class TooMuch(Exception):
    """It took too long, or too much memory."""


class Busy(Exception):
    """Another edition is being examined."""


def _prepare() -> None:
    logging.disable()
    with suppress(ValueError):  # macOS refuses; the time limit still holds there
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


_examiner = Child(_prepare, most_jobs=20, cpu_seconds=TIMEOUT)


def files(sent: Mapping[str, bytes]) -> Examined:
    """Examine what was uploaded. Raises TooMuch or Busy."""
    return _run(examination.examine_files, dict(sent))


def settings(base: dict[str, Any], wanted: Mapping[str, Any], revision: int) -> Examined:
    """Examine an edition with the settings of an organisation. Raises TooMuch or Busy."""
    return _run(examination.examine_settings, base, dict(wanted), revision)


def _run(examine: Callable[..., Examined], *arguments: Any) -> Examined:
    try:
        with PLACES.one():
            return _examiner.run(examine, *arguments, timeout=TIMEOUT, patience=PATIENCE)
    except AllTaken:
        raise Busy from None
    except (TookTooLong, ProcessExpired, MemoryError):
        raise TooMuch from None
