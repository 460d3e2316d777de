"""A consistent copy of the database in one file, while others write to it, and what is in it."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient
from psycopg.sql import Literal

from assessor.storage.condition import file_of
from assessor.storage.migrations import Migration

Ask = Callable[[str], Sequence[tuple[Any, ...]]]

DROP_TABLES = b"""
SET client_min_messages = warning;
DO $$
DECLARE
    each record;
BEGIN
    FOR each IN
        SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, relname AS name
        FROM pg_class
        WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
            AND relkind IN ('r', 'p', 'S')
            AND pg_has_role(relowner, 'USAGE')
            AND NOT EXISTS (
                SELECT FROM pg_depend
                WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid
                    AND deptype IN ('e', 'a', 'i')
            )
    LOOP
        EXECUTE format('DROP %s IF EXISTS %I.%I CASCADE', each.kind, current_schema(), each.name);
    END LOOP;
END
$$;
"""
"""All tables and sequences that are ours to drop; not what belongs to an extension, and no
sequence of a column, which goes with it."""

COMPARE = b"""
RESET search_path;
DO $$
DECLARE
    each record;
    found bigint;
BEGIN
    FOR each IN SELECT * FROM json_each_text(current_setting('assessor.rows')::json)
    LOOP
        EXECUTE format('SELECT count(*) FROM %I', each.key) INTO found;
        IF found <> each.value::bigint THEN
            RAISE EXCEPTION 'Not all rows of the backup are there: %', each.key;
        END IF;
    END LOOP;
    IF EXISTS (
        SELECT value ->> 0, value ->> 1
        FROM json_array_elements(current_setting('assessor.migrations')::json)
        EXCEPT SELECT app, name FROM django_migrations
    ) THEN
        RAISE EXCEPTION 'The database is not of the version that the manifest says.';
    END IF;
END
$$;
"""
"""That what was restored is what was backed up: the settings before say what that is."""

AS_SQL = ("--file=-", "--clean", "--if-exists", "--no-owner", "--no-privileges")

TRANSACTION_TIMEOUT = b"SET transaction_timeout = 0;"
TRANSACTION_TIMEOUT_SINCE = (17,)
BEGINNING = 4096
"""Bytes in which settings are, and nothing that people have typed."""

SCHEMAS_AND_EXTENSIONS = """
SELECT 'SCHEMA', nspname FROM pg_namespace UNION SELECT 'EXTENSION', extname FROM pg_extension
"""

LISTED = re.compile(r"^\d+; \d+ \d+ (?:COMMENT - )?(SCHEMA|EXTENSION)(?: -)? (\S+)")
"""A schema or an extension, or what is said about one, as pg_restore lists it."""


class ToolFailed(Exception):
    """A program of PostgreSQL is not there or has failed; the message is for the operator."""


class NotInstalled(ToolFailed):
    """A program of PostgreSQL is not there."""


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


def restore_dump(file: Path, rows: Mapping[str, int], migrations: Sequence[Migration]) -> None:
    """Let a dump take the place of everything in the database, or nothing at all.

    Also of tables that the dump does not know, as those of a newer version; nothing where it does
    not have these rows and migrations. Needs space beside the dump for all of it as SQL.
    """
    script = file.with_suffix(".sql")
    with script.open("xb", buffering=0) as target:
        # Its own end is in it: what is not read to the end changes nothing.
        target.write(b"BEGIN;\n" + DROP_TABLES)
        _run(["pg_restore", *AS_SQL, f"--use-list={_wanted(file)}", str(file)], {}, stdout=target)
        # Compared before anybody else sees it: afterwards a server may add to it at once.
        target.write(_setting("rows", rows) + _setting("migrations", migrations) + COMPARE)
        target.write(b"COMMIT;\n")
    if connection.get_database_version() < TRANSACTION_TIMEOUT_SINCE:
        _leave_out_transaction_timeout(script)
    with script.open("rb") as source:
        run_tool("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", stdin=source)


def _setting(name: str, value: object) -> bytes:
    """Return the statement that tells the rest of the transaction a value, as JSON."""
    text = Literal(json.dumps(value)).as_string(None)
    return f"\nSET LOCAL assessor.{name} = {text};".encode()


def _leave_out_transaction_timeout(script: Path) -> None:
    """Make a comment of the setting that newer programs begin with, whatever the server."""
    with script.open("r+b") as text:
        place = text.read(BEGINNING).find(TRANSACTION_TIMEOUT)
        if place >= 0:
            text.seek(place)
            text.write(b"--")


def _wanted(file: Path) -> Path:
    """List what is wanted of a dump: not the schemas and extensions that are there already.

    They stay, as they may belong to somebody else.
    """
    with connection.cursor() as cursor:
        cursor.execute(SCHEMAS_AND_EXTENSIONS)
        there = set(cursor.fetchall())
    lines = list_dump(file).splitlines(keepends=True)
    wanted = file.with_suffix(".list")
    wanted.write_text("".join(line for line in lines if there.isdisjoint(LISTED.findall(line))))
    return wanted


def list_dump(file: Path) -> str:
    """Read what is in a dump, without a database. Raises ToolFailed when it cannot be read."""
    return _run(["pg_restore", "--list", str(file)], {})


def run_tool(tool: str, *arguments: str, stdin: IO[bytes] | None = None) -> None:
    """Run a program of PostgreSQL on our database; its password is not on the command line."""
    command, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    *where, name = command[1:]
    _run([tool, *where, f"--dbname={name}", *arguments], environment or {}, stdin=stdin)


def _run(
    command: list[str],
    environment: dict[str, str],
    *,
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | None = None,
) -> str:
    """Return what a program says, unless that goes elsewhere."""
    if shutil.which(command[0]) is None:
        raise NotInstalled(
            f"{command[0]} is not installed here. Install the client programs of PostgreSQL "
            "(Debian: postgresql-client), in the version of your server or newer."
        )
    done = subprocess.run(  # noqa: S603
        command,
        env={**os.environ, **environment},
        stdin=stdin,
        stdout=stdout or subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise ToolFailed(f"{command[0]} has failed: {said[0] if said else done.returncode}.")
    return done.stdout or ""
