"""Who gets in at the addresses for staff, by what they may do. A new one without a line fails."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import URLPattern, reverse

from assessor.models import Assessment, Bundle, Edition, EditionDraft
from assessor.urls import urlpatterns
from assessor.workflow import bundling
from tests.advice.answers import situation
from tests.builders import client_of, invited, owner_client, submitted
from tests.views.staff.editors import draft_of, examine_here

pytestmark = pytest.mark.django_db

VIEW, REVIEW, EXPORT, PUBLISH = (
    "view_assessment",
    "review_assessment",
    "export_assessment",
    "publish_edition",
)

NEEDS: dict[str, tuple[set[str], set[str]]] = {
    # address        looking takes      sending takes
    "portfolio": ({VIEW}, {VIEW}),
    "portfolio_csv": ({VIEW, EXPORT}, {VIEW, EXPORT}),
    "due": ({VIEW}, {VIEW, REVIEW}),
    "bundles": ({VIEW, EXPORT}, {VIEW, EXPORT}),
    "bundle": ({VIEW, EXPORT}, {VIEW, EXPORT}),
    "bundle_next": ({VIEW, EXPORT}, {VIEW, EXPORT}),
    "bundle_stop": ({VIEW, EXPORT}, {VIEW, EXPORT}),
    "bundle_again": ({VIEW, EXPORT}, {VIEW, EXPORT}),
    "bundle_zip": ({VIEW, EXPORT}, {VIEW, EXPORT}),
    "editions": ({PUBLISH}, {PUBLISH}),
    "upload_edition": ({PUBLISH}, {PUBLISH}),
    "edition_settings": ({PUBLISH}, {PUBLISH}),
    "edition": ({PUBLISH}, {PUBLISH}),
    "download_edition": ({PUBLISH}, {PUBLISH}),
    "edition_draft": ({PUBLISH}, {PUBLISH}),
    "download_draft": ({PUBLISH}, {PUBLISH}),
    "edition_effects": ({PUBLISH}, {PUBLISH}),
    "publish_edition": ({PUBLISH}, {PUBLISH}),
    "discard_edition": ({PUBLISH}, {PUBLISH}),
}

WITH_TESTS_OF_THEIR_OWN = {"two_factor", "two_factor_enrol", "two_factor_codes"}
"""What they answer hangs on devices: see test_two_factor.py."""

SHUT = {404, 405}
"""Nobody learns what there is; that an address takes no visits is no secret."""


@pytest.fixture(autouse=True)
def _examined_here(monkeypatch: pytest.MonkeyPatch) -> None:
    examine_here(monkeypatch)


@pytest.fixture
def assessment() -> Assessment:
    return submitted(situation()).assessment


@pytest.fixture
def draft(assessment: Assessment) -> EditionDraft:
    return draft_of()


def addresses() -> dict[str, URLPattern]:
    return {
        str(pattern.name): pattern
        for pattern in urlpatterns
        if isinstance(pattern, URLPattern) and str(pattern.pattern).startswith("staff/")
    }


def test_every_address_for_staff_has_a_line_in_the_table() -> None:
    assert set(addresses()) == set(NEEDS) | WITH_TESTS_OF_THEIR_OWN


def address_of(name: str, draft: EditionDraft, bundle: Bundle | None) -> str:
    route = str(addresses()[name].pattern)
    known: dict[str, Any] = {
        "<uuid:bundle_id>": bundle.pk if bundle else None,
        "<int:edition_pk>": Edition.objects.get().pk,
        "<int:draft_pk>": draft.pk,
        "<slug:kind>": "zip",
    }
    return reverse(name, args=[value for part, value in known.items() if part in route])


# ---------------------------------------------------------------- the people


def person(name: str, *permissions: str, group: str = "", is_superuser: bool = False) -> User:
    user = User.objects.create_user(name, is_staff=True, is_superuser=is_superuser)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    if group:
        user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)


STAFF: dict[str, Callable[[], User]] = {
    "staff": lambda: person("staff"),
    "viewer": lambda: person("viewer", VIEW),
    "exporter without sight": lambda: person("exporter", EXPORT, REVIEW),
    "reviewer": lambda: person("reviewer", group="Reviewer"),
    "content editor": lambda: person("editor", group="Content editor"),
    "administrator": lambda: person("administrator", group="Administrator"),
    "superuser": lambda: person("root", is_superuser=True),
}


def may(user: User, needed: set[str]) -> bool:
    return user.has_perms([f"assessor.{permission}" for permission in needed])


@pytest.mark.parametrize("make", STAFF.values(), ids=STAFF)
def test_staff_get_where_their_permissions_lead(
    assessment: Assessment, draft: EditionDraft, make: Callable[[], User]
) -> None:
    user = make()
    client = Client()
    client.force_login(user)
    bundle = bundling.start_bundle(user, Assessment.objects.filter(pk=assessment.pk))
    for name, (looking, sending) in NEEDS.items():
        address = address_of(name, draft, bundle)
        looked = client.get(address).status_code
        assert looked < 500, name
        if not may(user, looking):
            assert looked in SHUT, f"GET {name}"
        elif looked != 405 and name != "bundle_zip":  # which is empty as yet
            assert looked in {200, 302}, f"GET {name}"
        sent = client.post(address).status_code
        assert sent < 500, name
        if not may(user, sending):
            assert sent in SHUT, f"POST {name}"


@pytest.mark.parametrize("kind", ["anonymous", "owner", "colleague", "account"])
def test_nobody_else_learns_that_there_is_anything(
    assessment: Assessment, draft: EditionDraft, kind: str
) -> None:
    bundle = bundling.start_bundle(
        person("other", is_superuser=True), Assessment.objects.filter(pk=assessment.pk)
    )
    client = visitor(kind, assessment)
    for name in NEEDS:
        address = address_of(name, draft, bundle)
        for method in (client.get, client.post):
            assert method(address).status_code in SHUT, name


def visitor(kind: str, assessment: Assessment) -> Client:
    match kind:
        case "owner":
            return owner_client(assessment)
        case "colleague":
            return client_of(invited(assessment, sees_all=True, may_decide=True))
        case "account":
            return account(User.objects.create_user("somebody"))
        case _:
            return Client()


def account(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_nobody_gets_the_bundle_of_somebody_else(
    assessment: Assessment, draft: EditionDraft
) -> None:
    bundle = bundling.start_bundle(
        person("other", is_superuser=True), Assessment.objects.filter(pk=assessment.pk)
    )
    client = account(person("reviewer", group="Reviewer"))
    for name in NEEDS:
        if name.startswith("bundle_") or name == "bundle":
            assert client.get(address_of(name, draft, bundle)).status_code in SHUT
            assert client.post(address_of(name, draft, bundle)).status_code in SHUT
