"""What administrators do: replace a lost link, delete for good, read the audit log."""

import html
import re
import uuid
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessor.models import Assessment, AuditEntry, PrivateLink, Respondent, Review, Signature
from assessor.report import kept_files
from assessor.workflow import audit, inviting
from tests.builders import (
    Response,
    client_of,
    database,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    submitted,
    text_of,
)
from tests.lives import ADDRESS, COLLEAGUE, signed_and, submitted_together, with_pdf

pytestmark = pytest.mark.django_db

LOG = "admin:assessor_auditentry_changelist"
YES = {"understood": "on"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def administrator() -> Client:
    return signed_in(User.objects.create_superuser("administrator"))


@pytest.fixture
def reviewer() -> Client:
    import_module("assessor.migrations.0002_reviewer_group").create_reviewer(apps, None)
    import_module("assessor.migrations.0006_reviewers_review").let_them_review(apps, None)
    user = User.objects.create_user("reviewer", is_staff=True)
    user.groups.add(Group.objects.get(name="Reviewer"))
    return signed_in(user)


@pytest.fixture
def assessment() -> Assessment:
    return make_assessment()


def detail_of(assessment: Assessment) -> str:
    return reverse("admin:assessor_assessment_change", args=[assessment.pk])


def erasing_of(assessment: Assessment) -> str:
    return reverse("admin:assessor_assessment_erase", args=[assessment.pk])


def renewing_of(person: Respondent) -> str:
    return reverse("admin:assessor_assessment_renew", args=[person.assessment_id, person.pk])


def link_on(response: Response) -> str:
    """Return the path of the private link that a page shows, or nothing."""
    found = re.search(r'id="new-link" type="text" readonly value="([^"]+)"', text_of(response))
    return "/" + html.unescape(found[1]).split("/", 3)[3] if found else ""


def row_of(response: Response, name: str) -> str:
    """Return the words in a person's row."""
    people = text_of(response).split('id="people-heading"')[1]
    row = next(row for row in people.split("<tr>") if name in row)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize("method", ["get", "post"])
def test_reviewers_neither_replace_links_nor_delete(
    assessment: Assessment, reviewer: Client, method: str
) -> None:
    shown = text_of(reviewer.get(detail_of(assessment)))
    before = database()
    for address in (renewing_of(owner_of(assessment)), erasing_of(assessment)):
        assert address not in shown
        assert getattr(reviewer, method)(address, YES).status_code == 403
    assert reviewer.get(reverse(LOG)).status_code == 403
    assert reverse(LOG) not in shown
    assert database() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_owner_and_strangers_are_asked_to_sign_in(assessment: Assessment, method: str) -> None:
    addresses = [renewing_of(owner_of(assessment)), erasing_of(assessment), reverse(LOG)]
    for client in (Client(), owner_client(assessment)):
        for address in addresses:
            response = getattr(client, method)(address, YES)
            assert response.status_code == 302
            assert response["Location"].startswith(reverse("admin:login"))
    assert Assessment.objects.exists()


def test_the_permission_to_do_it_is_not_enough_without_the_one_to_look(
    assessment: Assessment,
) -> None:
    user = User.objects.create_user("blind", is_staff=True)
    wanted = ("reissue_link", "delete_assessment")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    for address in (renewing_of(owner_of(assessment)), erasing_of(assessment)):
        assert signed_in(user).post(address, YES).status_code == 403


def test_a_helper_may_be_allowed_to_replace_links_alone(assessment: Assessment) -> None:
    user = User.objects.create_user("helper", is_staff=True)
    wanted = ("view_assessment", "reissue_link")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    client = signed_in(user)
    assert "New link" in text_of(client.get(detail_of(assessment)))
    assert client.post(renewing_of(owner_of(assessment))).status_code == 302
    assert client.post(erasing_of(assessment), YES).status_code == 403


def test_what_there_is_not_is_not_found(administrator: Client, assessment: Assessment) -> None:
    owner, elsewhere = owner_of(assessment), invited(make_assessment())
    for args in ([uuid.uuid4(), owner.pk], [assessment.pk, elsewhere.pk]):
        address = reverse("admin:assessor_assessment_renew", args=args)
        assert administrator.post(address).status_code == 404
    nowhere = reverse("admin:assessor_assessment_erase", args=[uuid.uuid4()])
    assert administrator.post(nowhere, YES).status_code == 404


# ---------------------------------------------------------------- lost links


def test_the_people_of_an_assessment_are_shown_with_their_links(
    assessment: Assessment, reviewer: Client
) -> None:
    owner_client(assessment)
    never, ended, gone = (invited(assessment, name=name) for name in ("Ana", "Kim", "Lee"))
    PrivateLink.objects.filter(respondent=ended).update(expires_at=timezone.now())
    inviting.withdraw(gone, "owner", keep_answers=True)
    Respondent.objects.filter(pk=never.pk).update(asked="group:where", email="ana@example.org")
    page = reviewer.get(detail_of(assessment))
    this_year = str(timezone.now().year)
    assert "Dana (owner)" in row_of(page, "Dana")
    assert "Never" not in row_of(page, "Dana")
    ana = row_of(page, "Ana")
    assert "ana@example.org Where will AI be used? Never" in ana
    assert "Kim Legal, privacy or compliance All questions Never –" in row_of(page, "Kim")
    assert "Withdrawn" in row_of(page, "Lee")
    assert this_year in row_of(page, "Lee")


def test_the_number_of_queries_does_not_grow_with_the_people(
    assessment: Assessment, administrator: Client, django_assert_num_queries: Any
) -> None:
    invited(assessment)
    administrator.get(detail_of(assessment))
    with CaptureQueriesContext(connection) as few:
        administrator.get(detail_of(assessment))
    for name in "ABCD":
        invited(assessment, name=name)
    with django_assert_num_queries(len(few)):
        administrator.get(detail_of(assessment))


def test_looking_at_the_page_that_asks_makes_no_link(
    assessment: Assessment, administrator: Client
) -> None:
    before = database()
    shown = text_of(administrator.get(renewing_of(owner_of(assessment))))
    assert "Dana takes part in “Contract drafts” and gets a new private link." in shown
    assert "as the owner" in shown
    assert database() == before


def test_a_lost_link_is_replaced_and_the_old_one_opens_nothing(
    assessment: Assessment, administrator: Client
) -> None:
    owner = owner_of(assessment)
    old = f"/r/{PrivateLink.issue(owner)}/"
    browser = client_of(owner)
    page = administrator.post(renewing_of(owner), follow=True)
    assert page.redirect_chain == [(detail_of(assessment), 302)]
    assert "The new private link of Dana" in text_of(page)
    new = link_on(page)
    assert Client().get(old).status_code == 404
    assert browser.get(f"/a/{assessment.pk}/").status_code == 404
    lucky = Client()
    lucky.post(new)
    assert lucky.post(f"/a/{assessment.pk}/link/").status_code == 302
    assert administrator.get(f"/a/{assessment.pk}/check/").status_code == 404


def test_who_made_the_link_is_written_down(assessment: Assessment, administrator: Client) -> None:
    person = invited(assessment)
    administrator.post(renewing_of(person))
    entry = AuditEntry.objects.latest("pk")
    actor = User.objects.get().pk
    assert (entry.event, entry.actor) == ("link.renewed", f"user {actor}")
    assert entry.subject == f"assessment {assessment.pk} respondent {person.pk}"


def test_the_new_link_is_shown_to_whoever_made_it_on_this_page_only(
    assessment: Assessment, administrator: Client
) -> None:
    administrator.post(renewing_of(owner_of(assessment)))
    cookie = administrator.cookies["new_link_administration"]
    assert (cookie["path"], cookie["max-age"]) == (detail_of(assessment), 600)
    assert link_on(administrator.get(detail_of(assessment)))
    assert link_on(administrator.get(detail_of(make_assessment()))) == ""
    colleague = signed_in(User.objects.create_superuser("another"))
    assert link_on(colleague.get(detail_of(assessment))) == ""


def test_whose_invitation_was_withdrawn_gets_no_link(
    assessment: Assessment, administrator: Client
) -> None:
    person = invited(assessment)
    inviting.withdraw(person, "owner", keep_answers=True)
    assert renewing_of(person) not in text_of(administrator.get(detail_of(assessment)))
    asked = text_of(administrator.get(renewing_of(person)))
    assert "Make the new link" not in asked
    page = administrator.post(renewing_of(person), follow=True)
    assert "The invitation of Ana has ended already." in text_of(page)
    assert link_on(page) == ""


# ---------------------------------------------------------------- deleting for good


def test_looking_at_the_page_that_asks_deletes_nothing(administrator: Client) -> None:
    assessment = signed_and("approved", submitted_together())
    assert erasing_of(assessment) in text_of(administrator.get(detail_of(assessment)))
    before = database()
    shown = text_of(administrator.get(erasing_of(assessment)))
    assert "its report is evidence of a decision" in shown
    assert "The answers of 2 people" in shown
    assert database() == before


def test_without_the_tick_nothing_is_deleted(assessment: Assessment, administrator: Client) -> None:
    before = database()
    response = administrator.post(erasing_of(assessment), {"post": "yes"})
    assert response.status_code == 422
    assert "Confirm that this cannot be undone" in text_of(response)
    assert 'href="#id_understood"' in text_of(response)
    assert database() == before


def test_an_administrator_deletes_even_what_was_approved(administrator: Client) -> None:
    assessment = signed_and("approved", submitted_together())
    pdf = with_pdf(assessment.reports.latest("number"))
    page = administrator.post(erasing_of(assessment), YES, follow=True)
    assert "“Marigold plan” was deleted." in text_of(page)
    assert not Assessment.objects.exists()
    assert kept_files.get(pdf) is None
    assert not LogEntry.objects.exists()
    entry = AuditEntry.objects.latest("pk")
    actor = User.objects.get().pk
    assert (entry.event, entry.actor) == ("assessment.deleted", f"user {actor}")


# ---------------------------------------------------------------- the audit log


def listed(client: Client, **query: str) -> list[str]:
    """Return the events in the list, from the top, but that somebody signed in to look at it."""
    response = client.get(reverse(LOG), query)
    assert response.status_code == 200
    events = [entry.event for entry in response.context["cl"].result_list]
    return [event for event in events if event != "account.signed_in"]


@pytest.fixture
def log() -> Assessment:
    """The log of two assessments; the first was signed and declined."""
    assessment = signed_and("declined", submitted_together())
    submitted()
    return assessment


@pytest.mark.usefixtures("log")
def test_the_log_is_shown_in_words_the_latest_first(administrator: Client) -> None:
    assert listed(administrator)[:3] == [
        "assessment.submitted",
        "assessment.declined",
        "report.signed",
    ]
    shown = text_of(administrator.get(reverse(LOG)))
    assert "A suggestion was signed" in shown
    assert COLLEAGUE not in shown
    assert ADDRESS not in shown


def test_the_log_leads_to_the_assessment_and_back(log: Assessment, administrator: Client) -> None:
    assert f'href="{detail_of(log)}"' in text_of(administrator.get(reverse(LOG)))
    address = f"{reverse(LOG)}?q={log.pk}"
    assert f'href="{address}"' in text_of(administrator.get(detail_of(log)))
    events = listed(administrator, q=str(log.pk))
    assert (events[0], len(events)) == ("assessment.viewed", 7)


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("query", "events"),
    [
        ({"event": "report.signed"}, ["report.signed"]),
        ({"event": "unheard-of"}, None),
        ({"q": "user 7"}, ["assessment.declined"]),
        ({"q": "user"}, []),
        ({"at__year": "2020"}, []),
    ],
)
def test_the_log_can_be_filtered_and_searched(
    administrator: Client, query: dict[str, str], events: list[str] | None
) -> None:
    lines = AuditEntry.objects.exclude(event="account.signed_in").order_by("-pk")
    every = list(lines.values_list("event", flat=True))
    assert listed(administrator, **query) == (every if events is None else events)


