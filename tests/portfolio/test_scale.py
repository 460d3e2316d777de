"""However much there is: the same queries, and each by an index."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localdate

from assessor.models import Assessment
from assessor.portfolio.filters import Filters
from assessor.workflow import due, tallying
from tests.bench import many
from tests.portfolio.test_portfolio import A_LINE

pytestmark = pytest.mark.django_db

FEW, SOME, ROWS = 80, 700, 1000
PAGES = {name: page for name, page in many.LISTS.items() if page.startswith("/staff/")}

SMALL = {"assessor_edition", "subquery", "U0"}
"""What may be gone through from one end to the other; U0 are the editions, to find the newest."""


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    return client


def queries_of(client: Client, address: str) -> list[str]:
    """Return what a second visit asks: the first fills what is kept of each edition."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries.captured_queries]


def test_more_take_the_same_queries(client: Client) -> None:
    many.fill(SOME, varied=1)
    few = {name: len(queries_of(client, page)) for name, page in PAGES.items()}
    many.fill_up(ROWS)
    assert Assessment.objects.count() == ROWS
    assert {name: len(queries_of(client, page)) for name, page in PAGES.items()} == few
    assert max(few.values()) <= 14 + A_LINE
    assert tallying.stored() == tallying.counts(Assessment.objects.all())


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads small tables whole")
def test_no_list_goes_through_a_big_table(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "RARE", range(FEW - 3, FEW))
    many.fill(FEW, varied=1)
    forget_statistics()
    for name, page in many.LISTS.items():
        for query in queries_of(client, page):
            assert list(scans(query)) == [], f"{name}: {query}"


def forget_statistics() -> None:
    """Let SQLite not know how few rows there are: of so few it goes through all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'sqlite_stat_'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  a name of SQLite's own
        cursor.execute("ANALYZE sqlite_schema")


def scans(query: str) -> Iterator[str]:
    """Yield the steps in which SQLite reads a table without looking anything up.

    Going through an index in the order of a list is no such step: a page of it is read.
    """
    if not query.startswith("SELECT"):
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        steps = [row[3] for row in cursor.fetchall()]
    for step in steps:
        found = re.fullmatch(r"SCAN (\w+)", step)
        if found and found[1] not in SMALL:
            yield step


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads small tables whole")
@pytest.mark.parametrize(
    ("found", "index"),
    [
        (lambda: due.due(localdate()), "due_on"),
        (lambda: due.due(localdate(), "review"), "review_on"),
        (lambda: due.due(localdate(), "law"), "law_on"),
        (lambda: due.due(localdate(), "content"), "content_on"),
        (lambda: Filters().otherwise(), "otherwise"),
        (lambda: Filters(start="2026-01").stale(timezone.now()), "status_submitted"),
        (lambda: Filters().stale(timezone.now()), "status_saved"),
        (lambda: Filters(organisation="Northwind").assessments(), "organisation"),
    ],
)
def test_each_list_has_an_index(found: Any, index: str) -> None:
    assert f"USING INDEX assessment_{index} " in found()[:10].explain() + " "
