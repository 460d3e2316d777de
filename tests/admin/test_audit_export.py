"""The audit log as a table: whoever may read it, what stands in it, and that it was taken."""

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from assessor.models import AuditEntry
from assessor.workflow import audit
from tests.builders import make_assessment, submitted, text_of

pytestmark = pytest.mark.django_db

EXPORT = "/admin/assessor/auditentry/export/"
LIST = "/admin/assessor/auditentry/"


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("administrator"))
    return client


def exported(client: Client, **query: str) -> list[dict[str, str]]:
    response: Any = client.get(EXPORT, query)
    assert response.status_code == 200
    assert response.streaming
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_line_is_in_it_as_it_is_stored(administrator: Client) -> None:
    audit.record("link.made", "owner", make_assessment())
    entries = AuditEntry.objects.count()
    rows = exported(administrator)
    assert len(rows) == entries + 1
    first = AuditEntry.objects.earliest("pk")
    assert rows[-1] == first.content() | {"sha256": first.sha256}
    assert rows[0]["event"] == "log.exported"


def test_it_is_written_down_that_it_was_taken(administrator: Client) -> None:
    administrator.head(EXPORT)
    assert not AuditEntry.objects.filter(event="log.exported").exists()
    exported(administrator)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.event, entry.actor, entry.subject) == (
        "log.exported",
        f"user {User.objects.get().pk}",
        "log",
    )


def test_it_has_what_the_list_shows(administrator: Client) -> None:
    one, other = submitted().assessment, submitted().assessment
    query = {"q": str(one.pk), "event": "assessment.submitted"}
    page = text_of(administrator.get(LIST, query))
    link = re.search(rf'href="({EXPORT}[^"]*)"', page)
    assert link
    rows = exported(administrator, **query)
    assert link[1] == f"{EXPORT}?q={one.pk}&amp;event=assessment.submitted"
    assert [row["subject"] for row in rows] == [f"assessment {one.pk} report 1"]
    assert str(other.pk) not in str(rows)


def test_no_cell_can_be_a_formula(administrator: Client) -> None:
    audit.record("link.made", "=1+1", of="@SUM(A1)")
    row = exported(administrator, q="=1+1")[0]
    assert (row["actor"], row["subject"]) == ("'=1+1", "'@SUM(A1)")


def test_only_who_may_read_the_log_may_take_it() -> None:
    user = User.objects.create_user("reader", is_staff=True)
    client = Client()
    client.force_login(user)
    assert client.get(EXPORT).status_code == 403
    assert Client().get(EXPORT).status_code == 302
    user.user_permissions.add(Permission.objects.get(codename="view_auditentry"))
    assert client.get(EXPORT).status_code == 200
    assert client.post(EXPORT).status_code == 405


@pytest.mark.parametrize("query", [{"nonsense": "1"}, {"at__year": "x"}, {"at__gte": "\0"}])
def test_an_address_made_up_leads_to_the_list(administrator: Client, query: dict[str, str]) -> None:
    before = AuditEntry.objects.count()
    assert administrator.get(EXPORT, query)["Location"].startswith(LIST)
    assert AuditEntry.objects.count() == before


def test_what_is_no_assessment_is_listed_without_a_link(administrator: Client) -> None:
    page = text_of(administrator.get(LIST))
    assert f'<td class="field-which">user {User.objects.get().pk}</td>' in page
