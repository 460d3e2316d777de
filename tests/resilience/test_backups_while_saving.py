"""Backups are made while everybody saves: each holds what was promised before, and restores.

Many assessments are there again on an empty machine within a minute (R18).
"""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assessor.storage import sqlite
from tests.resilience.figures import IS_LONG, control, measured, rounds
from tests.resilience.installation import Installation, Servers
from tests.resilience.writers import Outcome, Promise, writing

NAME, RESTORED = "backup while saving", "restore"
WRITERS = 4
IN_TIME = 60
"""Seconds that restoring and verifying ten thousand assessments may take."""


@contextmanager
def everybody_saves(installation: Installation, servers: Servers) -> Iterator[Outcome]:
    with servers.serving(installation), writing(installation.people(WRITERS)) as outcome:
        yield outcome


def promised_by_now(outcome: Outcome) -> list[Promise]:
    """Wait until more has been promised; return what was."""
    before = len(outcome.promises)
    while len(outcome.promises) < before + WRITERS:
        time.sleep(0.01)
    return list(outcome.promises)


def test_every_backup_is_whole_and_can_be_restored(
    seeded: Installation, installation: Installation, servers: Servers, tmp_path: Path
) -> None:
    with measured(NAME) as figure:
        made = []
        with everybody_saves(installation, servers) as outcome:
            for _turn in range(rounds(short=1, long=30)):
                promised = promised_by_now(outcome)
                printed = installation.run("manage.py", "backup", "--to", str(tmp_path / "made"))
                made.append((printed.rpartition(" (")[0], promised))
        assert (outcome.refused, outcome.broken) == ([], [])
        for turn, (file, promised) in enumerate(made, start=1):
            restored = seeded.copy(tmp_path / f"restored-{turn}")
            said = restored.run("manage.py", "restore", file, "--yes")
            assert "Restored and verified" in said
            figure.rounds = turn
            figure.acknowledged += len(promised)
            figure.lost += len(restored.missing(promised))
    assert figure.lost == 0


@pytest.mark.skipif(sqlite.has_wal_reset_bug(sqlite.version()), reason="not in WAL mode here")
def test_a_plain_copy_of_the_file_is_found_out(
    installation: Installation, servers: Servers, tmp_path: Path
) -> None:
    copied = Installation(tmp_path / "copied")
    copied.directory.mkdir()
    with everybody_saves(installation, servers) as outcome:
        promised = promised_by_now(outcome)
        shutil.copy(installation.database, copied.database)
    lost = is_lost(copied, promised)
    control(NAME, "a plain copy of the file lost answers" if lost else "nothing was lost")
    assert lost


def is_lost(copied: Installation, promised: list[Promise]) -> bool:
    """Say whether anything is missing there, or only half there."""
    try:
        return bool(copied.missing(promised))
    except (AssertionError, sqlite3.DatabaseError):
        return True


@pytest.mark.skipif(not IS_LONG, reason="takes a minute: run make resilience")
def test_very_many_are_there_again_on_an_empty_machine(tmp_path: Path) -> None:
    full, empty = (installation_in(tmp_path / name) for name in ("full", "empty"))
    with measured(RESTORED) as figure:
        figure.rounds, figure.acknowledged = 1, rounds(short=100, long=10_000)
        fill(full, figure.acknowledged)
        printed = full.run("manage.py", "backup", "--to", str(tmp_path / "made"))
        started = time.monotonic()
        said = empty.run("manage.py", "restore", printed.rpartition(" (")[0], "--yes")
        seconds = time.monotonic() - started
        figure.lost = 0 if empty.canonical() == full.canonical() else figure.acknowledged
        figure.remarks.append(f"assessments, restored and verified in {seconds:.0f} s")
        full.change_one_answer()
        figure.control = "one answer changed gives another hash"
    assert "Restored and verified" in said
    assert figure.lost == 0
    assert seconds < IN_TIME
    assert empty.canonical() != full.canonical()


def fill(installation: Installation, assessments: int) -> None:
    """Store so many assessments with their reports."""
    installation.run("-m", "tests.resilience.run", "bench.many", str(assessments))
    with installation.connected() as connection:
        # Lines of the audit log that are there to be many, and do not follow one another.
        connection.execute("DELETE FROM assessor_auditentry WHERE event = 'assessment.viewed'")
        connection.commit()


def installation_in(directory: Path) -> Installation:
    directory.mkdir(mode=0o700)
    return Installation(directory)
