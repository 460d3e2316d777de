"""Child processes: whatever happens in one, the next job is done."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pebble import ProcessExpired

from assessor.management.commands.serve import THREADS
from assessor.report import making, uploads
from assessor.report.children import LARGEST_FILE, AllTaken, Child, NoTurn, Places, TookTooLong
from assessor.views.staff import editions_checking
from tests.knowledge.editions import ROOT
from tests.report import jobs

LONG = 240
"""Seconds that a busy machine may take."""


@pytest.fixture(scope="module")
def child() -> Child:
    return Child(jobs.nothing, most_jobs=1000)


def pid_of(child: Child) -> int:
    return child.run(jobs.own_pid, timeout=LONG, patience=LONG)


def test_jobs_are_done_by_one_other_process(child: Child) -> None:
    assert {pid_of(child), pid_of(child)} not in ({os.getpid()}, set())
    assert len({pid_of(child), pid_of(child)}) == 1


def test_what_a_job_raises_is_raised_here(child: Child) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        child.run(int, "x", timeout=LONG, patience=LONG)


def test_a_job_that_takes_too_long_is_killed_and_the_next_one_works(child: Child) -> None:
    before = pid_of(child)
    with pytest.raises(TookTooLong) as raised:
        child.run(jobs.sleep, 600, timeout=0.2, patience=LONG)
    assert raised.type is TookTooLong
    assert pid_of(child) != before


def test_somebody_who_waited_long_enough_is_told_so(child: Child) -> None:
    with pytest.raises(NoTurn):
        child.run(jobs.sleep, 1, timeout=LONG, patience=0.1)
    pid_of(child)


def test_a_job_that_kills_its_process_fails_and_the_next_one_works(child: Child) -> None:
    with pytest.raises(ProcessExpired):
        child.run(jobs.die, timeout=LONG, patience=LONG)
    pid_of(child)


def test_a_job_whose_process_is_told_to_stop_is_done_once_more(
    child: Child, tmp_path: Path
) -> None:
    mark = str(tmp_path / "stopped")
    assert child.run(jobs.stop_once, mark, timeout=LONG, patience=LONG) == "done"
    with pytest.raises(ProcessExpired):
        child.run(jobs.stop, timeout=LONG, patience=LONG)
    pid_of(child)


def test_a_process_that_dies_while_it_has_nothing_to_do_is_replaced(child: Child) -> None:
    for _ in range(3):
        os.kill(pid_of(child), signal.SIGKILL)
        pid_of(child)


def test_after_so_many_jobs_another_process_takes_over() -> None:
    child = Child(jobs.nothing, most_jobs=2)
    assert len({pid_of(child) for _ in range(5)}) >= 2


# ---------------------------------------------------------------- limits


def test_a_job_has_so_much_of_the_processor_and_those_before_it_do_not_count() -> None:
    child = Child(jobs.nothing, most_jobs=1000, cpu_seconds=1)
    for _ in range(4):
        child.run(jobs.work, 0.4, timeout=LONG, patience=LONG)
    with pytest.raises(ProcessExpired):
        child.run(jobs.work, 60, timeout=LONG, patience=LONG)
    pid_of(child)


def test_without_the_limit_it_would_go_on() -> None:
    """The control of the test above."""
    assert Child(jobs.nothing, most_jobs=10).run(jobs.work, 2.5, timeout=LONG, patience=LONG) == 2.5


def test_no_large_file_is_written(child: Child, tmp_path: Path) -> None:
    path = str(tmp_path / "large")
    child.run(jobs.write_file, path, LARGEST_FILE, timeout=LONG, patience=LONG)
    with pytest.raises(OSError, match="too large"):
        child.run(jobs.write_file, path, LARGEST_FILE + 1, timeout=LONG, patience=LONG)


SERVER = """
import sys
from assessor.report.children import Child
from tests.report import jobs
if __name__ == "__main__":
    child = Child(jobs.nothing, most_jobs=10)
    print(child.run(jobs.own_pid, timeout=240, patience=240), flush=True)
    if "busy" in sys.argv:
        child.run(jobs.work, 200, timeout=240, patience=240)
    sys.stdin.read()
"""


SERVER_THAT_LEAVES_AN_ORPHAN = """
import subprocess, sys
print(subprocess.Popen(["sleep", "240"]).pid, flush=True)
sys.stdin.read()
"""


def child_of_a_killed(server: str, *arguments: str) -> int:
    """Start a server that says which process works for it; kill the server and return that."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, server, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        assert is_there(pid)
        process.kill()
    return pid


def ends(pid: int, within: float) -> bool:
    deadline = time.monotonic() + within
    while is_there(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_there(pid)


@pytest.mark.parametrize("doing", ["busy", "nothing"])
def test_the_process_ends_with_the_one_it_works_for(doing: str, tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    assert ends(child_of_a_killed(str(script), doing), within=30)


def test_a_process_that_outlives_its_server_is_found_out(tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(SERVER_THAT_LEAVES_AN_ORPHAN)
    orphan = child_of_a_killed(str(script))
    try:
        assert not ends(orphan, within=2)
    finally:
        os.kill(orphan, signal.SIGKILL)


def is_there(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


# ---------------------------------------------------------------- who waits


def test_a_place_is_free_again_whatever_happened_there() -> None:
    places = Places(1)
    with pytest.raises(ValueError, match="x"), places.one():
        raise ValueError("x")
    with places.one(), pytest.raises(AllTaken), places.one():
        pass
    with places.one():
        pass


def test_those_who_wait_leave_half_of_the_threads_to_others() -> None:
    waiting = sum(each.PLACES.most for each in (making, uploads, editions_checking))
    assert waiting <= THREADS / 2
