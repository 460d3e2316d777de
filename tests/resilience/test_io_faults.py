"""A dying disk and a full one: a save fails with a page that says so, or is there (R4, R5)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.resilience.figures import measured, rounds
from tests.resilience.installation import Installation, Servers, warmed
from tests.resilience.shims import compiled
from tests.resilience.writers import Outcome, Writer, writing

WRITERS = 4
FAULTS, FULL = "2 % I/O faults", "disk full"
SOME, ALL, NONE = "200", "10000", "0"
"""How many of 10,000 calls fail."""


@pytest.fixture
def ill(installation: Installation, tmp_path: Path) -> Installation:
    """Return an installation on a disk that fails as often as the file ``faults`` says."""
    (tmp_path / "faults").write_text(NONE)
    more = {
        "LD_PRELOAD": str(compiled("faults", tmp_path)),
        "FAULTS_UNDER": str(installation.directory),
        "FAULTS_IN": str(tmp_path / "faults"),
    }
    return Installation(installation.directory, installation.writers, more)


@contextmanager
def failing(ill: Installation, faults: str) -> Iterator[None]:
    switch = Path(ill.more["FAULTS_IN"])
    switch.write_text(faults)
    try:
        yield
    finally:
        switch.write_text(NONE)


def saved_with(
    ill: Installation, servers: Servers, faults: str, saves: int, fault: str = ""
) -> Outcome:
    """Save so often on a disk that fails so often; return what people were told."""
    told = Outcome()
    with servers.serving(ill, fault):
        while len(told.promises) + len(told.refused) < saves:
            people = ill.people(WRITERS)
            with failing(ill, faults), writing(people, saves=min(100, saves // WRITERS)) as part:
                pass
            told.promises += part.promises
            told.refused += part.refused
            told.broken += part.broken
    return told


def test_no_promise_is_broken_by_a_dying_disk(ill: Installation) -> None:
    with measured(FAULTS) as figure, warmed(ill) as servers:
        figure.rounds = rounds(short=200, long=100_000)
        told = saved_with(ill, servers, SOME, figure.rounds)
        figure.acknowledged = len(told.promises)
        figure.lost = len(ill.missing(told.promises))
        figure.remarks.append(f"{len(told.refused)} saves refused")
        broken = saved_with(ill, servers, SOME, 200, "answer_before_commit")
        missing = ill.missing(broken.promises)
        figure.control = f"{len(missing)} of 200 lost when answered before commit"
    assert told.broken == []
    assert set(told.refused) == {503}
    assert figure.acknowledged
    assert figure.lost == 0
    assert missing


def test_a_full_disk_is_said_and_forgotten_when_there_is_room(ill: Installation) -> None:
    """Reading goes on meanwhile, and saving at once when there is room again."""
    with measured(FULL) as figure, warmed(ill) as servers:
        slowest = 0.0
        with servers.serving(ill):
            for turn in range(rounds(short=2, long=100)):
                (writer,) = ill.people(1)
                told = Outcome()
                assert writer.save(told)
                with failing(ill, ALL):
                    assert not writer.save(told)
                    assert writer.get() == 200
                started = time.monotonic()
                assert writer.save(told)
                slowest = max(slowest, time.monotonic() - started)
                assert told.refused == [503]
                figure.rounds = turn + 1
                figure.acknowledged += len(told.promises)
                figure.lost += len(ill.missing(told.promises))
        figure.remarks.append(f"saves again after at most {slowest:.1f} s")
        missing, promised = lost_on_a_full_disk(ill, servers)
        figure.control = f"{missing} of {promised} lost when answered before commit"
    assert figure.lost == 0
    assert missing


def lost_on_a_full_disk(ill: Installation, servers: Servers) -> tuple[int, int]:
    """Return how many saves are missing, of how many that a broken server promised."""
    told = Outcome()
    with servers.serving(ill, "answer_before_commit"):
        people = ill.people(WRITERS)
        save_all(people, told)
        with failing(ill, ALL):
            save_all(people, told)
    return len(ill.missing(told.promises)), len(told.promises)


def save_all(people: list[Writer], told: Outcome) -> None:
    """Save once each, and wait until the broken server has tried to do what it said was done."""
    for writer in people:
        writer.save(told)
    time.sleep(1)
