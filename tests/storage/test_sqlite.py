"""Which SQLite is used, and how it writes."""

import sqlite3
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from assessor.storage import sqlite

OLD, FIXED = (3, 40, 1), (3, 51, 3)


@pytest.mark.parametrize(
    ("version", "has_it"),
    [((3, 6, 23), False), ((3, 7, 0), True), (OLD, True), ((3, 51, 2), True), (FIXED, False)],
)
def test_the_versions_that_can_corrupt_a_database(
    version: tuple[int, ...], *, has_it: bool
) -> None:
    assert sqlite.has_wal_reset_bug(version) is has_it


def modules(
    monkeypatch: pytest.MonkeyPatch, own: tuple[int, ...], bundled: tuple[int, ...] | None
) -> Any:
    """Pretend that Python comes with one SQLite, and pysqlite3 with another or is not there."""
    named = SimpleNamespace(sqlite_version_info=own, dbapi2="own")
    package = bundled and SimpleNamespace(sqlite_version_info=bundled, dbapi2="bundled")
    monkeypatch.setattr(sqlite, "sqlite3", named)
    monkeypatch.setitem(sys.modules, "sqlite3", named)
    monkeypatch.setitem(sys.modules, "sqlite3.dbapi2", named.dbapi2)
    monkeypatch.setitem(sys.modules, "pysqlite3", package)
    sqlite.use_bundled()
    return sys.modules["sqlite3.dbapi2"]


def test_a_newer_one_takes_the_place_of_one_with_the_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    assert modules(monkeypatch, OLD, FIXED) == "bundled"
    assert sqlite.version() == FIXED


@pytest.mark.parametrize("bundled", [None, (3, 51, 1)])
def test_without_a_better_one_there_is_only_pythons_own(
    monkeypatch: pytest.MonkeyPatch, bundled: tuple[int, ...] | None
) -> None:
    assert modules(monkeypatch, OLD, bundled) == "own"


def test_a_good_one_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert modules(monkeypatch, FIXED, (3, 60, 0)) == "own"


def test_wal_is_used_only_where_it_is_safe() -> None:
    assert "journal_mode=WAL; PRAGMA synchronous=FULL" in sqlite.options(FIXED)["init_command"]
    old = sqlite.options(OLD)["init_command"]
    assert "journal_mode=DELETE; PRAGMA synchronous=EXTRA" in old


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_the_database_of_this_installation_writes_as_it_should() -> None:
    modes = {}
    for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout"):
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {name}")
            modes[name] = cursor.fetchone()[0]
    journal, synchronous = (
        ("delete", 3) if sqlite.has_wal_reset_bug(sqlite.version()) else ("wal", 2)
    )
    assert modes == {
        "journal_mode": journal,
        "synchronous": synchronous,
        "secure_delete": 1,
        "foreign_keys": 1,
        "busy_timeout": 20_000,
    }


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_one_sqlite_serves_the_whole_process() -> None:
    assert connection.Database.sqlite_version_info == sqlite.version()  # type: ignore[attr-defined]
    assert sys.modules["sqlite3"].sqlite_version_info == sqlite.version()
    assert sqlite3.sqlite_version_info == sqlite.version()
