"""Whether the process lives, and whether it can serve people."""

import errno
import shutil
import tempfile
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from assessor.storage import migrations
from tests.builders import make_edition


def asked() -> tuple[int, str]:
    response = Client().get("/readyz")
    return response.status_code, response.content.decode()


def test_the_process_lives_without_its_database() -> None:
    response = Client().get("/healthz")  # This test may not use the database at all.
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_it_is_ready_when_everything_is_there(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    make_edition()
    migrations.known()
    with django_assert_max_num_queries(5):
        assert asked() == (200, "ready\n")


@pytest.mark.django_db
def test_without_an_edition_it_is_not_ready() -> None:
    assert asked() == (503, "not ready: knowledge: no edition is loaded\n")


@pytest.mark.django_db
def test_a_migration_that_is_pending_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    make_edition()
    more = frozenset({*migrations.known(), ("assessor", "9999_next")})
    monkeypatch.setattr(migrations, "known", lambda: more)
    assert asked() == (503, "not ready: database: migrations are pending\n")


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_told() -> None:
    make_edition()
    MigrationRecorder(connection).record_applied("assessor", "9999_next")
    assert asked() == (503, "not ready: database: was migrated by a newer version\n")


@pytest.mark.django_db
def test_a_database_that_is_gone_is_told_without_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(_connection: object) -> None:
        raise OperationalError('connection to "db.internal" failed: password "secret"')

    monkeypatch.setattr(migrations, "applied", gone)
    assert asked() == (503, "not ready: database: cannot be read\n")


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_where: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", "/srv/secret-place")

    make_edition()
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert asked() == (503, "not ready: storage: cannot be written (Read-only file system)\n")


@pytest.mark.django_db
def test_a_disk_without_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    make_edition()
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=10_000))
    assert asked() == (503, "not ready: storage: the disk is full\n")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_whatever_runs_it_is_not_sent_to_https(settings: Settings, address: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    make_edition()
    assert Client().get(address).status_code == 200
    assert Client().get("/help/").status_code == 301
