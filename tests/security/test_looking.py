"""Looking changes nothing, at whatever address, whoever looks, and whatever the query asks for."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from assessor.models import Assessment
from assessor.urls import urlpatterns
from tests.advice.answers import situation
from tests.builders import database, submitted
from tests.rendering import render_nothing
from tests.security.addresses import (
    administrator,
    every_address,
    owner,
    staff_who_wait_for_nothing,
)

pytestmark = pytest.mark.django_db

ALLOWED = {
    "assessor.AuditEntry": "who read or took what is written down",
    "assessor.AuditHead": "and where that log ends",
    "assessor.ReportPdf": "a PDF is made when it is first asked for, and kept",
    "sessions.Session": "staff are noted to be there",
}
"""What looking may change, and why."""

ASKED = (
    "?reset&done&submit=1&action=delete&wizard_goto_step=how&wizard-current_step=where"
    "&_method=DELETE&post=yes&confirm=yes&next=check"
)
"""All that some page or library might obey, were it asked in an address."""


@pytest.fixture
def staff(monkeypatch: pytest.MonkeyPatch) -> User:
    render_nothing(monkeypatch)
    return staff_who_wait_for_nothing(monkeypatch)


@pytest.fixture
def assessment() -> Assessment:
    return submitted(situation()).assessment


def nobody(_assessment: Assessment, _staff: User) -> Client:
    return Client()


def look(client: Client, name: str, address: str) -> None:
    """Look at an address in every way there is, to the end of what is sent."""
    for response in (client.get(address), client.head(address), client.get(address + ASKED)):
        assert response.status_code < 500, name
        b"".join(response) if response.streaming else response.content


def changed_by_looking(client: Client, addresses: dict[str, str]) -> set[str]:
    """Return the tables that looking at all addresses has changed, beyond what it may."""
    before = database(*ALLOWED)
    for name, address in addresses.items():
        look(client, name, address)
    after = database(*ALLOWED)
    return {table for table, rows in after.items() if rows != before[table]}


@pytest.mark.parametrize("role", [nobody, owner, administrator], ids=lambda role: role.__name__)
def test_looking_changes_nothing(
    assessment: Assessment, staff: User, role: Callable[[Assessment, User], Client]
) -> None:
    addresses = every_address(assessment, staff)
    assert len(addresses) > 140
    assert changed_by_looking(role(assessment, staff), addresses) == set()


def test_what_may_change_is_no_more_than_that(assessment: Assessment, staff: User) -> None:
    """The exceptions are needed, and none of them is of use to whoever makes others look."""
    before = database()
    client = administrator(assessment, staff)
    client.get(f"/a/{assessment.pk}/report.pdf")
    changed = {table for table, rows in database().items() if rows != before[table]}
    assert set(ALLOWED) <= changed
    assert changed - set(ALLOWED) <= {"auth.User"}  # Signing in has noted when.


def counts_visits(_request: HttpRequest) -> HttpResponse:
    """A page as it must not be."""
    Assessment.objects.update(organisation="Changed by looking")
    return HttpResponse("ok")


@pytest.mark.usefixtures("assessment")
def test_a_page_that_changes_something_is_found(settings: Settings) -> None:
    planted = [*urlpatterns, path("planted/", counts_visits)]
    settings.ROOT_URLCONF = type("Planted", (), {"urlpatterns": planted})
    found = changed_by_looking(Client(), {"start": "/", "planted": "/planted/"})
    assert found == {"assessor.Assessment"}
