"""Every address there is in a real browser, as everybody: nothing on its page breaks a rule."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.views.generic import TemplateView

from assessor.models import Assessment, Bundle
from assessor.workflow import bundling, inviting
from tests.advice.answers import situation
from tests.browser.visitor import Visitor
from tests.builders import invited, owner_of, submitted
from tests.security.addresses import every_address, staff_who_wait_for_nothing
from tests.test_roles import MAY, REVIEWER

pytestmark = pytest.mark.browser

Comes = Callable[[Visitor, Assessment, User], None]


def owner(visitor: Visitor, assessment: Assessment, _staff: User) -> None:
    visitor.open_as(owner_of(assessment))


def colleague(visitor: Visitor, assessment: Assessment, _staff: User) -> None:
    visitor.open_as(invited(assessment, name="Lee", sees_all=True, may_sign=True, may_decide=True))


def reader(visitor: Visitor, assessment: Assessment, _staff: User) -> None:
    visitor.go("redeem", inviting.share(owner_of(assessment), "Readers", days=7))
    visitor.goes_on("Open the assessment")


def stranger(_visitor: Visitor, _assessment: Assessment, _staff: User) -> None:
    """Come without anything."""


def reviewer(visitor: Visitor, _assessment: Assessment, _staff: User) -> None:
    user = User.objects.create_user("reviewer", is_staff=True)
    granted = [codename for codename, roles in MAY.items() if REVIEWER in roles]
    user.user_permissions.set(Permission.objects.filter(codename__in=granted))
    visitor.sign_in(user)


def administrator(visitor: Visitor, _assessment: Assessment, staff: User) -> None:
    visitor.sign_in(staff)


@pytest.mark.long
@pytest.mark.parametrize(
    ("comes", "least"),
    [
        (stranger, 15),
        (reader, 17),
        (colleague, 22),
        (owner, 28),
        (reviewer, 38),
        (administrator, 61),
    ],
)
def test_no_page_at_any_address_breaks_a_rule(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, comes: Comes, least: int
) -> None:
    Group.objects.create(name="Auditors")
    staff = staff_who_wait_for_nothing(monkeypatch)
    assessment = submitted(situation()).assessment
    addresses = every_address(assessment, staff)
    comes(visitor, assessment, staff)
    bundling.stop(Bundle.objects.get())  # or else its page would send something on being left
    client = same_as(visitor)
    pages = [address for address in addresses.values() if is_page(client.get(address))]
    for page in pages:
        visitor.page.goto(page)
    assert len(pages) >= least


def same_as(visitor: Visitor) -> Client:
    """Return a browser without a window, of the same person."""
    client = Client()
    for cookie in visitor.context.cookies():
        client.cookies[cookie["name"]] = cookie["value"]
    return client


def is_page(answer: HttpResponseBase) -> bool:
    return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (ValueError("broken"), 500, "Something went wrong on our side"),
        (OperationalError("disk I/O error"), 503, "This page is not available right now"),
    ],
)
def test_no_page_about_an_error_breaks_a_rule(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, heading: str
) -> None:
    def fails(*_arguments: object, **_named: object) -> HttpResponse:
        raise error

    monkeypatch.setattr(TemplateView, "render_to_response", fails)
    visitor.expects(status)
    visitor.go("help")
    visitor.reads(heading)
