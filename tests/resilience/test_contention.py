"""Sixteen people who save at the same moment wait for each other, and not for long (R13)."""

from tests.resilience.figures import IS_LONG, control, measured, rounds
from tests.resilience.installation import Installation, Servers
from tests.resilience.writers import writing

NAME = "16 writers at once"
WRITERS = 16
SLOWEST_SECONDS = 2


def test_sixteen_writers_are_all_served(installation: Installation, servers: Servers) -> None:
    with measured(NAME) as figure, servers.serving(installation):
        people = installation.people(WRITERS)
        for writer in people:
            writer.get()
        saves = rounds(short=6, long=60)
        with writing(people, saves=saves) as outcome:
            pass
        figure.rounds = saves * WRITERS
        figure.acknowledged = len(outcome.promises)
        figure.lost = len(installation.missing(outcome.promises))
        half, slowest = outcome.percentile(0.5), outcome.percentile(0.99)
        figure.remarks.append(f"p50 {half * 1000:.0f} ms, p99 {slowest * 1000:.0f} ms")
    assert (outcome.refused, outcome.broken) == ([], [])
    assert (figure.acknowledged, figure.lost) == (figure.rounds, 0)
    assert not IS_LONG or slowest < SLOWEST_SECONDS


def test_a_database_that_is_locked_late_is_found_out(
    installation: Installation, servers: Servers
) -> None:
    with servers.serving(installation, "lock_late"):
        people = installation.people(WRITERS)
        with writing(people, saves=6) as outcome:
            pass
    tried = len(outcome.refused) + len(outcome.promises)
    control(NAME, f"{len(outcome.refused)} of {tried} failed with Django's own settings of SQLite")
    assert outcome.refused