def test_who_did_something_is_found_with_what_was_done_to_them(administrator: Client) -> None:
    audit.record("log.exported", "user 7", of="log")
    audit.record("account.changed", "user 8", of="user 7")
    audit.record("account.changed", "user 77", of="user 1")
    assert listed(administrator, q=" user 7 ") == ["account.changed", "log.exported"]


@pytest.mark.parametrize(
    "address",
    [
        "assessor/assessment",
        "assessor/respondent",
        "assessor/report",
        "assessor/review",
        "assessor/auditentry",
        "auth/user",
        "auth/group",
    ],
)
def test_a_search_for_more_than_can_be_looked_for_says_so(
    administrator: Client, address: str
) -> None:
    response = administrator.get(f"/admin/{address}/", {"q": "a " * 5_000})
    assert response.status_code == 200
    assert "Search for less: 200 characters at most." in text_of(response)


@pytest.mark.parametrize("number", ["-9223372036854775809", "9223372036854775808", "x"])
def test_a_role_or_account_takes_only_what_there_is(administrator: Client, number: str) -> None:
    role = administrator.post("/admin/auth/group/add/", {"name": "New", "permissions": number})
    assert role.status_code == 200
    assert role.context["errors"]
    user = User.objects.latest("pk")
    sent = {"username": user.username, "groups": number}
    account = administrator.post(f"/admin/auth/user/{user.pk}/change/", sent)
    assert account.status_code == 200
    assert account.context["errors"]


