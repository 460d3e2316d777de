"""The administration: who may read it, what it says, and that it changes nothing."""

import re
import uuid
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
from django.utils.timezone import localtime
from pytest_django import DjangoAssertNumQueries

from assessor.access import Decider
from assessor.admin import AssessmentAdmin, ResultStatus, short_names
from assessor.advice.status import Status
from assessor.models import Assessment, AuditEntry, Edition, Report, Respondent, knowledge_of
from assessor.workflow import issuing, reviewing
from assessor.workflow.reviewing import Decision, Opinion
from tests.advice.answers import situation
from tests.builders import complete, database, make_assessment, make_edition, owner_of, submitted
from tests.knowledge.editions import change, document

pytestmark = pytest.mark.django_db

ASSESSMENTS = "admin:assessor_assessment_changelist"
KEPT_EDITIONS = knowledge_of.cache_info().maxsize or 0
MODELS = [Assessment, Report, Edition]
reviewers = import_module("assessor.migrations.0002_reviewer_group")


# ---------------------------------------------------------------- who


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def staff() -> Client:
    return signed_in(User.objects.create_user("staff", is_staff=True))


def reviewer() -> Client:
    """Return the browser of a reviewer; browser tests empty the database, the group included."""
    reviewers.create_reviewer(apps, None)
    user = User.objects.create_user("reviewer", is_staff=True)
    user.groups.add(Group.objects.get(name="Reviewer"))
    return signed_in(user)


def superuser() -> Client:
    return signed_in(User.objects.create_superuser("superuser"))


def everywhere(report: Report) -> list[str]:
    """Return the addresses of every list and every entry."""
    rows = [report.assessment, report, report.edition]
    return [
        address
        for row in rows
        for address in (admin_url(type(row), "changelist"), admin_url(type(row), "change", row))
    ]


def admin_url(model: Any, view: str, row: Any = None) -> str:
    name = f"admin:assessor_{model._meta.model_name}_{view}"
    return reverse(name, args=[] if row is None else [row.pk])


def page(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def listed(client: Client, **query: str) -> list[str]:
    """Return the initiatives in the list of assessments, from the top."""
    response = client.get(reverse(ASSESSMENTS), query)
    return [assessment.initiative for assessment in response.context["cl"].result_list]


def first_row(client: Client, model: Any = Assessment) -> list[str]:
    """Return the text of each cell of the first row of a list."""
    html = page(client, admin_url(model, "changelist"))
    row = html.split("<tbody>")[1].split("</tr>")[0]
    cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell) for cell in cells]


def detail(client: Client, assessment: Assessment) -> str:
    return page(client, admin_url(Assessment, "change", assessment))


# ---------------------------------------------------------------- who may read


def test_strangers_are_asked_to_sign_in() -> None:
    for address in everywhere(submitted()):
        response = Client().get(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("admin:login"))


def test_staff_without_permission_see_nothing() -> None:
    client = staff()
    assert {client.get(address).status_code for address in everywhere(submitted())} == {403}


def test_reviewers_and_superusers_read_everything() -> None:
    addresses = everywhere(submitted())
    for client in (reviewer(), superuser()):
        assert {client.get(address).status_code for address in addresses} == {200}


def test_reviewers_see_no_accounts() -> None:
    assert reviewer().get(reverse("admin:auth_user_changelist")).status_code == 403


def test_answers_people_and_private_links_have_no_pages_of_their_own() -> None:
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
    report, client = submitted(), who()
    for row in (report.assessment, report, report.edition):
        assert client.get(admin_url(type(row), "add")).status_code == 403
        assert client.get(admin_url(type(row), "delete", row)).status_code == 403


@pytest.mark.parametrize("who", [staff, reviewer, superuser])
def test_no_post_changes_anything(who: Any) -> None:
    report, client = submitted(), who()
    rows = [report.assessment, report, report.edition]
    addresses = everywhere(report)
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


