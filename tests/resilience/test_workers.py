"""A worker that is killed in the middle of something leaves nothing undone."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assessor.bootstrap import ROOT
from tests.resilience.figures import measured, rounds
from tests.resilience.installation import Installation

PATIENCE = 300
PDFS = 2
TASK = "assessor.jobs.tasks.continue_bundle"


@contextmanager
def working(installation: Installation, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Give a worker as everybody starts it."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "manage.py", "worker", *options],
        cwd=ROOT,
        env=installation.environment,
        stdin=subprocess.PIPE,
        stderr=(installation.directory / "log").open("a"),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def made(installation: Installation) -> int:
    return int(installation.query("SELECT count(*) FROM assessor_reportpdf")[0][0])


def states(installation: Installation) -> list[str]:
    """Return how far the tasks of the bundle are."""
    rows = installation.query("SELECT task_path, status FROM django_tasks_database_dbtaskresult")
    return [status for path, status in rows if path == TASK]


def start_and_kill(installation: Installation, after: int) -> None:
    """Kill a worker in the middle of a bundle, once it has made so many PDFs."""
    with working(installation) as process:
        wait_for(lambda: "RUNNING" in states(installation) and made(installation) >= after)
        process.kill()
        process.wait()


def finish(installation: Installation) -> None:
    """Let another worker do what it finds."""
    with working(installation, "--batch") as process:
        assert process.wait(PATIENCE) == 0


def let_time_pass(installation: Installation) -> None:
    """Let those that have not said for long that they are there be gone."""
    with installation.connected() as connection:
        connection.execute("UPDATE assessor_worker SET seen_at = '2020-01-01 00:00:00'")
        connection.commit()


def test_another_takes_over_from_a_worker_that_was_killed(tmp_path: Path) -> None:
    with measured("kill -9 of a worker") as figure:
        for turn in range(rounds(short=1, long=20)):
            installation = Installation(tmp_path / str(turn))
            installation.directory.mkdir(mode=0o700)
            installation.run("-m", "tests.resilience.run", "resilience.seed_bundle", str(PDFS))
            start_and_kill(installation, after=turn % PDFS)
            left = PDFS - made(installation)
            assert left
            assert states(installation) == ["RUNNING"]
            # The control: as long as it counts as present, nobody takes over.
            finish(installation)
            assert PDFS - made(installation) == left
            let_time_pass(installation)
            finish(installation)
            figure.rounds += 1
            figure.acknowledged += left
            figure.lost += PDFS - made(installation)
            assert set(states(installation)) == {"SUCCESSFUL"}
        figure.control = f"{figure.acknowledged} left undone when nothing is given back"
    assert figure.lost == 0
