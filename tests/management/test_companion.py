"""The worker that a server brings lives as long as the server."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from assessor.management import companion
from assessor.management.companion import Companion

UNTIL_INPUT_ENDS = "import sys; sys.stdin.read()"
DEAF = "import time; time.sleep(600)"
AT_ONCE = "raise SystemExit(3)"


class Stage:
    """Stands where workers are started; remembers them."""

    def __init__(self, script: str) -> None:
        self.script = script
        self.started: list[subprocess.Popen[bytes]] = []

    def __call__(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-S", "-c", self.script]
        self.started.append(subprocess.Popen(command, stdin=subprocess.PIPE))  # noqa: S603
        return self.started[-1]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    stage = Stage(UNTIL_INPUT_ENDS)
    monkeypatch.setattr(companion, "_started", stage)
    monkeypatch.setattr(companion, "PAUSES", (0, 0.01))
    yield stage
    for process in stage.started:
        process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_one_that_dies_is_followed_by_another(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Companion()
    kept.start()
    wait_for(lambda: len(stage.started) == 1)
    stage.started[0].kill()
    wait_for(lambda: len(stage.started) == 2)
    assert stage.started[1].poll() is None
    assert "ended with -9" in caplog.text
    kept.end()


def test_one_that_ends_at_once_does_not_end_the_server(stage: Stage) -> None:
    stage.script = AT_ONCE
    kept = Companion()
    kept.start()
    wait_for(lambda: len(stage.started) > 2)
    kept.end()


def test_it_ends_with_the_server_and_is_not_followed(stage: Stage) -> None:
    kept = Companion()
    kept.start()
    wait_for(lambda: len(stage.started) == 1)
    kept.end()
    assert stage.started[0].returncode == 0
    assert len(stage.started) == 1


def test_one_that_does_not_end_is_killed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(companion, "PATIENCE", 0.2)
    stage.script = DEAF
    kept = Companion()
    kept.start()
    wait_for(lambda: len(stage.started) == 1)
    kept.end()
    assert stage.started[0].wait(30) == -9
