"""Child processes: whatever happens in one, the next job is done."""

import os
import signal

import pytest
from pebble import ProcessExpired

from assessor.report.children import Child, TookTooLong
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
    with pytest.raises(TookTooLong):
        child.run(jobs.sleep, 600, timeout=0.2, patience=LONG)
    assert pid_of(child) != before


def test_somebody_who_waited_long_enough_is_told_so(child: Child) -> None:
    with pytest.raises(TookTooLong):
        child.run(jobs.sleep, 1, timeout=LONG, patience=0.1)
    pid_of(child)


def test_a_job_that_kills_its_process_fails_and_the_next_one_works(child: Child) -> None:
    with pytest.raises(ProcessExpired):
        child.run(jobs.die, timeout=LONG, patience=LONG)
    pid_of(child)


def test_a_process_that_dies_while_it_has_nothing_to_do_is_replaced(child: Child) -> None:
    for _ in range(3):
        os.kill(pid_of(child), signal.SIGKILL)
        pid_of(child)


def test_after_so_many_jobs_another_process_takes_over() -> None:
    child = Child(jobs.nothing, most_jobs=2)
    assert len({pid_of(child) for _ in range(5)}) >= 2