@pytest.mark.parametrize("ticked", ["function", "9" * 30])
@pytest.mark.parametrize("model", ["user", "group"])
def test_what_is_ticked_has_to_be_a_row(administrator: Client, model: str, ticked: str) -> None:
    sent = {"action": "delete_selected", "_selected_action": ticked}
    assert administrator.post(f"/admin/auth/{model}/", sent).status_code == 400


def test_what_came_from_a_network_is_found(administrator: Client) -> None:
    for network in ("192.0.2.0/24", "198.51.100.0/24"):
        with audit.acting_from(network.removesuffix("0/24") + "7"):
            audit.record("log.exported", "user 7", of=network)
    assert len(listed(administrator, q="192.0.2.0/24")) == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite for its plan")
@pytest.mark.parametrize(
    ("search", "model", "columns"),
    [
        ("user 7", AuditEntry, ["actor", "subject", "origin"]),
        ("Kim Thistle", Review, ["name"]),
        (COLLEAGUE, Signature, ["name"]),
    ],
)
def test_an_index_finds_who_did_something(
    search: str, model: type[Model], columns: list[str]
) -> None:
    signed_and("approved", submitted_together())
    rows = admin.site.get_model_admin(model)
    request = RequestFactory().get("/")
    found, _twice = rows.get_search_results(request, rows.get_queryset(request), search)
    plan = found.order_by().values("pk").explain()
    assert [column for column in columns if f"({column}=?)" not in plan] == []


