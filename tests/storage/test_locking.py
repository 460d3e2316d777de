"""Many work with the database, or one replaces it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from assessor.storage import locking
from assessor.storage.locking import Locked

on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'")


@pytest.fixture(autouse=True)
def var(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_many_work_with_it_and_nobody_replaces_it_meanwhile() -> None:
    refused = pytest.raises(Locked, match=r"is in use\. Stop the server")
    with locking.shared(), locking.shared(), refused, locking.exclusive():
        pass
    with locking.exclusive():
        pass


def test_nobody_works_with_it_while_it_is_replaced() -> None:
    with locking.exclusive():
        with pytest.raises(Locked, match="is being replaced"), locking.shared():
            pass
        with pytest.raises(Locked), locking.exclusive():
            pass
    with locking.shared():
        pass


def test_it_ends_with_what_went_wrong() -> None:
    with pytest.raises(ZeroDivisionError), locking.exclusive():
        raise ZeroDivisionError
    with locking.exclusive():
        pass


@on_sqlite
def test_a_migration_waits_until_the_one_that_is_under_way_has_ended() -> None:
    waits = Event()

    def migrate() -> str:
        with locking.migrating(connection, waits.set):
            return "migrated"

    with ThreadPoolExecutor() as another:
        with locking.migrating(connection, pytest.fail):
            migrated = another.submit(migrate)
            assert waits.wait(30)
            assert not migrated.done()
        assert migrated.result(30) == "migrated"


@on_sqlite
def test_where_nothing_can_be_locked_nothing_is_migrated(var: Path) -> None:
    (var / locking.NAME_OF_MIGRATING).mkdir()
    refused = pytest.raises(CommandError, match=r"migrating\.lock cannot .* Nothing was migrated\.")
    with refused:
        call_command("migrate", verbosity=0)


def test_a_folder_that_cannot_be_written_is_a_clear_message(var: Path) -> None:
    (var / locking.NAME).mkdir()
    refused = pytest.raises(Locked, match=r"in-use\.lock cannot be locked: Is a directory")
    with refused, locking.shared():
        pass
