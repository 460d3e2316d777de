"""The administration: who may read it, what it says, and that it changes nothing."""

import re
from importlib import import_module
from typing import Any, get_args

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessor.advice.status import Status
from assessor.finding import wanted
from assessor.finding.words import ResultStatus, labels_of
from assessor.models import (
    Assessment,
    AuditEntry,
    Edition,
    Report,
    Respondent,
    Review,
    Signature,
    knowledge_of,
)
from assessor.report.codes import code_of
from assessor.workflow import naming, reviewing
from assessor.workflow.reviewing import Opinion
from tests.admin.visits import (
    ASSESSMENTS,
    admin_url,
    detail,
    first_row,
    page,
    queries_of,
    reviewer,
    signed_in,
    staff,
    superuser,
)
from tests.advice.answers import situation
from tests.builders import database, make_assessment, make_edition, owner_of, submitted
from tests.knowledge.editions import change, document

pytestmark = pytest.mark.django_db

KEPT_EDITIONS = knowledge_of.cache_info().maxsize or 0
MODELS = [Assessment, Report, Edition, Respondent, Review, Signature]
reviewers = import_module("assessor.migrations.0002_reviewer_group")


def everything() -> list[Any]:
    """Return a row of each list."""
    report = submitted()
    reviewing.sign(owner_of(report.assessment), Opinion(report.suggestion_sha256, "agree"))
    return [
        report.assessment,
        report,
        report.edition,
        owner_of(report.assessment),
        Review.objects.get(),
        Signature.objects.get(),
    ]


def everywhere(rows: list[Any] | None = None) -> list[str]:
    """Return the addresses of every list and of an entry in it."""
    return [
        address
        for row in rows or everything()
        for address in (admin_url(type(row), "changelist"), admin_url(type(row), "change", row))
    ]


# ---------------------------------------------------------------- who may read


def test_strangers_are_asked_to_sign_in() -> None:
    for address in everywhere():
        response = Client().get(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("admin:login"))


def test_staff_without_permission_see_nothing() -> None:
    client = staff()
    assert {client.get(address).status_code for address in everywhere()} == {403}


def test_reviewers_and_superusers_read_everything() -> None:
    addresses = everywhere()
    for client in (reviewer(), superuser()):
        assert {client.get(address).status_code for address in addresses} == {200}


def test_djangos_own_page_of_changes_is_there_and_has_none() -> None:
    client = superuser()
    for row in everything():
        assert "This object doesn’t have a change history" in page(
            client, admin_url(type(row), "history", row)
        )


def test_reviewers_see_no_accounts() -> None:
    assert reviewer().get(reverse("admin:auth_user_changelist")).status_code == 403


def test_answers_and_private_links_have_no_pages_of_their_own() -> None:
    registered = {model for model in admin.site._registry if model._meta.app_label == "assessor"}
    assert registered == {*MODELS, AuditEntry}


def test_the_result_opens_for_reviewers_but_not_for_other_staff() -> None:
    report = submitted()
    address = reverse("result", args=[report.assessment_id])
    assert reviewer().get(address).status_code == 200
    assert staff().get(address).status_code == 404


# ---------------------------------------------------------------- nothing changes


@pytest.mark.parametrize("who", [reviewer, superuser])
def test_nothing_can_be_added_or_deleted(who: Any) -> None:
    rows, client = everything(), who()
    for row in rows:
        assert client.get(admin_url(type(row), "add")).status_code == 403
        assert client.get(admin_url(type(row), "delete", row)).status_code == 403


@pytest.mark.parametrize("who", [staff, reviewer, superuser])
def test_no_post_changes_anything(who: Any) -> None:
    rows, client = everything(), who()
    addresses = everywhere(rows)
    addresses += [admin_url(type(row), "delete", row) for row in rows]
    addresses += [admin_url(model, "add") for model in MODELS]
    before = database()
    for address in addresses:
        client.post(address, {"post": "yes", "_save": "", "initiative": "Other", "version": "9"})
    for row in rows:
        action = {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"}
        client.post(admin_url(type(row), "changelist"), action)
    assert database() == before


def test_permission_to_change_does_not_make_anything_changeable() -> None:
    assessment = make_assessment()
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="assessor"))
    client = signed_in(user)
    assert "_save" not in detail(client, assessment)
    assert client.post(admin_url(Assessment, "change", assessment)).status_code == 403


# ---------------------------------------------------------------- what people type