def test_reviews_are_found_by_who_did_them_and_by_what_they_are_of(administrator: Client) -> None:
    signed_and("approved", submitted_together())
    submitted(initiative="Something else")
    address = reverse("admin:assessor_review_changelist")

    def found(search: str) -> list[str]:
        rows = administrator.get(address, {"q": search}).context["cl"].result_list
        return [row.step for row in rows]

    assert found("Kim Thistle") == ["approved"]
    assert found(" Kim Thistle ") == ["approved"]
    assert found("Kim Nobody") == []
    assert found("Something") == ["submitted"]


@pytest.mark.usefixtures("log")
def test_every_event_is_offered_as_a_filter(administrator: Client) -> None:
    offered = re.findall(r"\?event=([\w.]+)", text_of(administrator.get(reverse(LOG))))
    assert offered == list(audit.EVENTS)


@pytest.mark.usefixtures("log")
def test_not_even_an_administrator_changes_the_log(administrator: Client) -> None:
    entry = AuditEntry.objects.latest("pk")
    before = database("sessions.Session")
    for step in ("change", "delete"):
        address = reverse(f"admin:assessor_auditentry_{step}", args=[entry.pk])
        assert administrator.post(address, {"post": "yes", "actor": "x"}).status_code == 403
    assert administrator.post(reverse("admin:assessor_auditentry_add")).status_code == 403
    action = {"action": "delete_selected", "_selected_action": str(entry.pk), "post": "yes"}
    administrator.post(reverse(LOG), action)
    assert database("sessions.Session") == before


@pytest.mark.usefixtures("log")
def test_the_log_takes_the_same_queries_however_long_it_is(
    administrator: Client, django_assert_num_queries: Any
) -> None:
    administrator.get(reverse(LOG))
    with CaptureQueriesContext(connection) as few:
        administrator.get(reverse(LOG))
    submitted_together()
    with django_assert_num_queries(len(few)):
        administrator.get(reverse(LOG))


