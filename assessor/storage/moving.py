"""The way from SQLite to PostgreSQL: everything in one transaction, verified before it ends."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import environ
import psycopg
from django.conf import settings
from django.core.management.color import no_style
from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.utils import load_backend

from assessor.storage import locking, migrations
from assessor.storage.postgresql import ENGINE
from assessor.storage.tables import content_of, fields_of, models, rows_of

SOURCE, TARGET = "default", "target"

MADE_BY_MIGRATING = frozenset(
    {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type"}
    | {"assessor_audithead"}
)
"""Tables that have rows in a database that was migrated and never used."""

SCHEMES = ("postgres://", "postgresql://")

ELSEWHERE = frozenset({"django_migrations"})
"""Tables that each database has of its own."""

Report = Callable[[str, int], None]
"""Told of each table that was moved, and of how many rows."""


class MoveError(Exception):
    """Nothing was moved: the target is as it was. The message is for the operator."""


def move(address: str, report: Report) -> None:
    """Move everything from the SQLite database to the PostgreSQL database at an address.

    Nobody can save meanwhile, nor into SQLite afterwards: no server may run. Raises MoveError.
    """
    if connections[SOURCE].vendor != "sqlite":
        raise MoveError("This installation is on PostgreSQL already.")
    try:
        with locking.exclusive(), _connected(address) as target:
            _refuse_unsuitable(target, address)
            _move(target, report)
    except locking.Locked as error:
        raise MoveError(f"{error} Nothing was moved.") from error


@contextmanager
def _connected(address: str) -> Iterator[BaseDatabaseWrapper]:
    """Let Django know a second database for as long as this takes."""
    if not address.startswith(SCHEMES):
        raise MoveError("Write the address as postgres://user:password@host/name.")
    database = environ.Env.db_url_config(address)
    every = connections.configure_settings({**settings.DATABASES, TARGET: database})
    connections[TARGET] = load_backend(ENGINE).DatabaseWrapper(every[TARGET], TARGET)
    try:
        yield connections[TARGET]
    except (DatabaseError, psycopg.Error) as error:
        raise MoveError(f"PostgreSQL refused: {_reason(error)}. Nothing was moved.") from error
    finally:
        connections[TARGET].close()
        del connections[TARGET]


def _reason(error: BaseException) -> str:
    """Return what PostgreSQL says, without the row it says it of."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    said = cause.diag.message_primary if isinstance(cause, psycopg.Error) else ""
    return said or type(cause or error).__name__


# ---------------------------------------------------------------- before


def _refuse_unsuitable(target: BaseDatabaseWrapper, address: str) -> None:
    """Refuse what would not fit, and give an empty database its tables."""
    source = connections[SOURCE]
    if migrations.pending(source) or migrations.newer(migrations.applied(source)):
        raise MoveError("The SQLite database is not of this version. Run make setup first.")
    unknown = _tables(source) - _tables_of_models() - ELSEWHERE - _of_sqlite(source)
    if unknown:
        raise MoveError(f"Nobody knows what these tables are for: {', '.join(sorted(unknown))}.")
    if not _tables(target):
        _migrate(address)
    if migrations.pending(target) or migrations.newer(migrations.applied(target)):
        raise MoveError("The PostgreSQL database is neither empty nor of this version.")


def _migrate(address: str) -> None:
    """Give a database its tables, in a process that knows no other one: migrations fill tables."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity=0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MoveError(f"The tables could not be made: {done.stderr.strip().splitlines()[-1]}")


def _refuse_used(target: BaseDatabaseWrapper) -> None:
    used = [
        model._meta.db_table
        for model in models()
        if model._meta.db_table not in MADE_BY_MIGRATING
        and model._base_manager.using(TARGET).exists()
    ]
    if used:
        raise MoveError(
            f"The PostgreSQL database has been used: there are rows in {', '.join(used)}. "
            "Take an empty one."
        )


def _tables(database: BaseDatabaseWrapper) -> set[str]:
    return set(database.introspection.table_names())


def _of_sqlite(source: BaseDatabaseWrapper) -> set[str]:
    """Return the tables for SQLite's own use: an index over texts, what ANALYZE has found."""
    with source.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pragma_table_list "
            "WHERE type IN ('virtual', 'shadow') OR name LIKE 'sqlite~_%' ESCAPE '~'"
        )
        return {row[0] for row in cursor.fetchall()}


def _tables_of_models() -> set[str]:
    return {model._meta.db_table for model in models()}


# ---------------------------------------------------------------- the move


def _move(target: BaseDatabaseWrapper, report: Report) -> None:
    with transaction.atomic(SOURCE), transaction.atomic(TARGET):
        _refuse_used(target)
        _empty(target)
        for model in models():
            _copy(model, target)
            report(model._meta.db_table, _verified(model))
        _conclude(target)


def _empty(target: BaseDatabaseWrapper) -> None:
    """Remove what migrating has made: it comes from the source, with the keys it has there."""
    names = ", ".join(map(target.ops.quote_name, sorted(_tables_of_models())))
    with target.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY")


def _copy(model: type[Model], target: BaseDatabaseWrapper) -> None:
    """Copy a table row by row. Neither model nor field gets a chance to change a value."""
    fields = fields_of(model)
    columns = ", ".join(target.ops.quote_name(cast("str", field.column)) for field in fields)
    table = target.ops.quote_name(model._meta.db_table)
    with target.cursor() as cursor:
        raw: Any = cursor
        try:
            with raw.copy(f"COPY {table} ({columns}) FROM STDIN") as copying:
                for row in rows_of(model, SOURCE):
                    copying.write_row(
                        field.get_db_prep_save(value, connection=target)
                        for field, value in zip(fields, row, strict=True)
                    )
        except psycopg.Error as error:
            raise MoveError(f"{table} was refused: {_reason(error)}. Nothing was moved.") from error


def _verified(model: type[Model]) -> int:
    """Return how many rows a table has, the same ones in both databases."""
    here, there = content_of(model, SOURCE), content_of(model, TARGET)
    if here != there:
        raise MoveError(
            f"{model._meta.db_table} would not be the same ({here.rows} rows here, {there.rows} "
            "there). Nothing was moved; please report this."
        )
    return here.rows


def _conclude(target: BaseDatabaseWrapper) -> None:
    """Check all foreign keys, and let new rows get keys after those that were moved."""
    with target.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in target.ops.sequence_reset_sql(no_style(), models()):
            cursor.execute(statement)
