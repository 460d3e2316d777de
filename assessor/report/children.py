"""Child processes that work for the web process: one job after another, each within limits."""

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from math import ceil
from multiprocessing.connection import wait
from threading import BoundedSemaphore, Lock, Thread
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

Result = TypeVar("Result")

CPU_SECONDS = 20
"""Of the processor, for one job that may take longer by the clock on a busy machine."""

LARGEST_FILE = 20 * 1024**2
"""Bytes that any file may have that is written there."""


class TookTooLong(Exception):
    """A job was stopped at its limit."""


class NoTurn(TookTooLong):
    """Jobs before it took so long that its turn did not come in time."""


class AllTaken(Exception):
    """As many wait already as may."""


class Places:
    """Where at most so many wait: each keeps a thread of the server from everybody else."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._free = BoundedSemaphore(most)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a place while something is done. Raises AllTaken at once when there is none."""
        if not self._free.acquire(blocking=False):
            raise AllTaken
        try:
            yield
        finally:
            self._free.release()


class Child:
    """One process, started fresh (not forked) when it is first needed and again after it dies.

    ``prepare`` runs in it first; after ``most_jobs`` jobs another takes its place. A job that
    takes more than ``cpu_seconds`` of the processor is killed by the system, whatever it does,
    and the process ends with this one, however this one ends.
    """

    def __init__(
        self, prepare: Callable[[], None], *, most_jobs: int, cpu_seconds: int = CPU_SECONDS
    ) -> None:
        self._prepare = prepare
        self._most_jobs = most_jobs
        self._cpu_seconds = cpu_seconds
        self._pool: ProcessPool | None = None
        self._lock = Lock()

    def run(
        self, function: Callable[..., Result], *arguments: Any, timeout: float, patience: float
    ) -> Result:
        """Return what the function returns there; after ``timeout`` seconds it is killed.

        ``patience`` includes the seconds that jobs before it take. Raises TookTooLong, NoTurn, and
        whatever the function raises or the death of its process gives. A job whose process is told
        to stop is done once more: whoever stops everything may tell each process.
        """
        limited = (self._cpu_seconds, function, arguments)
        job = partial(self._attempt, _within, limited, timeout, patience)
        result: Result
        try:
            result = job()
        except BrokenProcessPool:  # It died between two jobs, before it knew of this one.
            result = job()
        except ProcessExpired as error:
            if not _was_told_to_stop(error):
                raise
            result = job()
        return result

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
            reached_its_limit = future.done()
            future.cancel()
            raise TookTooLong if reached_its_limit else NoTurn from None
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
            initializer=_begin,
            initargs=(self._prepare,),
        )


def _was_told_to_stop(error: ProcessExpired) -> bool:
    """Say whether SIGTERM ended it: pebble exits with its number, unless it comes at the start."""
    return error.exitcode in {signal.SIGTERM, -signal.SIGTERM}


# ---------------------------------------------------------------- what runs in the child


def _begin(prepare: Callable[[], None]) -> None:
    """Bound the process, and let it end with the one it works for, killed or not."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Thread(target=_end_with_parent, daemon=True).start()
    prepare()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _within(
    cpu_seconds: int, function: Callable[..., Result], arguments: tuple[Any, ...]
) -> Result:
    """Do a job with so much of the processor; the jobs before it do not count."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = ceil(used.ru_utime + used.ru_stime) + cpu_seconds
    with suppress(ValueError):  # Where whoever started us has set a lower one, it holds.
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
    return function(*arguments)
