"""What a PostgreSQL is told by a process that answers people."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections

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
def limited() -> Iterator[Any]:
    """Give a connection such as a process that serves pages has."""
    if connection.vendor != "postgresql":
        pytest.skip("asks PostgreSQL")
    told = deepcopy(connection.settings_dict)
    serve(told, limits=Limits(statement=1), pool_size=2)
    pooled: Any = type(connections[DEFAULT_DB_ALIAS])(told, "limited")
    yield pooled
    pooled.close()
    pooled.close_pool()


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
