"""From SQLite to PostgreSQL: everything arrives as it was, or nothing does."""

import sys
import uuid
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from assessor.management.commands import move_to_postgres
from assessor.models import Assessment, Names, Note, Respondent
from assessor.storage import locking, moving, tables
from tests.builders import database, make_assessment, owner_client, page_data, step_url
from tests.fuzz import corpus
from tests.lives import submitted_together, with_pdf
from tests.storage.scratch import scratch

TEXTS = [*corpus.TEXTS, *corpus.MARKUP]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'"),
]


@pytest.fixture(autouse=True)
def _own_lock(settings: Settings, tmp_path: Path) -> None:
    """Others serve from the usual folder at the same time."""
    settings.VAR_DIR = tmp_path


def run(*address: str) -> str:
    output = StringIO()
    call_command("move_to_postgres", *address, stdout=output)
    return output.getvalue()


def ask(address: str, query: str) -> Any:
    with psycopg.connect(address) as server:
        row = server.execute(query.encode()).fetchone()
    return row and row[0]


def fill() -> None:
    """Use the product with everything that people have been seen to type."""
    with_pdf(submitted_together().reports.get())
    for text in TEXTS:
        names = dict.fromkeys(["initiative", "organisation", "name"], text)
        Client().post(reverse("new"), {"creation_key": str(uuid.uuid4()), **names})
        assessment = make_assessment()
        owner = owner_client(assessment)
        data = page_data(assessment, "why", {"why_success": text}, action="later")
        owner.post(step_url(assessment, "why"), data)
        owner.post(reverse("note", args=[assessment.pk, "where_scope"]), {"text": text})
        whom = {"name": text, "message": text, "asked": "all", "days": "30"}
        owner.post(reverse("people", args=[assessment.pk]), {"form_key": str(uuid.uuid4()), **whom})


@pytest.fixture(scope="module")
def migrated() -> Iterator[str]:
    """A database with its tables, made as for an empty one."""
    with scratch() as database:
        moving._migrate(database)
        yield database


@pytest.fixture
def address(migrated: str) -> Iterator[str]:
    with scratch(migrated.rpartition("/")[2]) as database:
        yield database


def test_everything_arrives_as_it_was_and_new_rows_get_new_keys(address: str) -> None:
    fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    before = database()
    said = run(address)
    assert "Moved and verified" in said
    assert database() == before

    count = Assessment.objects.count()
    assert count > len(TEXTS)
    assert Note.objects.count() > len(corpus.TEXTS) / 2
    assert Respondent.objects.exclude(message="").count() > len(corpus.TEXTS) / 2
    assert ask(address, "SELECT count(*) FROM assessor_assessment") == count
    assert ask(address, "SELECT count(*) FROM assessor_names") == Names.objects.count() > 0
    last = ask(address, "SELECT max(id) FROM assessor_respondent")
    key = "SELECT nextval(pg_get_serial_sequence('assessor_respondent', 'id'))"
    assert ask(address, key) == last + 1

    with pytest.raises(CommandError, match="has been used: there are rows in"):
        run(address)


def test_a_value_that_would_change_on_the_way_is_noticed_and_nothing_is_moved(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a copy that alters one field."""
    make_assessment(initiative="One")

    def altered(model: type[models.Model], database: str) -> Iterator[tuple[Any, ...]]:
        for row in tables.rows_of(model, database):
            yield tuple("one" if value == "One" else value for value in row)

    monkeypatch.setattr(moving, "rows_of", altered)
    with pytest.raises(CommandError, match="would not be the same"):
        run(address)
    assert ask(address, "SELECT count(*) FROM assessor_assessment") == 0
    assert ask(address, "SELECT count(*) FROM auth_permission") > 0


def test_what_postgresql_refuses_is_told_without_what_it_is(address: str) -> None:
    make_assessment(initiative="Very confidential")
    Assessment.objects.update(initiative="Very\0confidential")
    with pytest.raises(CommandError) as failure:
        run(address)
    assert "assessor_assessment" in str(failure.value)
    assert "confidential" not in str(failure.value)


class Terminal(StringIO):
    """Where somebody types what only getpass reads."""

    def isatty(self) -> bool:
        return True


def test_the_address_is_read_where_nobody_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    away = "postgres://nobody:secret@127.0.0.1:1/x"
    monkeypatch.setattr(sys, "stdin", StringIO(f"{away}\n"))
    with pytest.raises(CommandError, match="PostgreSQL refused"):
        run()

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(move_to_postgres, "getpass", lambda _prompt: away)
    with pytest.raises(CommandError, match="PostgreSQL refused"):
        run()


def test_without_an_address_nothing_is_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(_prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr(move_to_postgres, "getpass", ended)
    for stdin in (StringIO(), Terminal()):
        monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(CommandError, match="Write the address as"):
            run()


@pytest.mark.parametrize("address", ["x", "sqlite:///x.sqlite3", "mysql://a@b/c"])
def test_only_postgresql_is_moved_to(address: str) -> None:
    with pytest.raises(CommandError, match="address"):
        run(address)


def test_a_server_that_is_not_there_is_a_clear_message() -> None:
    with pytest.raises(CommandError, match="Nothing was moved"):
        run("postgres://nobody:secret@127.0.0.1:1/x")


def test_nothing_is_moved_away_from_a_server_that_runs() -> None:
    """It would go on saving into SQLite."""
    with locking.shared(), pytest.raises(CommandError, match=r"Stop the server.*Nothing was moved"):
        run("postgres://nobody:secret@127.0.0.1:1/x")


def test_a_table_that_nobody_knows_is_not_left_behind_silently(address: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mystery (x)")
    with pytest.raises(CommandError, match="mystery"):
        run(address)


def test_every_table_of_the_product_is_moved() -> None:
    named = {model._meta.db_table for model in tables.models()} | moving.ELSEWHERE
    there = set(connection.introspection.table_names())
    assert there - moving._of_sqlite(connection) == named


def test_the_hash_of_a_table_hangs_on_every_value_but_not_on_the_order() -> None:
    one, two = make_assessment(initiative="One"), make_assessment(initiative="Two")
    before = tables.content_of(Assessment, "default")
    assert before.rows == 2
    Assessment.objects.filter(pk=two.pk).update(initiative="Two.")
    assert tables.content_of(Assessment, "default") != before
    Assessment.objects.filter(pk=two.pk).update(initiative="Two")
    assert tables.content_of(Assessment, "default") == before
    Assessment.objects.filter(pk=one.pk).update(initiative="Two")
    Assessment.objects.filter(pk=two.pk).update(initiative="One")
    assert tables.content_of(Assessment, "default") != before
