"""What tests run in a child process: nothing here imports Django, as nothing there does."""

import os
import resource
import signal
import time
from pathlib import Path


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def own_pid() -> int:
    return os.getpid()


def nothing() -> None:
    """Prepare nothing."""


def sleep_over(_pdf: bytes, _name: str) -> None:
    time.sleep(600)


def die_of(_pdf: bytes, _name: str) -> None:
    die()


def memory_mib() -> int:
    """Return the memory this process holds now (Linux only)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024**2