# ---------------------------------------------------------------- pages


def test_no_page_has_style_or_script_in_it_or_markup_that_people_typed(
    administrator: Client,
) -> None:
    evil = '"><script>pwned</script><img src=x onerror=pwned>'
    assessment = make_assessment(initiative=evil, organisation=evil, name=evil)
    person = invited(assessment, name=evil)
    administrator.post(renewing_of(person))
    inline = re.compile(r"<style|\sstyle=|\son\w+=\"|javascript:|<script(?![^>]*\ssrc=)|<img src=x")
    addresses = [
        detail_of(assessment),
        renewing_of(person),
        erasing_of(assessment),
        reverse(LOG),
        reverse("admin:assessor_auditentry_change", args=[AuditEntry.objects.latest("pk").pk]),
    ]
    for address in addresses:
        assert not inline.search(text_of(administrator.get(address))), address


# ---------------------------------------------------------------- accounts and roles in the log


def test_what_happens_to_accounts_and_roles_is_in_the_log() -> None:
    """Without names: an account is known by its key."""
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    password = "a long and unusual one"
    made = {"username": "vera", "password1": password, "password2": password}
    client.post("/admin/auth/user/add/", {**made, "usable_password": "true"})
    vera = User.objects.get(username="vera")
    form = client.get(f"/admin/auth/user/{vera.pk}/change/").context["adminform"].form
    sent = {"username": "vera", "groups": [Group.objects.get(name="Reviewer").pk]}
    day, time = form["date_joined"].value().strftime("%Y-%m-%d %H:%M:%S").split()
    client.post(
        f"/admin/auth/user/{vera.pk}/change/",
        {**sent, "date_joined_0": day, "date_joined_1": time},
    )
    client.post(f"/admin/auth/user/{vera.pk}/delete/", {"post": "yes"})
    client.post("/admin/auth/group/add/", {"name": "Auditors"})
    role = Group.objects.get(name="Auditors").pk
    client.post(
        "/admin/auth/group/",
        {"action": "delete_selected", "_selected_action": role, "post": "yes"},
    )
    lines = AuditEntry.objects.filter(event__regex="^(account|role)[.](made|changed|deleted)$")
    assert list(lines.order_by("pk").values_list("event", "subject")) == [
        ("account.made", f"user {vera.pk}"),
        ("account.changed", f"user {vera.pk}"),
        ("account.deleted", f"user {vera.pk}"),
        ("role.made", f"role {role}"),
        ("role.deleted", f"role {role}"),
    ]


def account_lines() -> list[tuple[str, str, str]]:
    lines = AuditEntry.objects.filter(event__regex="^account[.](made|changed)$").order_by("pk")
    return list(lines.values_list("event", "actor", "subject"))


def test_a_password_that_somebody_changes_for_themselves_is_written_down() -> None:
    kim = User.objects.create_user("kim", password="the one of before", is_staff=True)
    client = Client()
    client.force_login(kim)
    wanted = {"new_password1": "a long and unusual one", "new_password2": "a long and unusual one"}
    address = reverse("admin:password_change")
    refused = client.post(address, {"old_password": "another", **wanted})
    assert "entered incorrectly" in text_of(refused)
    assert account_lines() == []
    done = client.post(address, {"old_password": "the one of before", **wanted}, follow=True)
    assert "Your password was changed." in text_of(done)
    assert account_lines() == [("account.changed", f"user {kim.pk}", f"user {kim.pk}")]
    assert User.objects.get().check_password("a long and unusual one")


def test_a_password_that_an_administrator_changes_is_written_down_once() -> None:
    root, kim = User.objects.create_superuser("root"), User.objects.create_user("kim")
    client = Client()
    client.force_login(root)
    password = "a long and unusual one"
    sent = {"password1": password, "password2": password, "usable_password": "true"}
    client.post(f"/admin/auth/user/{kim.pk}/password/", sent)
    assert User.objects.get(pk=kim.pk).check_password(password)
    assert account_lines() == [("account.changed", f"user {root.pk}", f"user {kim.pk}")]
