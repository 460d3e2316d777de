"""PostgreSQL is killed under load and started again: a page says so meanwhile (R12)."""

import time
from pathlib import Path

from tests.resilience.cluster import running
from tests.resilience.figures import measured, rounds
from tests.resilience.installation import Installation, warmed
from tests.resilience.writers import Outcome, writing

NAME = "PostgreSQL killed"
WRITERS = 4
RECOVERY_SECONDS = 2


def test_what_was_saved_survives_a_killed_postgresql(tmp_path: Path) -> None:
    with measured(NAME) as figure, running() as cluster:
        more = {"DATABASE_URL": cluster.make("killed")}
        installation = Installation(tmp_path / "var", more=more)
        installation.seed(WRITERS)
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
        with (
            warmed(installation) as servers,
            servers.serving(installation, "answer_before_commit"),
        ):
            with writing(installation.people()) as told:
                while len(told.promises) < 10 * WRITERS:
                    time.sleep(0.01)
                cluster.kill()
            cluster.start()
            missing = installation.missing(told.promises)
        figure.control = f"{len(missing)} of {len(told.promises)} lost when answered before commit"
        figure.remarks.append(
            f"{refused} saves refused meanwhile, saves again after at most {slowest:.1f} s"
        )
    assert missing
    assert figure.lost == 0
    assert slowest < RECOVERY_SECONDS


def seconds_to_success(installation: Installation) -> float:
    """Return how long it takes until somebody saves again."""
    started = time.monotonic()
    (writer,) = installation.people(1)
    while not writer.save(Outcome()):
        time.sleep(0.01)
    return time.monotonic() - started
