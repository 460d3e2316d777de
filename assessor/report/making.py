"""Making a PDF once, however many ask for it at the same time, and letting few of them wait."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar

from assessor.report import pdf
from assessor.report.children import AllTaken, Places

PLACES = Places(3)
"""For requests that wait for PDFs; a worker makes most of them before anybody asks."""

Made = TypeVar("Made")

_being_made: dict[Hashable, "Future[Any]"] = {}
_lock = Lock()


def once(key: Hashable, make: Callable[[], Made]) -> Made:
    """Return what is made; whoever asks meanwhile gets the same, or the same error.

    Raises NoPlace when too many wait, or after ``pdf.PATIENCE`` seconds.
    """
    try:
        with PLACES.one():
            return _shared(key, make)
    except AllTaken:
        raise pdf.no_place() from None


def _shared(key: Hashable, make: Callable[[], Made]) -> Made:
    with _lock:
        future: Future[Made] | None = _being_made.get(key)
        is_first = future is None
        if future is None:
            future = _being_made[key] = Future()
    if is_first:
        _fulfil(key, future, make)
    try:
        return future.result(timeout=pdf.PATIENCE)
    except TimeoutError:
        raise pdf.no_place() from None


def _fulfil(key: Hashable, future: "Future[Made]", make: Callable[[], Made]) -> None:
    try:
        future.set_result(make())
    except BaseException as error:  # noqa: BLE001  those who wait must hear of it, whatever it is
        future.set_exception(error)
    finally:
        with _lock:
            del _being_made[key]