def test_what_people_type_never_becomes_markup() -> None:
    evil = '<script>pwned</script>"><img src=x onerror=pwned>'
    report = submitted(
        situation(why_success=evil), initiative=evil, organisation=evil, name=evil, role=evil[:40]
    )
    sha256 = report.suggestion_sha256
    reviewing.sign(owner_of(report.assessment), Opinion(sha256, "disagree", reason=evil))
    client = reviewer()
    said = [*Review.objects.all(), *Signature.objects.all()]
    addresses = everywhere([report.assessment, report, owner_of(report.assessment), *said])
    for html in [page(client, address) for address in addresses]:
        assert "<script>pwned" not in html
        assert "<img src=x" not in html
    assert "&lt;script&gt;pwned" in page(client, addresses[0], q=evil)


def test_no_page_has_style_or_script_in_it() -> None:
    client = superuser()
    addresses = [
        *everywhere(),
        reverse("admin:index"),
        reverse("admin:auth_user_changelist"),
        reverse("admin:auth_user_add"),
        reverse("admin:password_change"),
    ]
    inline = re.compile(
        r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE
    )
    for address in addresses:
        assert not inline.search(page(client, address)), address


def test_the_log_says_nothing_of_what_people_wrote(caplog: pytest.LogCaptureFixture) -> None:
    report = submitted(initiative="Secret plan", name="Dana", email="dana@example.org")
    client = reviewer()
    with caplog.at_level("DEBUG", logger="assessor"), caplog.at_level("DEBUG", logger="django"):
        for address in everywhere([report.assessment, report, owner_of(report.assessment)]):
            client.get(address, {"q": "dana@example.org"})
            client.post(address, {"initiative": "Secret plan"})
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    assert "Secret" not in logged
    assert "dana" not in logged.casefold()


# ---------------------------------------------------------------- queries


