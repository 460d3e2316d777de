"""Backups are made while everybody saves: each holds what was promised before, and restores."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assessor.storage import sqlite
from tests.resilience.figures import control, measured, rounds
from tests.resilience.installation import Installation, Servers
from tests.resilience.writers import Outcome, Promise, writing

NAME = "backup while saving"
WRITERS = 4


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
