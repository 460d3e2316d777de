"""The disk has what was saved before the browser is told so (R3)."""

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.resilience.figures import control, measured, rounds
from tests.resilience.installation import Installation, Server, Servers
from tests.resilience.writers import writing

NAME = "fsync before answer"

WRITTEN = re.compile(r"pwrite64\(\d+<([^>]*\.sqlite3[^>]*)>")
SYNCED = re.compile(r"f(?:data)?sync\(\d+<([^>]*\.sqlite3[^>]*)>")
ANSWERED = re.compile(r'(?:sendto|write)\(\d+<[^>]*>, "HTTP/1\.1 302')


@contextmanager
def traced(server: Server, log: Path) -> Iterator[None]:
    """Note what a server writes to files and sockets; skips where nobody may look."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace to see when the server waits for the disk")
    watched = "trace=pwrite64,fsync,fdatasync,sendto,write"
    command = [strace, "-f", "-y", "-s", "16", "-e", watched, "-o", str(log), "-p", str(server.pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stderr
        if "attached" not in process.stderr.readline():
            pytest.skip("strace may not look at other processes here")
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def unsafe_answers(log: Path) -> tuple[int, int]:
    """Return how many saves were answered, and how many of them before the disk had them.

    One writer saves, so what was written last belongs to what is answered next.
    """
    answered = unsafe = 0
    waiting: set[str] = set()
    for line in log.read_text(errors="replace").splitlines():
        if found := WRITTEN.search(line):
            waiting.add(found[1])
        elif found := SYNCED.search(line):
            waiting.discard(found[1])
        elif ANSWERED.search(line):
            answered += 1
            unsafe += any(not name.endswith("-shm") for name in waiting)
    return answered, unsafe


def traced_saves(
    installation: Installation, servers: Servers, saves: int, log: Path, fault: str = ""
) -> tuple[int, int]:
    """Let one person save so often; return what unsafe_answers() does."""
    with servers.serving(installation, fault) as server:
        (writer,) = installation.people(1)
        writer.get()
        with traced(server, log), writing([writer], saves=saves) as outcome:
            pass
    assert len(outcome.promises) == saves
    return unsafe_answers(log)


def test_no_save_is_answered_before_the_disk_has_it(
    installation: Installation, servers: Servers, tmp_path: Path
) -> None:
    with measured(NAME) as figure:
        figure.rounds = rounds(short=20, long=1_000)
        log = tmp_path / "strace"
        figure.acknowledged, figure.lost = traced_saves(installation, servers, figure.rounds, log)
    assert (figure.acknowledged, figure.lost) == (figure.rounds, 0)


def test_a_server_that_does_not_wait_for_the_disk_is_found_out(
    installation: Installation, servers: Servers, tmp_path: Path
) -> None:
    answered, unsafe = traced_saves(
        installation, servers, 20, tmp_path / "strace", "trust_the_disk_cache"
    )
    control(NAME, f"{unsafe} of {answered} answered too early with synchronous=NORMAL")
    assert unsafe
