"""Child processes that work for the web process: one job after another, each with a time limit."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from threading import Lock
from typing import Any, TypeVar

from pebble import ProcessPool

Result = TypeVar("Result")


class TookTooLong(Exception):
    """A job was stopped at its limit, or its turn did not come in time."""


class Child:
    """One process, started fresh (not forked) when it is first needed and again after it dies.

    ``prepare`` runs in it first; after ``most_jobs`` jobs another takes its place.
    """

    def __init__(self, prepare: Callable[[], None], *, most_jobs: int) -> None:
        self._prepare = prepare
        self._most_jobs = most_jobs
        self._pool: ProcessPool | None = None
        self._lock = Lock()

    def run(
        self, function: Callable[..., Result], *arguments: Any, timeout: float, patience: float
    ) -> Result:
        """Return what the function returns there; after ``timeout`` seconds it is killed.

        ``patience`` includes the seconds that jobs before it take. Raises TookTooLong, and
        whatever the function raises or the death of its process gives.
        """
        job = partial(self._attempt, function, arguments, timeout, patience)
        try:
            return job()
        except BrokenProcessPool:  # It died between two jobs, before it knew of this one.
            return job()

    def _attempt(
        self,
        function: Callable[..., Result],
        arguments: tuple[Any, ...],
        timeout: float,
        patience: float,
    ) -> Result:
        future = self._schedule(function, arguments, timeout)
        try:
            result: Result = future.result(timeout=patience)
        except TimeoutError:
            future.cancel()
            raise TookTooLong from None
        return result

    def _schedule(
        self, function: Callable[..., Result], arguments: tuple[Any, ...], timeout: float
    ) -> Any:
        with self._lock:
            try:
                if self._pool is not None:
                    return self._pool.schedule(function, args=arguments, timeout=timeout)
            except RuntimeError:  # pebble gives up a pool whose process died while it was idle
                pass
            self._pool = self._started()
            return self._pool.schedule(function, args=arguments, timeout=timeout)

    def _started(self) -> ProcessPool:
        return ProcessPool(
            max_workers=1,
            max_tasks=self._most_jobs,
            context=multiprocessing.get_context("spawn"),
            initializer=self._prepare,
        )
