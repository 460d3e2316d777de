"""The worker as a command: what it does is in tests/jobs."""

from pathlib import Path
from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django.db import Error, InterfaceError, OperationalError
from pytest_django import Settings

from assessor.jobs import workers
from assessor.management.commands import worker
from assessor.storage import locking
from tests.storage.locks import cannot_be_replaced


@pytest.mark.django_db(transaction=True)
def test_nothing_is_restored_while_it_works(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path
    worked = Mock(side_effect=cannot_be_replaced)
    monkeypatch.setattr(worker, "_run", worked)
    call_command("worker", batch=True)
    worked.assert_called_once()
    with locking.exclusive():
        pass


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_the_pulse_goes_on_while_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, kind: type[Error]
) -> None:
    """Without it others would take over what the worker has in hand, and nights would not come."""
    for what in ("beat", "leave"):
        monkeypatch.setattr(workers, what, Mock(side_effect=kind("the connection is closed")))
    pulse = worker.Pulse("ana")
    pulse.beat()
    pulse.end()