# ---------------------------------------------------------------- the list


def test_an_assessment_is_listed_with_its_suggestion() -> None:
    report = submitted(initiative="Sort the mail", organisation="Harbour Trust")
    cells = first_row(reviewer())
    assert cells[:6] == [
        "Sort the mail",
        "Harbour Trust",
        "Submitted",
        "Small model, private cloud",
        f"{report.score:.0f}",
        "Clear",
    ]
    assert f"{localtime(report.issued_at):%Y, %H:%M}" in cells[6]
    assert cells[7:9] == ["–", report.edition.version]


def test_an_assessment_without_a_report_has_dashes() -> None:
    make_assessment()
    assert first_row(reviewer())[2:7] == ["Draft", "–", "–", "–", "–"]


def test_where_nothing_fits_the_list_says_so() -> None:
    report = submitted()
    Report.objects.filter(pk=report.pk).update(leader="", score=None, status="no_option")
    assert first_row(reviewer())[3:6] == ["–", "–", "Nothing fits"]


def test_of_several_reports_the_latest_is_listed() -> None:
    first = submitted()
    owner = owner_of(first.assessment)
    reviewing.reopen(owner)
    complete(first.assessment, {"how_tasks": ["draft"], "why_priorities": ["protect_data"]})
    second = issuing.submit(owner)
    Report.objects.filter(pk=first.pk).update(score=1.0)
    Report.objects.filter(pk=second.pk).update(score=86.5)
    assert first_row(reviewer())[4] == "87"


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


def test_the_list_sorts_by_score() -> None:
    for score in (71.4, 99.0, 8.2):
        report = submitted(initiative=str(score))
        Report.objects.filter(pk=report.pk).update(score=score)
    client = reviewer()
    column = str(AssessmentAdmin.list_display.index("whole_score"))
    assert listed(client, o=column) == ["8.2", "71.4", "99.0"]
    assert listed(client, o=f"-{column}") == ["99.0", "71.4", "8.2"]


@pytest.fixture
def three() -> None:
    """A draft, one with an option, one without."""
    make_assessment(initiative="Draft")
    submitted(initiative="Fits")
    nothing = submitted(initiative="Nothing")
    Report.objects.filter(pk=nothing.pk).update(leader="", score=None, status="no_option")


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("query", "initiatives"),
    [
        ({"status__exact": "draft"}, {"Draft"}),
        ({"status__exact": "submitted"}, {"Fits", "Nothing"}),
        ({"suggestion": "small_llm_vpc_private_cloud"}, {"Fits"}),
        ({"result": "no_option"}, {"Nothing"}),
        ({"result": "clear", "status__exact": "submitted"}, {"Fits"}),
        ({"edition": "2026.11.2"}, {"Draft", "Fits", "Nothing"}),
        ({"reports__issued_at__gte": "2020-01-01 00:00Z"}, {"Fits", "Nothing"}),
        ({"reports__issued_at__lt": "2020-01-01 00:00Z"}, set()),
        ({"created_at__year": "2020"}, set()),
        ({"result": "no_option", "_facets": "True"}, {"Nothing"}),
    ],
)
def test_the_list_can_be_filtered(query: dict[str, str], initiatives: set[str]) -> None:
    assert set(listed(reviewer(), **query)) == initiatives


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("name", ["suggestion", "result", "edition"])
@pytest.mark.parametrize("value", ["unheard-of", "\0", "'"])
def test_a_filter_nobody_offered_filters_nothing(name: str, value: str) -> None:
    assert len(listed(reviewer(), **{name: value})) == 3


@pytest.mark.usefixtures("three")
def test_only_architectures_that_were_suggested_are_offered_as_a_filter() -> None:
    html = page(reviewer(), reverse(ASSESSMENTS))
    assert re.findall(r"\?suggestion=(\w+)", html) == ["small_llm_vpc_private_cloud"]


