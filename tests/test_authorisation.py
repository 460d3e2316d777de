"""Who gets what from every address, by every method. A new address without a line here fails."""

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from pytest_django import Settings

from assessor.models import Assessment, PrivateLink, Respondent
from assessor.report import issued
from assessor.urls import urlpatterns
from assessor.workflow import inviting, issuing, noting, reviewing
from assessor.workflow.noting import Author
from tests.advice.answers import situation
from tests.builders import (
    client_of,
    database,
    invited,
    make_assessment,
    owner_client,
    owner_of,
)
from tests.rendering import render_nothing

pytestmark = pytest.mark.django_db

OWNER = "owner"
COLLEAGUE = "colleague"
"""Somebody invited to one group of questions, who sees only their own answers."""

INSIDER = "insider"
"""Somebody invited to all questions, who sees everything."""

SIGNATORY, DECIDER = "signatory", "decider"
"""People invited to sign, or to decide, and asked nothing."""

SHARED = "shared"
"""Whoever has a link to the result."""

READER, REVIEWER = "reader", "reviewer"
"""Staff who may view assessments, and staff who may review them too."""

OTHERS = "others"
"""Everybody else."""

KINDS = (OWNER, COLLEAGUE, INSIDER, SIGNATORY, DECIDER, SHARED, READER, REVIEWER, OTHERS)

Status = dict[str, int]


def everybody(status: int) -> Status:
    return dict.fromkeys(KINDS, status)


def only(*kinds: str, gets: int) -> Status:
    """Let these kinds of people get a status, and all others learn not even what there is."""
    return everybody(404) | dict.fromkeys(kinds, gets)


def only_owner(status: int) -> Status:
    return only(OWNER, gets=status)


def not_allowed() -> Status:
    return everybody(405)


def answerers(status: int) -> Status:
    return only(OWNER, COLLEAGUE, INSIDER, gets=status)


def invited_ones(status: int) -> Status:
    return only(COLLEAGUE, INSIDER, SIGNATORY, DECIDER, gets=status)


def takers(status: int) -> Status:
    """Let everybody who takes part get a status."""
    return only(OWNER, COLLEAGUE, INSIDER, SIGNATORY, DECIDER, gets=status)


def talkers(status: int) -> Status:
    return takers(status) | {REVIEWER: status}


def readers(status: int = 200) -> Status:
    return only(OWNER, INSIDER, SIGNATORY, DECIDER, SHARED, READER, REVIEWER, gets=status)


QUESTION = "where_scope"
"""One that everybody is asked who is asked anything here."""

WITH_TESTS_OF_THEIR_OWN = {"compare", "sign_in"}
"""What they answer hangs on more than on who asks."""

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
    # Nobody is named before whoever runs the installation has set whom to tell.
    "security_txt": (everybody(404), not_allowed()),
    "signed_out": (everybody(200), not_allowed()),
    "healthz": (everybody(200), not_allowed()),
    "readyz": (everybody(200), not_allowed()),
    "metrics": (everybody(404), not_allowed()),  # There is no METRICS_TOKEN.
    # Whoever has a private link may open it: that is what it is for.
    "redeem": (everybody(200), everybody(302)),
    # Readers are led to the result.
    "hub": (
        {**readers(302), OWNER: 200, COLLEAGUE: 200, INSIDER: 200, SIGNATORY: 200, DECIDER: 200},
        not_allowed(),
    ),
    "make_link": (not_allowed(), only(OWNER, gets=302)),
    "end_links": (only_owner(200), only_owner(302)),
    "step": (answerers(200), answerers(400)),
    "autosave": (not_allowed(), answerers(400)),
    "check": (only_owner(200), not_allowed()),
    "submit": (not_allowed(), only_owner(302)),
    "reopen": (not_allowed(), only_owner(302)),
    # Whoever sees the answers to a question may talk about it, except by a link to the result.
    "question": (takers(200) | {READER: 200, REVIEWER: 200}, not_allowed()),
    "settle": (not_allowed(), only_owner(422)),
    "unsettle": (only_owner(302), only_owner(302)),  # There is nothing to take back.
    "restore": (not_allowed(), answerers(400)),
    "note": (not_allowed(), talkers(422)),
    "reply": (not_allowed(), talkers(422)),
    "resolve_note": (not_allowed(), talkers(302)),
    "reopen_note": (not_allowed(), talkers(302)),
    # The draft of this test can be neither signed nor decided on; see below.
    "sign": (only(OWNER, SIGNATORY, gets=409), only(OWNER, SIGNATORY, gets=409)),
    "decide": (only(DECIDER, REVIEWER, gets=409), only(DECIDER, REVIEWER, gets=409)),
    "share": (only_owner(200), only_owner(422)),
    "stop_sharing": (only_owner(200), only_owner(302)),
    "export": (only_owner(200), not_allowed()),
    "delete": (only_owner(200), only_owner(422)),
    "sign_out": (not_allowed(), everybody(302)),
    "move_edition": (only_owner(302), only_owner(302)),  # There is no newer edition.
    "duplicate": (
        only(OWNER, INSIDER, SIGNATORY, DECIDER, gets=200),
        only(OWNER, INSIDER, SIGNATORY, DECIDER, gets=422),
    ),
    "people": (only_owner(200), only_owner(422)),
    "renew": (only_owner(200), only_owner(302)),
    "withdraw": (only_owner(200), only_owner(422)),
    "introduce": (invited_ones(200), invited_ones(422)),
    "finish": (not_allowed(), only(COLLEAGUE, INSIDER, gets=302)),
    "result": (readers(), not_allowed()),
    # Who reads the result may play with it; only the owner may start from it.
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


