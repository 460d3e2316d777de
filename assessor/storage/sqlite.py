"""Which SQLite is used, and how it writes: see docs/decisions/0015-sqlite.md.

Settings call this before Django loads its backend, so it imports no Django.
"""

import sqlite3
import sys
from importlib import import_module
from typing import Any

WAL_SINCE, WAL_RESET_FIXED = (3, 7, 0), (3, 51, 3)
"""Between these versions two connections can corrupt a database in WAL mode. Backports of the
fix are not told apart: where there is one, the fallback is slower and no less safe."""

WAL = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")
"""FULL, because an answer the browser was told is saved must survive a power cut."""

ROLLBACK = ("PRAGMA journal_mode=DELETE", "PRAGMA synchronous=EXTRA")
"""EXTRA, because without it a journal whose deletion was not yet on disk undoes what was saved."""

ERASING = "PRAGMA secure_delete=ON"
"""What is deleted for good is overwritten. Some systems build SQLite so, others do not."""

SECONDS_TO_WAIT = 20
"""For another writer; at the five seconds of the default, concurrent saves fail as locked."""


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Say whether WAL mode of this version can corrupt a database."""
    return WAL_SINCE <= version < WAL_RESET_FIXED


def use_bundled() -> None:
    """Let this process use the SQLite of pysqlite3 where Python's own has the bug.

    For every later ``import sqlite3``: two SQLites in one process that open the same file would
    cancel each other's locks.
    """
    if not has_wal_reset_bug(sqlite3.sqlite_version_info):
        return
    try:
        bundled = import_module("pysqlite3")
    except ImportError:  # there is no wheel for every machine
        return
    if not has_wal_reset_bug(bundled.sqlite_version_info):
        sys.modules["sqlite3"] = bundled
        sys.modules["sqlite3.dbapi2"] = bundled.dbapi2


def version() -> tuple[int, ...]:
    """Return the version of the SQLite that this process uses."""
    used: tuple[int, ...] = sys.modules["sqlite3"].sqlite_version_info
    return used


def options(used: tuple[int, ...]) -> dict[str, Any]:
    """Return Django's options for a SQLite of this version.

    IMMEDIATE, because a transaction that reads first and writes then fails when another wrote
    meanwhile, without waiting.
    """
    writing = ROLLBACK if has_wal_reset_bug(used) else WAL
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": SECONDS_TO_WAIT,
        "init_command": "; ".join([*writing, ERASING]),
    }