@pytest.mark.parametrize("words", ["mail", "HARBOUR", "dana", "dana@example.org", "dana mail"])
def test_the_list_can_be_searched(words: str) -> None:
    make_assessment(initiative="Other", name="Sam", organisation="Else")
    found = make_assessment(
        initiative="Sort the mail",
        organisation="Harbour Trust",
        name="Dana",
        email="dana@example.org",
    )
    Respondent.objects.create(assessment=found, name="Dana's brother Dan A")
    assert listed(reviewer(), q=words) == ["Sort the mail"]


def test_the_search_says_what_it_searches() -> None:
    html = page(reviewer(), reverse(ASSESSMENTS))
    assert "Initiative, organisation, or a respondent’s name or e-mail" in html


# ---------------------------------------------------------------- one assessment


def test_an_assessment_is_shown_with_its_owner_answers_and_result() -> None:
    report = submitted(
        situation(why_success="One day instead of five."),
        name="Dana",
        email="dana@example.org",
        role="cio_cto",
    )
    html = detail(reviewer(), report.assessment)
    for words in [
        "Dana, dana@example.org, CIO / CTO or head of IT",
        "Where will AI be used?",
        "Who will use this AI, and how widely?",
        "One department or one business function",
        "One day instead of five.",
        "Smaller model in your private network or on a private cloud",
    ]:
        assert words in html
    out = {exclusion["architecture"] for exclusion in report.suggestion["excluded"]}
    total = len(knowledge_of(report.edition_id).options)
    assert f"Ruled out by the answers: {len(out)} of {total} architectures." in html


def test_an_assessment_leads_to_its_result_and_each_report() -> None:
    report = submitted()
    client = reviewer()
    html = detail(client, report.assessment)
    result = reverse("result", args=[report.assessment_id])
    pdf = reverse("pdf", args=[report.assessment_id])
    for address in (result, pdf, f"{result}?report=1", f"{pdf}?report=1"):
        assert f'href="{address}"' in html
    assert client.get(f"{result}?report=1").status_code == 200


def test_a_report_leads_to_itself_and_to_its_assessment() -> None:
    report = submitted()
    html = page(reviewer(), admin_url(Report, "change", report))
    result = reverse("result", args=[report.assessment_id])
    assert f'href="{result}?report=1"' in html
    assert f'href="{admin_url(Assessment, "change", report.assessment)}"' in html
    assert report.sha256 in html


def test_a_draft_has_neither_suggestion_nor_buttons() -> None:
    html = detail(reviewer(), make_assessment())
    assert "Open result" not in html
    assert "The options that fit best" not in html
    assert "No question has been answered yet." in html
    assert "None has been issued yet" in html


def decided() -> Report:
    """Return the report in which another architecture is chosen than the suggested one."""
    report = submitted(name="Dana", role="cio_cto")
    sha256 = report.suggestion_sha256
    owner = owner_of(report.assessment)
    reviewing.sign(owner, Opinion(sha256, "disagree", "Too dear <b>now</b>"))
    reviewing.sign(owner, Opinion(sha256, "agree"))
    chosen = report.suggestion["ranking"][1]["architecture"]
    decider = Decider(report.assessment, "Vera", "Sponsor", "user 1")
    return reviewing.decide(decider, Decision(sha256, "approved", "The GPUs are there", chosen))


def test_a_decision_is_shown_with_everything_that_led_to_it() -> None:
    report, client = decided(), reviewer()
    chosen = short_names(report.edition_id)[report.sign_off["chosen"]]
    cells = first_row(client)
    assert (cells[2], cells[7]) == ("Approved", chosen)
    html = detail(client, report.assessment)
    for words in (
        chosen,
        "Disagree: Dana, CIO / CTO or head of IT, ",
        ". Too dear &lt;b&gt;now&lt;/b&gt;<br>Agree: Dana, ",
        "Submitted: Dana, ",
        "<br>Approved: Vera, Sponsor, ",
        ". The GPUs are there",
    ):
        assert words in html


