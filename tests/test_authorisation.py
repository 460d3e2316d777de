"""Who gets what from every address, by every method. A new address without a line here fails."""

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from assessor import drafts
from assessor.models import Assessment, PrivateLink
from assessor.report import issued
from assessor.urls import urlpatterns
from assessor.views import sample
from tests.advice.answers import situation
from tests.builders import database, make_assessment, owner_client, owner_of

pytestmark = pytest.mark.django_db

OWNER, READER, OTHERS = "owner", "reader", "others"
"""The reader is staff who may view assessments; others are everybody else."""

Status = dict[str, int]


def everybody(status: int) -> Status:
    return {OWNER: status, READER: status, OTHERS: status}


def only_owner(status: int) -> Status:
    return {OWNER: status, READER: 404, OTHERS: 404}


def not_allowed() -> Status:
    return everybody(405)


def readers(status: int = 200) -> Status:
    return {OWNER: status, READER: status, OTHERS: 404}


EXPECTED: dict[str, tuple[Status, Status]] = {
    # address      what looking (GET, HEAD) gives          what sending an empty form (POST) gives
    "start": (everybody(200), not_allowed()),
    "assessments": (everybody(200), not_allowed()),
    "new": (everybody(200), everybody(422)),
    # Whoever holds a report may ask whether it is genuine, or start from its answers.
    "import": (everybody(200), everybody(422)),
    "verify": (everybody(200), everybody(422)),
    # The sample shows nobody's answers.
    "sample": (everybody(200), not_allowed()),
    "sample_report": (everybody(200), not_allowed()),
    "sample_pdf": (everybody(200), not_allowed()),
    "sample_word": (everybody(200), not_allowed()),
    "sample_markdown": (everybody(200), not_allowed()),
    "sample_decision": (everybody(200), not_allowed()),
    "sample_answers": (everybody(200), not_allowed()),
    "help": (everybody(200), not_allowed()),
    "accessibility": (everybody(200), not_allowed()),
    "privacy": (everybody(200), not_allowed()),
    "theme": (not_allowed(), everybody(302)),
    "healthz": (everybody(200), not_allowed()),
    # Whoever has a private link may open it: that is what it is for.
    "redeem": (everybody(200), everybody(302)),
    "hub": ({OWNER: 200, READER: 302, OTHERS: 404}, not_allowed()),
    "make_link": (not_allowed(), only_owner(302)),
    "step": (only_owner(200), only_owner(400)),
    "autosave": (not_allowed(), only_owner(400)),
    "check": (only_owner(200), not_allowed()),
    "submit": (not_allowed(), only_owner(302)),
    "reopen": (not_allowed(), only_owner(302)),
    "result": (readers(), not_allowed()),
    # Who reads the result may play with it; only who answers may start from it.
    "what_if": (readers(302), readers(422)),
    "save_what_if": (not_allowed(), only_owner(422)),
    "report": (readers(), not_allowed()),
    "pdf": (readers(), not_allowed()),
    "word": (readers(), not_allowed()),
    "markdown": (readers(), not_allowed()),
    "decision": (readers(), not_allowed()),
    "data": (readers(), not_allowed()),
    "answers": (readers(), not_allowed()),
}


# ---------------------------------------------------------------- the roles


def anonymous(_assessment: Assessment) -> Client:
    return Client()


def owner(assessment: Assessment) -> Client:
    return owner_client(assessment)


def other_owner(_assessment: Assessment) -> Client:
    return owner_client(make_assessment(initiative="Another"))


def revoked(assessment: Assessment) -> Client:
    client = owner_client(assessment)
    PrivateLink.objects.filter(respondent__assessment=assessment).update(revoked_at=timezone.now())
    return client


def expired(assessment: Assessment) -> Client:
    client = owner_client(assessment)
    PrivateLink.objects.filter(respondent__assessment=assessment).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    return client


def deleted(assessment: Assessment) -> Client:
    client = owner_client(assessment)
    PrivateLink.objects.filter(respondent__assessment=assessment).delete()
    return client


def staff(*permissions: str) -> Client:
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def staff_who_may_view(_assessment: Assessment) -> Client:
    return staff("view_assessment")


def staff_who_may_not(_assessment: Assessment) -> Client:
    return staff("view_report", "view_edition", "change_assessment")


Role = Callable[[Assessment], Client]
ROLES: dict[Role, str] = {
    anonymous: OTHERS,
    owner: OWNER,
    other_owner: OTHERS,
    revoked: OTHERS,
    expired: OTHERS,
    deleted: OTHERS,
    staff_who_may_view: READER,
    staff_who_may_not: OTHERS,
}

every_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.__name__)


# ---------------------------------------------------------------- the addresses