def colleague(assessment: Assessment) -> Client:
    return client_of(invited(assessment, asked="group:where"))


def insider(assessment: Assessment) -> Client:
    return client_of(invited(assessment, sees_all=True))


def signatory(assessment: Assessment) -> Client:
    return client_of(invited(assessment, asked="none", may_sign=True))


def decider(assessment: Assessment) -> Client:
    return client_of(invited(assessment, asked="none", may_decide=True))


def withdrawn(assessment: Assessment) -> Client:
    person = invited(assessment, sees_all=True, may_sign=True, may_decide=True)
    client = client_of(person)
    inviting.withdraw(person, "owner", keep_answers=True)
    return client


def with_a_new_link(assessment: Assessment) -> Client:
    """Somebody whose old link was replaced."""
    person = invited(assessment, sees_all=True)
    client = client_of(person)
    inviting.renew_link(person, "owner")
    return client


def shared(assessment: Assessment) -> Client:
    client = Client()
    token = inviting.share(owner_of(assessment), "Auditors", days=7)
    client.post(reverse("redeem", args=[token]))
    return client


def no_longer_shared(assessment: Assessment) -> Client:
    client = shared(assessment)
    for link in assessment.shared_links.all():
        inviting.stop_sharing(owner_of(assessment), link)
    return client


def shared_too_long_ago(assessment: Assessment) -> Client:
    client = shared(assessment)
    assessment.shared_links.update(expires_at=timezone.now())
    return client


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def other_account(_assessment: Assessment) -> Client:
    return signed_in(User.objects.create_user("other"))


def owner_by_account(assessment: Assessment) -> Client:
    user = User.objects.create_user("dana")
    assessment.respondents.filter(is_owner=True).update(user=user)
    return signed_in(user)


def colleague_by_account(assessment: Assessment) -> Client:
    user = User.objects.create_user("kim")
    person = invited(assessment, asked="group:where")
    Respondent.objects.filter(pk=person.pk).update(user=user)
    return signed_in(user)


def withdrawn_account(assessment: Assessment) -> Client:
    user = User.objects.create_user("gone")
    person = invited(assessment, sees_all=True)
    Respondent.objects.filter(pk=person.pk).update(user=user)
    inviting.withdraw(person, "owner", keep_answers=True)
    return signed_in(user)


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
    return signed_in(user)


def staff_who_may_view(_assessment: Assessment) -> Client:
    return staff("view_assessment")


def staff_who_review(_assessment: Assessment) -> Client:
    return staff("view_assessment", "review_assessment")


def staff_who_may_not(_assessment: Assessment) -> Client:
    return staff("view_report", "view_edition", "change_assessment", "review_assessment")


Role = Callable[[Assessment], Client]
ROLES: dict[Role, str] = {
    anonymous: OTHERS,
    owner: OWNER,
    owner_by_account: OWNER,
    other_owner: OTHERS,
    revoked: OTHERS,
    expired: OTHERS,
    deleted: OTHERS,
    colleague: COLLEAGUE,
    colleague_by_account: COLLEAGUE,
    insider: INSIDER,
    signatory: SIGNATORY,
    decider: DECIDER,
    withdrawn: OTHERS,
    withdrawn_account: OTHERS,
    with_a_new_link: OTHERS,
    shared: SHARED,
    no_longer_shared: OTHERS,
    shared_too_long_ago: OTHERS,
    other_account: OTHERS,
    staff_who_may_view: READER,
    staff_who_review: REVIEWER,
    staff_who_may_not: OTHERS,
}

every_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.__name__)


# ---------------------------------------------------------------- the addresses


