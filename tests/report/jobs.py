"""What tests run in a child process: nothing here imports Django, as nothing there does."""

import os
import resource
import signal
import time
from pathlib import Path


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def never(*_arguments: object) -> None:
    """Never come to an end, whatever is asked for."""
    time.sleep(3600)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stop() -> None:
    """Tell the own process to stop, as whoever stops everything does."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(600)


def stop_once(mark: str) -> str:
    """Do so the first time; the second time be done."""
    if not Path(mark).exists():
        Path(mark).touch()
        stop()
    return "done"


def work(seconds: float) -> float:
    """Use the processor for so long."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return seconds


def write_file(path: str, size: int) -> None:
    Path(path).write_bytes(b"x" * size)


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


def take_memory(size: int) -> int:
    return len(bytearray(size))


def print_with_any_fetcher(html: str) -> bytes:
    """Print as WeasyPrint does by itself, asking for whatever a document names."""
    from weasyprint import HTML  # noqa: PLC0415

    made: bytes = HTML(string=html).write_pdf()
    return made
