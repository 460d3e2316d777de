"""PostgreSQL is killed under load, and servers that save there: pages say so meanwhile (R12).

A worker that has something in hand then does it again.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assessor.management.commands.worker import INTERVAL, PAUSE
from tests.resilience.cluster import Cluster, on_postgresql_or_long, running
from tests.resilience.figures import measured, rounds
from tests.resilience.installation import Installation, Servers, warmed
from tests.resilience.test_kill import kill_again_and_again, killed_while_saving
from tests.resilience.test_workers import PDFS, made, states, wait_for
from tests.resilience.writers import Outcome, writing

NAME = "PostgreSQL killed"
NAME_OF_SERVER = "kill -9, on PostgreSQL"
NAME_OF_WORKER = "PostgreSQL killed over the work of a worker"
WRITERS = 4
BUNDLE = "bundle"
RECOVERY_SECONDS = 2


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def installation(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Return an installation on that PostgreSQL, which goes on from test to test."""
    more = {"DATABASE_URL": cluster.make("killed")}
    installation = Installation(tmp_path_factory.mktemp("on_postgresql") / "var", more=more)
    installation.seed(WRITERS)
    return installation


def test_what_was_saved_survives_a_killed_postgresql(
    cluster: Cluster, installation: Installation
) -> None:
    with measured(NAME) as figure:
        slowest, refused = 0.0, 0
        with warmed(installation) as servers, servers.serving(installation):
            for turn in range(rounds(short=1, long=100)):
                with writing(installation.people()) as told:
                    while len(told.promises) < WRITERS:
                        time.sleep(0.01)
                    cluster.kill()
                    while 503 not in told.refused:
                        time.sleep(0.01)
                assert told.broken == []
                assert set(told.refused) <= {503, 409}  # 409: it was saved, and could not be said
                cluster.start()
                slowest = max(slowest, seconds_to_success(installation))
                refused += len(told.refused)
                figure.rounds = turn + 1
                figure.acknowledged += len(told.promises)
                figure.lost += len(installation.missing(told.promises))
        figure.remarks.append(
            f"{refused} saves refused meanwhile, saves again after at most {slowest:.1f} s"
        )
        missing, promised = lost_when_answered_too_early(cluster, installation)
        figure.control = f"{missing} of {promised} lost when answered before commit"
    assert missing
    assert figure.lost == 0
    assert slowest < RECOVERY_SECONDS


def lost_when_answered_too_early(cluster: Cluster, installation: Installation) -> tuple[int, int]:
    """Return how many saves are missing, of how many that a broken server promised."""
    with warmed(installation) as servers, servers.serving(installation, "answer_before_commit"):
        with writing(installation.people()) as told:
            while len(told.promises) < 10 * WRITERS:
                time.sleep(0.01)
            cluster.kill()
        cluster.start()
        return len(installation.missing(told.promises)), len(told.promises)


def test_what_was_saved_there_survives_a_killed_server(installation: Installation) -> None:
    with measured(NAME_OF_SERVER) as figure, warmed(installation) as servers:
        kill_again_and_again(figure, rounds(short=2, long=1_000), installation, servers)
        outcome = killed_while_saving(installation, servers, "answer_before_commit")
        missing = len(installation.missing(outcome.promises))
        figure.control = f"{missing} of {len(outcome.promises)} lost when answered before commit"
    assert figure.acknowledged > figure.rounds
    assert missing
    assert figure.lost == 0


def seconds_to_success(installation: Installation) -> float:
    """Return how long it takes until somebody saves again."""
    started = time.monotonic()
    (writer,) = installation.people(1)
    while not writer.save(Outcome()):
        time.sleep(0.01)
    return time.monotonic() - started


# ---------------------------------------------------------------- workers


@pytest.fixture
def workplace(cluster: Cluster, tmp_path: Path) -> Installation:
    """Return an installation on that PostgreSQL with a bundle that nobody has made yet."""
    installation = Installation(tmp_path, more={"DATABASE_URL": cluster.make(BUNDLE)})
    installation.run("-m", "tests.resilience.run", "resilience.seed_bundle", str(PDFS))
    cluster.make("kept", like=BUNDLE)
    return installation


@on_postgresql_or_long
def test_a_worker_does_again_what_it_had_in_hand_when_postgresql_was_killed(
    cluster: Cluster, workplace: Installation
) -> None:
    with measured(NAME_OF_WORKER) as figure, warmed(workplace) as processes:
        for turn in range(rounds(short=1, long=20)):
            cluster.make(BUNDLE, like="kept")
            with broken_off(cluster, workplace, processes, after=turn % PDFS) as left:
                wait_for(lambda: is_done(workplace))
            figure.rounds += 1
            figure.acknowledged += left
            figure.lost += PDFS - made(workplace)
        cluster.make(BUNDLE, like="kept")
        with broken_off(cluster, workplace, processes, fault="forget_what_it_had") as left:
            time.sleep(PAUSE + 3 * INTERVAL)
        undone = PDFS - made(workplace)
        figure.control = f"{undone} of {left} left undone when nothing is given back"
    assert undone
    assert figure.lost == 0


def is_done(workplace: Installation) -> bool:
    """Say whether all PDFs are made and nothing is left to do; a task may have failed before."""
    return made(workplace) == PDFS and set(states(workplace)) <= {"SUCCESSFUL", "FAILED"}


@contextmanager
def broken_off(
    cluster: Cluster,
    workplace: Installation,
    processes: Servers,
    *,
    after: int = 0,
    fault: str = "",
) -> Iterator[int]:
    """Kill PostgreSQL under a worker that makes a bundle, once so many PDFs are made.

    Gives how many are left to be made, while the worker lives and PostgreSQL is there again.
    """
    worker = processes.run(workplace, "worker", fault)
    try:
        wait_for(lambda: "RUNNING" in states(workplace) and made(workplace) >= after)
        cluster.kill()
        cluster.start()
        yield PDFS - made(workplace)
    finally:
        worker.kill()