def test_a_decision_takes_no_more_queries_to_show() -> None:
    client = reviewer()
    address = admin_url(Assessment, "change", submitted().assessment)
    assert queries_of(client, admin_url(Assessment, "change", decided().assessment)) == queries_of(
        client, address
    )


def test_an_assessment_nobody_signed_is_shown() -> None:
    html = detail(reviewer(), make_assessment(name=""))
    assert '<div class="readonly">Owner</div>' in html


def test_an_answer_that_was_taken_back_is_not_shown() -> None:
    assessment = make_assessment(situation(why_success="Fewer letters."))
    taken_back: Any = {"why_success": None}
    complete(assessment, taken_back)
    assert "In twelve months" not in detail(reviewer(), assessment)


def test_an_answer_to_a_question_that_is_not_asked_is_marked() -> None:
    client = reviewer()
    marked = "Not asked under these answers"
    assert marked not in detail(client, make_assessment(situation()))
    assert marked in detail(client, make_assessment(situation(gov_autonomy="suggests")))


# ---------------------------------------------------------------- what people type


def test_what_people_type_never_becomes_markup() -> None:
    evil = '<script>pwned</script>"><img src=x onerror=pwned>'
    report = submitted(
        situation(why_success=evil), initiative=evil, organisation=evil, name=evil, role=evil[:40]
    )
    client = reviewer()
    addresses = everywhere(report)
    for html in [page(client, address) for address in addresses]:
        assert "<script>pwned" not in html
        assert "<img src=x" not in html
    assert "&lt;script&gt;pwned" in page(client, addresses[0], q=evil)


def test_no_page_has_style_or_script_in_it() -> None:
    client = superuser()
    addresses = [
        *everywhere(submitted()),
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
        for address in everywhere(report):
            client.get(address, {"q": "dana@example.org"})
            client.post(address, {"initiative": "Secret plan"})
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    assert "Secret" not in logged
    assert "dana" not in logged.casefold()


# ---------------------------------------------------------------- queries


def queries_of(client: Client, address: str) -> int:
    """Count the queries of a second visit: the first fills what is kept per edition."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(("model", "most"), [(Assessment, 12), (Report, 12)])
def test_a_list_takes_the_same_queries_however_many_rows(
    model: Any, most: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, address = reviewer(), admin_url(model, "changelist")
    for _row in range(3):
        submitted()
    few = queries_of(client, address)
    assert few <= most
    assert len(client.get(address).context["cl"].result_list) == 3
    copy(submitted(), 26)
    with django_assert_num_queries(few):
        response = client.get(address)
    assert len(response.context["cl"].result_list) == 30


def copy(report: Report, times: int) -> None:
    """Store more assessments with a report like this one."""
    for _time in range(times):
        report.assessment.pk = report.assessment.creation_key = uuid.uuid4()
        Assessment.objects.bulk_create([report.assessment])
        report.pk, report.assessment = None, report.assessment
        Report.objects.bulk_create([report])


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


def test_one_assessment_takes_few_queries() -> None:
    report = submitted()
    address = admin_url(Assessment, "change", report.assessment)
    assert queries_of(reviewer(), address) <= 12


# ---------------------------------------------------------------- words and group


def test_every_status_of_a_suggestion_has_words() -> None:
    assert set(ResultStatus.values) == set(get_args(Status))


def test_an_architecture_goes_by_its_short_name() -> None:
    names = short_names(make_edition().pk)
    assert names["small_llm_vpc_private_cloud"] == "Small model, private cloud"


def test_reviewers_may_read_and_review_and_no_more() -> None:
    reviewers.create_reviewer(apps, None)
    permissions = Group.objects.get(name="Reviewer").permissions.all()
    assert {permission.codename for permission in permissions} == {
        "review_assessment",
        "view_edition",
        "view_assessment",
        "view_respondent",
        "view_givenanswer",
        "view_answerchange",
        "view_report",
    }


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
