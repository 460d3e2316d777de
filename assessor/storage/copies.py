"""A consistent copy of the database in one file, while others write to it, and what is in it."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from assessor.storage.condition import file_of
from assessor.storage.migrations import Migration

Ask = Callable[[str], Sequence[tuple[Any, ...]]]


class ToolFailed(Exception):
    """A program of PostgreSQL is not there or has failed; the message is for the operator."""


@dataclass(frozen=True)
class Facts:
    """What a database held at one moment."""

    rows: Mapping[str, int]
    migrations: Sequence[Migration]
    editions: Sequence[str]


def facts(ask: Ask, tables: Iterable[str]) -> Facts:
    """Count and name what a database holds. Its own catalogue names the tables."""
    rows = {name: ask(f'SELECT count(*) FROM "{name}"')[0][0] for name in tables}  # noqa: S608
    return Facts(
        rows=rows,
        migrations=[(app, name) for app, name in ask("SELECT app, name FROM django_migrations")],
        editions=[row[0] for row in ask("SELECT version FROM assessor_edition ORDER BY id")],
    )


def copy_to(file: Path) -> Facts:
    """Copy the database to a new file. Raises OSError, sqlite3.Error and ToolFailed."""
    if source := file_of(connection):
        _copy_sqlite(source, file)
        return facts_of_sqlite(file)
    return _copy_postgresql(file)


# ---------------------------------------------------------------- SQLite


def _copy_sqlite(source: Path, file: Path) -> None:
    """Copy as one reader among others: no writer waits for it in WAL mode."""
    with closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True, timeout=60)) as database:
        database.execute("VACUUM INTO ?", [str(file)])


def facts_of_sqlite(file: Path) -> Facts:
    """Return what is in a SQLite file. Raises sqlite3.Error."""
    with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True)) as database:

        def ask(query: str) -> Sequence[tuple[Any, ...]]:
            return database.execute(query).fetchall()

        tables = ask(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return facts(ask, sorted(row[0] for row in tables))


# ---------------------------------------------------------------- PostgreSQL


def _copy_postgresql(file: Path) -> Facts:
    """Dump and count in one snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        run_tool("pg_dump", "--format=custom", f"--file={file}", f"--snapshot={snapshot}")
        return facts_of_postgresql()


def facts_of_postgresql() -> Facts:
    """Return what is in the PostgreSQL database."""
    with connection.cursor() as cursor:

        def ask(query: str) -> Sequence[tuple[Any, ...]]:
            cursor.execute(query)
            return list(cursor.fetchall())

        return facts(ask, sorted(connection.introspection.table_names(cursor)))


def restore_dump(file: Path) -> None:
    """Let a dump take the place of everything in the database, or nothing at all."""
    run_tool(
        *("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges"),
        *("--single-transaction", "--exit-on-error", str(file)),
    )


def list_dump(file: Path) -> None:
    """Read a dump without a database. Raises ToolFailed when it cannot be read."""
    _run(["pg_restore", "--list", str(file)], {})


def run_tool(tool: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on our database; its password is not on the command line."""
    command, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    *where, name = command[1:]
    _run([tool, *where, f"--dbname={name}", *arguments], environment or {})


def _run(command: list[str], environment: dict[str, str]) -> None:
    if shutil.which(command[0]) is None:
        raise ToolFailed(
            f"{command[0]} is not installed here. Install the client programs of PostgreSQL "
            "(Debian: postgresql-client), in the version of your server or newer."
        )
    done = subprocess.run(  # noqa: S603
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise ToolFailed(f"{command[0]} has failed: {said[0] if said else done.returncode}")