@pytest.fixture(autouse=True)
def _no_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may have the PDF is asked here, not what is in it."""
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF-")
    monkeypatch.setattr(sample, "_pdf", lambda: b"%PDF-")


@pytest.fixture
def assessment() -> Assessment:
    """A draft that was submitted once: every address has something to show."""
    assessment = make_assessment(situation())
    report = drafts.submit(owner_of(assessment))
    issued.pdf_of(report)  # made after submitting, so that no download stores it
    drafts.reopen(owner_of(assessment))
    return assessment


def address_of(name: str, assessment: Assessment) -> str:
    arguments: list[Any] = []
    if "assessment_id" in str(patterns()[name].pattern):
        arguments = [assessment.pk]
    if name in {"step", "autosave"}:
        arguments = [assessment.pk, "where"]
    if name == "redeem":
        arguments = [PrivateLink.issue(owner_of(assessment))]
    return reverse(name, args=arguments)


def patterns() -> dict[str, URLPattern]:
    return {
        str(pattern.name): pattern for pattern in urlpatterns if isinstance(pattern, URLPattern)
    }


def addresses(assessment: Assessment) -> dict[str, str]:
    return {name: address_of(name, assessment) for name in EXPECTED}


def test_every_address_has_a_line_in_the_table() -> None:
    assert set(patterns()) == set(EXPECTED)
    others = [pattern for pattern in urlpatterns if isinstance(pattern, URLResolver)]
    assert [str(other.pattern) for other in others] == ["admin/"]


# ---------------------------------------------------------------- looking and sending


@every_role
def test_looking_shows_what_the_role_may_see_and_changes_nothing(
    assessment: Assessment, role: Role
) -> None:
    client = role(assessment)
    every = addresses(assessment)
    before = database()
    for name, address in every.items():
        expected = EXPECTED[name][0][ROLES[role]]
        assert client.get(address).status_code == expected, f"GET {name}"
        assert client.head(address).status_code == expected, f"HEAD {name}"
        # What the wizard library would obey, were it asked.
        client.get(f"{address}?reset&done&wizard_goto_step=how&submit=1")
    assert database() == before


@every_role
def test_sending_does_what_the_role_may_do(assessment: Assessment, role: Role) -> None:
    client = role(assessment)
    for name, address in addresses(assessment).items():
        with undone(client):
            response = client.post(address, {"any": "thing"})
        assert response.status_code == EXPECTED[name][1][ROLES[role]], f"POST {name}"


@every_role
def test_no_other_method_does_anything(assessment: Assessment, role: Role) -> None:
    client = role(assessment)
    every = addresses(assessment)
    before = database()
    for name, address in every.items():
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "BREW"):
            status = client.generic(method, address).status_code
            assert status in {404, 405}, f"{method} {name}"
    assert database() == before


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Take back what happens inside, in the database and in the browser."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


# ---------------------------------------------------------------- the administration


def admin_addresses() -> Iterator[str]:
    """Yield every address under /admin/, with 1 for whatever it takes."""
    for pattern in admin.site.urls[0]:
        if isinstance(pattern, URLResolver):
            for inner in pattern.url_patterns:
                yield "/admin/" + plain(f"{pattern.pattern}{inner.pattern}")
        else:
            yield "/admin/" + plain(str(pattern.pattern))


def plain(route: str) -> str:
    route = re.sub(r"\(\?P<app_label>[^)]*\)", "assessor", route)
    route = re.sub(r"\(\?P<url>[^)]*\)", "nowhere", route)
    return re.sub(r"<[^>]+>", "1", route).strip("^$").replace("\\Z", "").replace("$", "")


FOR_EVERYBODY = {"/admin/login/", "/admin/logout/"}


@pytest.mark.parametrize("role", [anonymous, owner, other_owner], ids=lambda role: role.__name__)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_but_staff_gets_into_the_administration(
    assessment: Assessment, role: Role, method: str
) -> None:
    client = role(assessment)
    closed = sorted(set(admin_addresses()) - FOR_EVERYBODY)
    assert len(closed) > 10
    for address in closed:
        response = getattr(client, method)(address)
        assert response.status_code == 302, address
        assert response["Location"].startswith("/admin/login/"), address


def test_staff_without_a_permission_see_no_rows(assessment: Assessment) -> None:
    client = staff()
    for model in ("assessment", "report", "edition"):
        assert client.get(f"/admin/assessor/{model}/").status_code == 403
        assert client.get(f"/admin/assessor/{model}/{assessment.pk}/change/").status_code == 403


def test_not_even_an_administrator_changes_or_deletes_evidence(assessment: Assessment) -> None:
    administrator = Client()
    administrator.force_login(User.objects.create_superuser("administrator"))
    rows = {
        "assessment": assessment.pk,
        "report": assessment.reports.get().pk,
        "edition": assessment.edition_id,
    }
    before = database("sessions.Session", "admin.LogEntry")
    for model, pk in rows.items():
        for address in ("add/", f"{pk}/change/", f"{pk}/delete/"):
            response = administrator.post(f"/admin/assessor/{model}/{address}", {"post": "yes"})
            assert response.status_code == 403, (model, address)
        action = {"action": "delete_selected", "_selected_action": [str(pk)], "post": "yes"}
        administrator.post(f"/admin/assessor/{model}/", action)
    assert database("sessions.Session", "admin.LogEntry") == before
