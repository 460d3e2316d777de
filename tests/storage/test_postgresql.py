"""What a PostgreSQL is told by a process that answers people."""

from collections.abc import Iterator
from copy import deepcopy
from io import StringIO
from threading import Timer
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections

from assessor.storage import locking
from assessor.storage.postgresql import Limits, serve


def database(**options: Any) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "OPTIONS": options,
    }


def test_its_connections_are_limited_and_shared() -> None:
    told = database(sslmode="verify-full")
    serve(told, limits=Limits(), pool_size=7)
    assert told["OPTIONS"]["options"] == (
        "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"
    )
    assert told["OPTIONS"]["pool"]["max_size"] == 7
    assert told["OPTIONS"]["sslmode"] == "verify-full"
    assert told["CONN_MAX_AGE"] == 0


def test_what_the_address_asks_for_stays() -> None:
    told = database(options="-c search_path=assessor")
    serve(told, limits=Limits(statement=60), pool_size=7)
    assert told["OPTIONS"]["options"].startswith("-c search_path=assessor -c statement_timeout=60s")


def test_something_else_may_pool_them() -> None:
    told = database()
    serve(told, limits=Limits(), pool_size=0)
    assert "pool" not in told["OPTIONS"]
    assert told["CONN_MAX_AGE"] == 600


def test_sqlite_has_its_own_ways() -> None:
    told = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"timeout": 20}}
    serve(told, limits=Limits(), pool_size=7)
    assert told["OPTIONS"] == {"timeout": 20}


@pytest.fixture
def told() -> dict[str, Any]:
    """Return what Django knows of the database."""
    if connection.vendor != "postgresql":
        pytest.skip("asks PostgreSQL")
    return deepcopy(connection.settings_dict)


@pytest.fixture
def limited(told: dict[str, Any]) -> Iterator[Any]:
    """Give a connection such as a process that serves pages has."""
    serve(told, limits=Limits(statement=1), pool_size=2)
    pooled: Any = type(connections[DEFAULT_DB_ALIAS])(told, "limited")
    yield pooled
    pooled.close()
    pooled.close_pool()


@pytest.fixture
def elsewhere(told: dict[str, Any]) -> Iterator[Any]:
    """Give a connection such as a command on another machine has."""
    another: Any = type(connections[DEFAULT_DB_ALIAS])(told, "elsewhere")
    another.inc_thread_sharing()
    yield another
    another.close()


@pytest.mark.django_db
def test_a_statement_that_takes_too_long_ends(limited: Any) -> None:
    with pytest.raises(OperationalError, match="statement timeout"), limited.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")


@pytest.mark.django_db
def test_what_was_used_goes_back_into_the_pool(limited: Any) -> None:
    def process() -> int:
        with limited.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            row: tuple[int] = cursor.fetchone()
        limited.close()
        return row[0]

    # The pool opens its second connection when it likes.
    assert len({process() for _ in range(5)}) <= 2


def may_migrate(somebody: Any) -> bool:
    """Say whether nobody else migrates the database, and take the lock then."""
    with somebody.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [locking.MIGRATING])
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
def test_one_migrates_at_a_time(elsewhere: Any) -> None:
    with locking.migrating(connection, pytest.fail):
        assert not may_migrate(elsewhere)
    assert may_migrate(elsewhere)


@pytest.mark.django_db
def test_a_migration_waits_until_the_session_of_another_ends(elsewhere: Any) -> None:
    assert may_migrate(elsewhere)
    said = StringIO()
    Timer(0.5, elsewhere.close).start()
    call_command("migrate", verbosity=0, stderr=said)
    assert said.getvalue() == (
        "Another process is migrating this database. Waiting until it is done.\n"
    )


@pytest.mark.django_db
def test_a_migration_that_fails_lets_the_next_one_in(elsewhere: Any) -> None:
    with pytest.raises(ZeroDivisionError), locking.migrating(connection, pytest.fail):
        raise ZeroDivisionError
    assert may_migrate(elsewhere)
