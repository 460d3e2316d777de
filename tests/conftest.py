import gc
import json
import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db.models.signals import post_migrate, pre_save
from django.test import override_settings

from assessor.advice import Suggestion, advise
from assessor.knowledge import Answers, KnowledgeBase
from assessor.models import Edition
from assessor.workflow import issuing
from tests.knowledge.editions import shipped


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays until the end: that takes a twentieth of the time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long: at the end one process would do it and the others wait."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are processors: they wait for servers, browsers and disks."""
    return min(4, (os.cpu_count() or 1) + 1)


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    """The edition the product ships with."""
    return shipped()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """Keep the test database in a file, like the real one: in memory, SQLite cannot show races.

    Elsewhere each process of the tests has one with a name of its own.
    """
    database: dict[str, Any] = django_settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(path)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Give the roles back whenever a test has emptied the database: only migrations make them."""
    create_roles = import_module("assessor.migrations.0011_roles").create_roles

    def give_back(**_about: object) -> None:
        create_roles(apps, None)

    assessor = apps.get_app_config("assessor")
    post_migrate.connect(give_back, sender=assessor)
    yield
    post_migrate.disconnect(give_back, sender=assessor)


@pytest.fixture(scope="session", autouse=True)
def _editions_known_by_their_content() -> Iterator[None]:
    """Let the key of an edition follow from its content: what was read is kept by its key.

    A database that rolls back after each test would give the same key to another edition.
    """

    def give_key(instance: Edition, **_about: object) -> None:
        instance.pk = int(instance.sha256[:10], 16)

    pre_save.connect(give_key, sender=Edition)
    yield
    pre_save.disconnect(give_key, sender=Edition)


@pytest.fixture(scope="session", autouse=True)
def _nothing_in_var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep away from the files of the installation that is being worked on."""
    with override_settings(VAR_DIR=tmp_path_factory.mktemp("var")):
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_as_they_are() -> Iterator[None]:
    """Let templates name static files that nobody has collected."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES={**django_settings.STORAGES, "staticfiles": plain},
        WHITENOISE_AUTOREFRESH=True,
        WHITENOISE_USE_FINDERS=True,
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _suggestions_worked_out_once() -> Iterator[None]:
    """Keep what the same answers come to: most tests submit the same few cases.

    What advise() returns is frozen, and hangs on nothing else; tests/advice asks it itself.
    """
    known: dict[tuple[str, str], Suggestion] = {}

    def advised(knowledge: KnowledgeBase, answers: Answers) -> Suggestion:
        key = (knowledge.sha256, json.dumps(answers))
        if key not in known:
            known[key] = advise(knowledge, answers)
        return known[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(issuing, "advise", advised)
        yield


@pytest.fixture(scope="session", autouse=True)
def _passwords_hashed_quickly() -> Iterator[None]:
    """Hash passwords of tests in no time: how well Django hashes them is Django's to prove."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield
