"""Many work with the database, or one replaces it."""

from pathlib import Path

import pytest
from pytest_django import Settings

from assessor.storage import locking
from assessor.storage.locking import Locked


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


def test_a_folder_that_cannot_be_written_is_a_clear_message(var: Path) -> None:
    (var / locking.NAME).mkdir()
    refused = pytest.raises(Locked, match=r"in-use\.lock cannot be locked: Is a directory")
    with refused, locking.shared():
        pass
