"""kill -9 in the middle of saving: whatever was answered as saved is there (R1)."""

import random
import time

from tests.resilience.figures import IS_LONG, Figure, control, measured, rounds
from tests.resilience.installation import Installation, Servers, processor_seconds
from tests.resilience.writers import Outcome, Promise, writing

NAME = "kill -9"
WRITERS = 4
RESTART_SECONDS = 5


def test_what_was_saved_survives_a_killed_server(
    installation: Installation, servers: Servers
) -> None:
    with measured(NAME) as figure:
        promises = kill_again_and_again(figure, rounds(short=20, long=1_000), installation, servers)
        figure.lost = max(figure.lost, len(installation.missing(promises)))
    assert figure.acknowledged > figure.rounds
    assert figure.lost == 0


def kill_again_and_again(
    figure: Figure, times: int, installation: Installation, servers: Servers
) -> list[Promise]:
    """Kill a server that often while everybody saves; return all that was promised."""
    promises: list[Promise] = []
    for turn in range(times):
        outcome = killed_while_saving(installation, servers)
        figure.lost += len(installation.missing(outcome.promises))
        promises += outcome.promises
        figure.rounds, figure.acknowledged = turn + 1, len(promises)
    return promises


def killed_while_saving(installation: Installation, servers: Servers, fault: str = "") -> Outcome:
    """Kill a server while everybody saves; return what they were promised."""
    with (
        servers.serving(installation, fault) as server,
        writing(installation.people(WRITERS)) as outcome,
    ):
        while not outcome.promises:
            time.sleep(0.01)
        time.sleep(random.uniform(0.02, 0.3))  # noqa: S311
        server.kill()
    installation.wait_until_forgotten()
    return outcome


def test_a_server_that_answers_before_it_has_saved_is_found_out(
    installation: Installation, servers: Servers
) -> None:
    lost = 0
    for _ in range(3):
        outcome = killed_while_saving(installation, servers, "answer_before_commit")
        lost += len(installation.missing(outcome.promises))
    control(NAME, f"{lost} lost in 3 rounds when answered before commit")
    assert lost


def test_a_killed_installation_starts_again_in_time(installation: Installation) -> None:
    """In processor time, which does not hang on what else the machine does."""
    took, busy = [], []
    with measured("start after kill -9") as figure:
        for turn in range(rounds(short=1, long=10)):
            started = time.monotonic()
            with installation.cold() as process:
                (writer,) = installation.people(1)
                assert writer.ask("GET", "/healthz") == 200
                took.append(time.monotonic() - started)
                busy.append(processor_seconds(process.pid))
                with writing([writer]) as outcome:
                    while not outcome.promises:
                        time.sleep(0.01)
                    process.kill()
            figure.rounds = turn + 1
            figure.acknowledged += len(outcome.promises)
            figure.lost += len(installation.missing(outcome.promises))
        took.sort()
        middle = took[len(took) // 2]
        figure.remarks.append(f"first answer after {middle:.1f} s, at most {took[-1]:.1f} s")
    assert figure.lost == 0
    assert max(busy) < RESTART_SECONDS
    if IS_LONG:  # in make test, other tests have the processors
        assert took[-1] < RESTART_SECONDS