@pytest.mark.parametrize("model", [Assessment, Report, Respondent, Review])
def test_a_list_takes_the_same_queries_however_many_rows(
    model: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, address = reviewer(), admin_url(model, "changelist")
    for _row in range(3):
        submitted()
    few = queries_of(client, address)
    assert few <= 12
    assert len(client.get(address).context["cl"].result_list) == 3
    for _row in range(3):
        submitted()
    with django_assert_num_queries(few):
        response = client.get(address)
    assert len(response.context["cl"].result_list) == 6


def test_a_list_takes_the_same_queries_however_many_editions(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = reviewer()
    submitted()
    addresses = [admin_url(model, "changelist") for model in MODELS]
    few = [queries_of(client, address) for address in addresses]
    for number in range(KEPT_EDITIONS + 1):
        submitted(edition=another_edition(number))
    for address, queries in zip(addresses, few, strict=True):
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)


def another_edition(number: int) -> Edition:
    """Return an edition that differs in its version only."""
    edition = document()
    for file in ("question_bank", "architectures", "controls", "estimates"):
        change(edition, f"{file}/meta/content_version", f"2027.{number}")
    return make_edition(edition)


def test_no_list_reads_the_documents_of_editions_and_reports() -> None:
    client = reviewer()
    addresses = [admin_url(model, "changelist") for model in MODELS]
    submitted()
    for address in addresses:
        client.get(address)
    with CaptureQueriesContext(connection) as queries:
        for address in addresses:
            client.get(address)
    read = " ".join(query["sql"] for query in queries.captured_queries)
    assert '."version"' in read
    assert not re.search(r'\."(document|answers|suggestion)"', read)


# ---------------------------------------------------------------- reports and editions


def test_reports_and_editions_are_listed() -> None:
    report = submitted(initiative="Sort the mail", name="Dana")
    client = reviewer()
    assert first_row(client, Report)[:4] == [
        "Sort the mail",
        "1",
        "Northwind",
        "Small model, private cloud",
    ]
    edition = report.edition
    cells = first_row(client, Edition)
    assert cells[:2] == [edition.version, edition.sha256[:12]]
    assert cells[3] == "1 assessment"
    assert f'href="{reverse(ASSESSMENTS)}?edition={edition.version}"' in page(
        client, admin_url(Edition, "changelist")
    )


def test_a_report_leads_to_itself_and_to_its_assessment() -> None:
    report = submitted()
    html = page(reviewer(), admin_url(Report, "change", report))
    result = reverse("result", args=[report.assessment_id])
    assert f'href="{result}?report=1"' in html
    assert f'href="{admin_url(Assessment, "change", report.assessment)}"' in html
    assert report.sha256 in html
    assert code_of(report.sha256) in html


def reports_found(client: Client, words: str) -> list[int]:
    response = client.get(admin_url(Report, "changelist"), {"q": words})
    return [report.pk for report in response.context["cl"].result_list]


def test_a_report_is_found_by_its_code_its_hash_and_its_assessment() -> None:
    submitted(initiative="Other", name="Sam")
    report, client = submitted(initiative="Sort the mail", name="Dana"), reviewer()
    for words in (code_of(report.sha256).lower(), report.sha256, "mail dana"):
        assert reports_found(client, words) == [report.pk]
    assert reports_found(client, code_of("0" * 64)) == []


# ---------------------------------------------------------------- people


def test_people_reviews_and_signatures_lead_to_their_assessments() -> None:
    assessment, _report, _edition, *rows = everything()
    client = reviewer()
    address = f'href="{admin_url(Assessment, "change", assessment)}"'
    for row in rows:
        assert address in page(client, admin_url(type(row), "changelist"))
        assert address in page(client, admin_url(type(row), "change", row))


@pytest.mark.parametrize(
    ("searched", "found"),
    [
        ("dana", ["Dana Kim"]),
        ("KIM", ["Kim Brother", "Dana Kim"]),
        ("dana kim", ["Dana Kim"]),
        ("example.org", ["Dana Kim"]),
        ("brother", ["Kim Brother"]),
        ("b", ["Kim Brother"]),
        ("ro", []),
        ("da example", ["Dana Kim"]),
        ("mail", []),
    ],
)
@pytest.mark.parametrize("most", [wanted.MANY, 0], ids=["few", "many"])
def test_people_are_searched_by_their_own_names(
    searched: str, found: list[str], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wanted, "MANY", most)
    assessment = make_assessment(
        initiative="Mail, sorted by Robin", name="Dana Kim", email="dana@example.org"
    )
    Respondent.objects.create(assessment=assessment, name="Kim Brother")
    naming.keep(assessment)
    make_assessment(initiative="Invoices", name="Sam")
    response = reviewer().get(admin_url(Respondent, "changelist"), {"q": searched})
    assert [person.name for person in response.context["cl"].result_list] == found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite for its plan")
def test_an_index_finds_people_and_reports() -> None:
    submitted(name="Dana")
    for model in (Respondent, Report):
        found = model._default_manager.filter(*wanted.named("dana", "assessment"))
        plan = found.order_by().values("pk").explain()
        assert "assessor_names_trigrams VIRTUAL TABLE INDEX" in plan
        assert "(assessment_id=?)" in plan


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL for its plan")
def test_an_index_of_trigrams_finds_people() -> None:
    found = Respondent.objects.filter(name__icontains="dana").values("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "assessor_respondent_name_trigrams" in found.explain()


def test_a_respondent_is_listed_with_the_role_in_words() -> None:
    submitted(name="Dana", role="cio_cto")
    assert first_row(reviewer(), Respondent)[:3] == ["Dana", "-", "CIO / CTO or head of IT"]


def test_steps_and_opinions_can_be_filtered() -> None:
    everything()
    client = reviewer()
    for model, query in ((Review, {"step": "approved"}), (Signature, {"opinion": "disagree"})):
        response = client.get(admin_url(model, "changelist"), query)
        assert len(response.context["cl"].result_list) == 0


# ---------------------------------------------------------------- words and group


def test_every_status_of_a_suggestion_has_words() -> None:
    assert set(ResultStatus.values) == set(get_args(Status))


def test_an_architecture_goes_by_its_short_name() -> None:
    names = labels_of(make_edition().pk).architectures
    assert names["small_llm_vpc_private_cloud"] == "Small model, private cloud"


def test_the_migration_creates_permissions_as_django_would() -> None:
    theirs = Permission.objects.filter(codename__startswith="view_").order_by("pk")
    names = dict(theirs.filter(content_type__app_label="assessor").values_list("codename", "name"))
    theirs.filter(content_type__app_label="assessor").delete()
    reviewers.create_reviewer(apps, None)
    granted = Group.objects.get(name="Reviewer").permissions.filter(codename__startswith="view_")
    created = dict(granted.values_list("codename", "name"))
    assert created.items() <= names.items()


def test_the_migration_can_run_twice_and_be_undone() -> None:
    reviewers.create_reviewer(apps, None)
    reviewers.create_reviewer(apps, None)
    assert Group.objects.filter(name="Reviewer").count() == 1
    reviewers.remove_reviewer(apps, None)
    assert not Group.objects.filter(name="Reviewer").exists()
    assert Permission.objects.filter(codename="view_assessment").exists()


@pytest.mark.django_db
def test_ticking_what_is_no_row_is_a_bad_request(admin_client: Client) -> None:
    data = {"action": "bundle_pdfs", "_selected_action": "2147483647", "index": "0"}
    assert admin_client.post("/admin/assessor/assessment/", data).status_code == 400