@pytest.fixture(autouse=True)
def _no_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may have a file is asked here, not what is in it."""
    render_nothing(monkeypatch)


@pytest.fixture
def assessment() -> Assessment:
    """A draft that was submitted once: every address has something to show."""
    assessment = make_assessment(situation())
    report = issuing.submit(owner_of(assessment))
    issued.pdf_of(report)  # made after submitting, so that no download stores it
    reviewing.reopen(owner_of(assessment))
    invited(assessment, name="Somebody else")
    noting.write(assessment, Author("Dana"), QUESTION, "Since when?", in_report=False)
    inviting.share(owner_of(assessment), "Auditors of last year", days=7)
    return assessment


def address_of(name: str, assessment: Assessment) -> str:
    arguments: list[Any] = []
    if "assessment_id" in str(patterns()[name].pattern):
        arguments = [assessment.pk]
    if name in {"step", "autosave"}:
        arguments = [assessment.pk, "where"]
    if "<slug:question>" in str(patterns()[name].pattern):
        arguments = [assessment.pk, QUESTION]
    if "<int:note_pk>" in str(patterns()[name].pattern):
        arguments = [assessment.pk, QUESTION, assessment.notes.get().pk]
    if name == "stop_sharing":
        arguments = [assessment.pk, assessment.shared_links.earliest("pk").pk]
    if name in {"renew", "withdraw"}:
        arguments = [assessment.pk, assessment.respondents.get(name="Somebody else").pk]
    if name == "redeem":
        arguments = [PrivateLink.issue(owner_of(assessment))]
    return reverse(name, args=arguments)


def patterns() -> dict[str, URLPattern]:
    """Return every address but those for staff: see test_staff_authorisation.py."""
    return {
        str(pattern.name): pattern
        for pattern in urlpatterns
        if isinstance(pattern, URLPattern) and not str(pattern.pattern).startswith("staff/")
    }


def addresses(assessment: Assessment) -> dict[str, str]:
    return {name: address_of(name, assessment) for name in EXPECTED}


def test_every_address_has_a_line_in_the_table() -> None:
    assert set(patterns()) == set(EXPECTED) | WITH_TESTS_OF_THEIR_OWN
    others = [pattern for pattern in urlpatterns if isinstance(pattern, URLResolver)]
    assert [str(other.pattern) for other in others] == ["admin/"]


# ---------------------------------------------------------------- looking and sending


NOTED = ("assessor.AuditEntry", "assessor.AuditHead", "assessor.Bucket")
"""Where it is noted that files were taken, and counted how many."""


@every_role
def test_looking_shows_what_the_role_may_see_and_changes_nothing(
    assessment: Assessment, role: Role
) -> None:
    client = role(assessment)
    every = addresses(assessment)
    before = database(*NOTED)
    assert otherwise_than_expected(client, ROLES[role], every) == []
    assert database(*NOTED) == before


def otherwise_than_expected(client: Client, kind: str, every: dict[str, str]) -> list[str]:
    """Return what somebody of this kind sees who should not, or does not see."""
    return [
        f"{method.upper()} {name}"
        for name, address in every.items()
        for method in ("get", "head")
        if getattr(client, method)(address).status_code != EXPECTED[name][0][kind]
    ]


def test_a_page_that_is_left_open_is_found(assessment: Assessment, settings: Settings) -> None:
    def open_to_all(_request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        return HttpResponse(Assessment.objects.get(pk=assessment_id).initiative)

    left_open = path("a/<uuid:assessment_id>/result/", open_to_all, name="result")
    settings.ROOT_URLCONF = type("LeftOpen", (), {"urlpatterns": [left_open, *urlpatterns]})
    client, every = other_owner(assessment), addresses(assessment)
    assert otherwise_than_expected(client, OTHERS, every) == ["GET result", "HEAD result"]


@every_role
def test_sending_does_what_the_role_may_do(assessment: Assessment, role: Role) -> None:
    client = role(assessment)
    for name, address in addresses(assessment).items():
        with undone(client):
            response = client.post(address, {"any": "thing"})
        assert response.status_code == EXPECTED[name][1][ROLES[role]], f"POST {name}"


@every_role
def test_only_who_may_read_an_assessment_compares_it(assessment: Assessment, role: Role) -> None:
    client = role(assessment)
    assert client.get(reverse("compare")).status_code == 200
    assert client.post(reverse("compare")).status_code == 405
    query = {"a": str(assessment.pk), "b": f"{assessment.pk}:1"}
    response = client.get(reverse("compare"), query)
    assert (response.status_code == 404) == (ROLES[role] in {COLLEAGUE, OTHERS})


def test_signing_in_leads_on_whoever_is_signed_in(assessment: Assessment) -> None:
    address = reverse("sign_in")
    assert Client().get(address).status_code == 200
    assert Client().post(address).status_code == 422
    assert other_account(assessment).get(address).status_code == 302


@every_role
def test_only_who_is_asked_to_signs_or_decides(assessment: Assessment, role: Role) -> None:
    issuing.submit(owner_of(assessment))
    client = role(assessment)
    for name, kinds in {"sign": {OWNER, SIGNATORY}, "decide": {DECIDER, REVIEWER}}.items():
        address = reverse(name, args=[assessment.pk])
        looking, sending = (200, 400) if ROLES[role] in kinds else (404, 404)
        assert client.get(address).status_code == looking
        assert client.post(address).status_code == sending


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
@pytest.mark.parametrize("method", ["get", "head", "post"])
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
