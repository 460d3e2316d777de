"""The list of assessments: what can be looked for, in the address and in words."""

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from pytest_django import Settings

from assessor.access import Decider
from assessor.admin import lists
from assessor.admin.assessments import AssessmentAdmin
from assessor.finding import wanted
from assessor.finding.wanted import Wanted
from assessor.models import Assessment, Fact, Report, Respondent
from assessor.workflow import issuing, reviewing
from assessor.workflow.indexing import a_year_after
from assessor.workflow.reviewing import Decision
from tests.admin.visits import (
    ASSESSMENTS,
    first_row,
    listed,
    page,
    queries_of,
    reviewer,
    superuser,
    words,
)
from tests.advice.answers import situation
from tests.builders import (
    another_edition,
    complete,
    make_assessment,
    make_edition,
    owner_of,
    submitted,
)
from tests.report.records import CASES, NOTHING_IS_LEFT
from tests.test_queries import LOG_LINE
from tests.workflow.test_due import published

pytestmark = pytest.mark.django_db

SMALL = "small_llm_vpc_private_cloud"


def decided(step: str, chosen: int = 0, **about: Any) -> Report:
    """Return the last report of an assessment that was decided; ``chosen`` is a place."""
    report = submitted(**about)
    architecture = report.as_suggestion.ranking[chosen].architecture
    decider = Decider(report.assessment, "Vera", "", "user 1")
    decision = Decision(
        report.suggestion_sha256, step, "Reasons", architecture if step == "approved" else ""
    )
    return reviewing.decide(decider, decision)


def changed(report: Report, **columns: Any) -> None:
    Assessment.objects.filter(pk=report.assessment_id).update(**columns)


# ---------------------------------------------------------------- the columns


def test_an_assessment_is_listed_with_its_suggestion() -> None:
    report = submitted(initiative="Sort the mail", organisation="Harbour Trust")
    day = lists.day_words(report.issued_at).replace("\xa0", " ")
    assert first_row(reviewer())[:12] == [
        "Sort the mail",
        "Harbour Trust",
        "Submitted",
        "Small model, private cloud",
        "–",
        f"{report.score:.0f}",
        "Clear",
        "0",
        day,
        "–",
        lists.day_words(a_year_after(localdate())).replace("\xa0", " "),
        "–",
    ]


def test_an_assessment_without_a_report_has_dashes() -> None:
    make_assessment()
    assert first_row(reviewer())[2:12] == ["Draft", *["–"] * 9]


def test_where_nothing_fits_the_list_says_so() -> None:
    submitted(CASES[NOTHING_IS_LEFT])
    assert first_row(reviewer())[3:7] == ["–", "–", "–", "Nothing fits"]


def test_what_was_decided_for_and_when_it_was_reviewed_is_listed() -> None:
    report = decided("approved", chosen=1)
    cells = first_row(reviewer())
    assert cells[2] == "Approved"
    assert cells[4] == report.knowledge.options[report.sign_off["chosen"]].short_name
    assert cells[9] == lists.day_words(localtime()).replace("\xa0", " ")


def test_what_is_due_says_since_when() -> None:
    changed(submitted(), review_on=date(2026, 1, 2))
    assert first_row(reviewer())[10:12] == ["2 Jan 2026", "Since 2 Jan 2026"]


def test_of_several_reports_the_latest_is_listed() -> None:
    first = submitted()
    owner = owner_of(first.assessment)
    reviewing.reopen(owner)
    complete(first.assessment, {"how_tasks": ["draft"], "reg_residency": "dont_know"})
    second = issuing.submit(owner)
    cells = first_row(reviewer())
    assert (cells[5], cells[7]) == (f"{second.score:.0f}", "1")


def test_the_list_sorts_by_score() -> None:
    for score in (71.4, 99.0, 8.2):
        changed(submitted(initiative=str(score)), score=score)
    client = reviewer()
    column = str(AssessmentAdmin.list_display.index("whole_score") + 1)
    assert listed(client, o=column) == ["8.2", "71.4", "99.0"]
    assert listed(client, o=f"-{column}") == ["99.0", "71.4", "8.2"]


# ---------------------------------------------------------------- filters


@pytest.fixture
def several() -> None:
    """Assessments at all stages, none like another."""
    make_assessment(initiative="Draft", organisation="Harbour")
    fits = submitted(
        situation(reg_residency="sovereign", opex_budget="dont_know"), initiative="Fits"
    )
    changed(fits, score=71.5, submitted_at=datetime(2026, 7, 1, 12, tzinfo=UTC))
    nothing = submitted(CASES[NOTHING_IS_LEFT], initiative="Nothing", organisation="Harbour")
    changed(nothing, submitted_at=datetime(2026, 9, 30, 23, 59, tzinfo=UTC))
    changed(nothing, review_on=date(2026, 1, 1), unknown_count=4)
    followed = decided("approved", initiative="Followed")
    changed(followed, reviewed_at=datetime(2026, 8, 15, tzinfo=UTC))
    decided("approved", chosen=1, initiative="Otherwise")
    decided("declined", initiative="Declined")


ALL = {"Draft", "Fits", "Nothing", "Followed", "Otherwise", "Declined"}


FILTERS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, ALL),
    ({"status": "draft"}, {"Draft"}),
    ({"status": "approved"}, {"Followed", "Otherwise"}),
    ({"suggestion": SMALL}, {"Fits", "Followed", "Otherwise", "Declined"}),
    ({"chosen": SMALL}, {"Followed"}),
    ({"result": "no_option"}, {"Nothing"}),
    ({"result": "clear", "status": "declined"}, {"Declined"}),
    ({"edition": "2026.11.3"}, ALL),
    ({"organisation": "Harbour"}, {"Draft", "Nothing"}),
    ({"outcome": "followed"}, {"Followed"}),
    ({"outcome": "otherwise"}, {"Otherwise"}),
    ({"outcome": "declined"}, {"Declined"}),
    ({"outcome": "open"}, {"Fits", "Nothing"}),
    ({"score_from": "71.5", "score_to": "71.5"}, {"Fits"}),
    ({"unknown_from": "1", "unknown_to": "3"}, {"Fits"}),
    ({"submitted_from": "2026-07-01", "submitted_to": "2026-09-30"}, {"Fits", "Nothing"}),
    ({"submitted_to": "2026-09-29"}, {"Fits"}),
    ({"reviewed_from": "2026-08-15", "reviewed_to": "2026-08-15"}, {"Followed"}),
    ({"review_to": "2026-01-01"}, {"Nothing"}),
    ({"due": "now"}, {"Nothing"}),
    ({"due": "never"}, {"Draft", "Declined"}),
    ({"answer": "reg_residency:sovereign"}, {"Fits"}),
    ({"answer": "opex_budget:dont_know"}, {"Fits"}),
    ({"answer": ["reg_residency:sovereign", "opex_budget:dont_know"]}, {"Fits"}),
    ({"answer": ["reg_residency:sovereign", "opex_budget:none"]}, set()),
    ({"answer": "reg_residency:sovereign", "organisation": "Harbour"}, set()),
    ({"submitted_at__year": "2026", "submitted_at__month": "9"}, {"Nothing"}),
    ({"submitted_at__year": "2020"}, set()),
    ({"_facets": "True", "result": "no_option"}, {"Nothing"}),
]
"""What may stand in the address, and what is found then."""


@pytest.mark.usefixtures("several")
def test_the_list_can_be_filtered() -> None:
    client = reviewer()
    assert [(query, set(listed(client, **query))) for query, _found in FILTERS] == FILTERS


def test_the_situation_and_controls_that_are_missing_can_be_looked_for() -> None:
    report, client = submitted(), reviewer()
    assessment = Assessment.objects.get()
    missing = Fact.objects.filter(kind=Fact.Kind.MISSING_CONTROL).values_list("key", flat=True)[:2]
    assert listed(client, situation=assessment.situation, control=list(missing))
    in_place = Fact.objects.filter(key=missing[0])
    in_place.delete()
    assert listed(client, control=[*missing]) == []
    assert report.knowledge.criteria["situation"].level_labels[assessment.situation] in page(
        client, reverse(ASSESSMENTS), situation=assessment.situation
    )


@pytest.mark.parametrize(
    "query",
    [
        {"score_from": "90", "score_to": "10"},
        {"unknown_from": "1", "unknown_to": "0"},
        {"submitted_from": "2026-07-02", "submitted_to": "2026-07-01"},
    ],
)
def test_a_range_that_ends_before_it_begins_is_refused_in_words(query: dict[str, str]) -> None:
    html = page(reviewer(), reverse(ASSESSMENTS), **query)
    assert "Nothing is found: what is looked for below is not understood." in html
    assert html.count("It ends before it begins.") == 1


OF_OTHER_PAGES: list[tuple[dict[str, Any], set[str]]] = [
    ({"status__exact": "draft"}, {"Draft"}),
    ({"suggested__exact": SMALL, "chose_otherwise__exact": "1"}, {"Otherwise"}),
    ({"status__exact": "approved", "chose_otherwise__exact": "0"}, {"Followed"}),
    ({"chosen__exact": SMALL}, {"Followed"}),
    ({"organisation__exact": "Harbour"}, {"Draft", "Nothing"}),
    ({"suggested__in": f"{SMALL},other", "status__exact": "declined"}, {"Declined"}),
    ({"submitted_at__gte": "2026-10-01T00:00:00+00:00", "outcome": "declined"}, {"Declined"}),
]
"""How the portfolio names the same columns."""


@pytest.mark.usefixtures("several")
def test_other_pages_may_compare_columns() -> None:
    client = reviewer()
    found = [(query, set(listed(client, **query))) for query, _found in OF_OTHER_PAGES]
    assert found == OF_OTHER_PAGES


def test_a_newer_edition_that_puts_another_first_makes_due_now() -> None:
    report = submitted(initiative="Changed")
    submitted(initiative="Not changed")
    client = reviewer()
    assert listed(client, due="now") == []
    published(report.assessment)
    assert listed(client, due="now") == ["Changed"]


@pytest.mark.parametrize("name", ["suggestion", "result", "edition", "status", "due", "answer"])
@pytest.mark.parametrize("value", ["unheard-of", "\0", "'"])
def test_for_what_nobody_offered_nothing_is_found_and_the_page_says_so(
    name: str, value: str
) -> None:
    make_assessment()
    client = reviewer()
    assert listed(client, **{name: value}) == []
    shown = page(client, reverse(ASSESSMENTS), **{name: value})
    assert "<title>Error: " in shown
    assert "is not understood" in shown


@pytest.mark.parametrize(
    "query",
    [
        {"score_from": "high"},
        {"submitted_from": "2026-13-40"},
        {"submitted_to": "9999-12-31"},
        {"reviewed_to": "9999-12-31"},
        {"unknown_to": "1.5"},
        {"answer": "x" * 300 + ":y"},
        {"q": "x" * 201},
    ],
)
def test_what_is_no_number_and_no_day_finds_nothing(query: dict[str, str]) -> None:
    make_assessment()
    assert listed(reviewer(), **query) == []


@pytest.mark.parametrize(
    "query", [{"status__bogus": "x"}, {"submitted_at__year": "abc"}, {"created_at__gte": "never"}]
)
def test_a_parameter_that_means_nothing_leads_back_to_the_whole_list(
    query: dict[str, str],
) -> None:
    response = reviewer().get(reverse(ASSESSMENTS), query)
    assert (response.status_code, response["Location"]) == (302, f"{reverse(ASSESSMENTS)}?e=1")


def test_answers_are_offered_by_question_in_words_of_all_editions() -> None:
    make_edition()
    another_edition("2027.1", reg_residency="reg_place")
    shown = page(reviewer(), reverse(ASSESSMENTS))
    for key in ("reg_residency", "reg_place"):
        assert f'<option value="{key}:sovereign">' in shown
    assert '<optgroup label="Where may this information be processed?">' in shown
    assert 'value="why_success:' not in shown


# ---------------------------------------------------------------- in words


def chips(client: Client, query: str) -> dict[str, str]:
    """Return what the page says is looked for, with the address that looks for the rest."""
    shown = client.get(f"{reverse(ASSESSMENTS)}?{query}").content.decode()
    part = shown.partition('class="active-filters"')[2].partition("</ul>")[0]
    found = re.findall(r"<li>\s*<span>(.*?)</span>\s*<a href=\"([^\"]*)\">", part, re.DOTALL)
    return {words(text).replace("\xa0", " "): without for text, without in found}


def test_what_is_looked_for_is_said_and_each_part_can_be_removed() -> None:
    submitted()
    client = reviewer()
    query = (
        "answer=reg_residency:sovereign&answer=reg_data:personal&status=submitted&score_from=60"
        "&submitted_from=2026-07-01&p=1"
    )
    found = chips(client, query)
    assert list(found) == [
        "Status: Submitted",
        "Where may this information be processed?: " + wanted_words("reg_residency", "sovereign"),
        "What kinds of information will pass through it?: " + wanted_words("reg_data", "personal"),
        "Score from: 60.0",
        "Submitted from: 1 July 2026",
    ]
    status, residency, *_others = found.values()
    assert "status" not in status
    assert status.count("answer=") == 2
    assert "sovereign" not in residency
    assert "reg_data%3Apersonal" in residency
    assert "p=1" not in status


def wanted_words(question: str, choice: str) -> str:
    return Wanted({}).labels.questions[question].choices[choice]


def test_dates_and_columns_are_said_in_words_too() -> None:
    submitted()
    client = reviewer()
    date_query = "submitted_at__year=2026&submitted_at__month=11"
    assert chips(client, date_query) == {"Submitted: November 2026": "?"}
    assert chips(client, "submitted_at__gte=2026-07-01T00:00:00%2B00:00&status__exact=draft") == {
        "Status: Draft": "?submitted_at__gte=2026-07-01T00%3A00%3A00%2B00%3A00",
        "Submitted from: 1 Jul 2026, 00:00": "?status=draft",
    }
    assert list(chips(client, "chose_otherwise__exact=1")) == ["Outcome: Chosen otherwise"]


def test_what_was_left_open_in_the_form_is_not_in_the_address() -> None:
    response = reviewer().get(f"{reverse(ASSESSMENTS)}?q=&status=draft&answer=a:b&answer=&due=")
    assert (response.status_code, response["Location"]) == (302, "?status=draft&answer=a%3Ab")


def test_the_form_sends_along_what_it_does_not_ask_for() -> None:
    shown = page(
        reviewer(), reverse(ASSESSMENTS), o="1", created_at__gte="2026-01-01 00:00Z", p="1"
    )
    form = shown.split('id="wanted"')[1].split("</form>")[0]
    assert re.findall(r'type="hidden" name="(\w+)"', form) == ["created_at__gte", "o"]


# ---------------------------------------------------------------- search


@pytest.mark.parametrize(
    "searched", ["mail", "HARBOUR", "dana", "dana@example.org", "dana mail", '"sort the"']
)
def test_the_list_can_be_searched(searched: str) -> None:
    make_assessment(initiative="Other mayor", name="Sam", organisation="Else")
    found = make_assessment(
        initiative="Sort the mail",
        organisation="Harbour Trust",
        name="Dana",
        email="dana@example.org",
    )
    Respondent.objects.create(assessment=found, name="Dana's brother Dan A")
    assert listed(reviewer(), q=searched) == ["Sort the mail"]


def test_all_words_have_to_be_there() -> None:
    make_assessment(initiative="Sort the mail", name="Dana")
    assert listed(reviewer(), q="mail sam") == []


def test_the_search_says_what_it_searches() -> None:
    html = page(reviewer(), reverse(ASSESSMENTS))
    assert "Initiative, organisation, or a respondent’s name or e-mail" in html


def test_the_filter_by_organisation_says_that_it_takes_the_whole_name() -> None:
    make_assessment(organisation="Müller AG")
    client = reviewer()
    html = page(client, reverse(ASSESSMENTS), organisation="Müller")
    assert "Organisation, whole name: <strong>Müller</strong>" in html
    assert "Search finds parts of it" in html
    assert 'aria-describedby="id_organisation_helptext"' in html
    assert len(listed(client, organisation="Müller AG")) == 1


# ---------------------------------------------------------------- very many


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take two for few, and four for many."""
    monkeypatch.setattr(wanted, "FEW", 2)
    monkeypatch.setattr(lists, "MOST_FOUND", 2)
    monkeypatch.setattr(lists, "MOST", 4)
    monkeypatch.setattr(AssessmentAdmin, "list_per_page", 3)


@pytest.mark.usefixtures("few")
def test_of_many_no_more_are_counted_than_the_limit() -> None:
    for number in range(6):
        submitted(initiative=f"Number {number}")
    client = reviewer()
    response = client.get(reverse(ASSESSMENTS))
    assert "more than 4 assessments" in words(response.content.decode())
    assert [each.initiative for each in response.context["cl"].result_list] == [
        "Number 5",
        "Number 4",
        "Number 3",
    ]
    assert listed(client, p="2") == ["Number 2"]
    assert "more than 2 assessments" in words(page(client, reverse(ASSESSMENTS), q="number"))


def test_a_row_takes_no_template_of_its_own() -> None:
    submitted(initiative="One")
    client = reviewer()

    def templates() -> int:
        return len(client.get(reverse(ASSESSMENTS), {"status": "submitted"}).templates)

    once = templates()
    submitted(initiative="Another")
    assert templates() == once


def test_a_row_can_be_ticked_and_leads_to_its_page_and_back() -> None:
    assessment = submitted(initiative='Sort "the" mail').assessment
    row = page(reviewer(), reverse(ASSESSMENTS), q="mail", status="submitted")
    row = row.split("<tbody>")[1].split("</tr>")[0]
    assert (
        f'<input type="checkbox" name="_selected_action" value="{assessment.pk}" '
        'class="action-select" '
        'aria-label="Select this object for an action - Sort &quot;the&quot; mail">'
    ) in row
    back = "_changelist_filters=q%3Dmail%26status%3Dsubmitted"
    assert f'href="/admin/assessor/assessment/{assessment.pk}/change/?{back}"' in row


@pytest.mark.usefixtures("few")
def test_what_is_found_is_the_same_among_few_and_many() -> None:
    for number in range(4):
        given = situation(reg_residency="sovereign" if number % 2 else "anywhere")
        submitted(given, initiative=f"Number {number}", name=f"Dana {number}")
    client = reviewer()
    assert listed(client, answer="reg_residency:sovereign") == ["Number 3", "Number 1"]
    assert listed(client, q="dana", status="submitted") == ["Number 3", "Number 2"]
    assert listed(client, q="dana 1") == ["Number 1"]
    assert listed(client, answer="reg_sector:none") == ["Number 3", "Number 2"]


def test_a_list_takes_the_same_queries_however_much_is_looked_for() -> None:
    submitted()
    client, address = superuser(), reverse(ASSESSMENTS)
    plain = queries_of(client, address)
    assert plain <= 11
    query = "status=submitted&suggestion=x&score_from=1&due=now&submitted_from=2026-01-01"
    assert queries_of(client, f"{address}?{query}") <= plain
    one_more = f"{address}?answer=reg_residency:anywhere"
    assert queries_of(client, one_more) == plain + 1 + LOG_LINE  # It tells who said so.


def test_nothing_is_counted_or_gone_through_to_the_end() -> None:
    submitted()
    client = reviewer()
    client.get(reverse(ASSESSMENTS))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse(ASSESSMENTS))
    about = [each["sql"] for each in queries if 'FROM "assessor_assessment"' in each["sql"]]
    assert len(about) == 4
    assert all("LIMIT" in sql or "IN (" in sql for sql in about)


INDEXED = {
    "status=submitted": "assessment_status",
    f"suggestion={SMALL}": "assessment_suggested",
    f"chosen={SMALL}": "assessment_chosen",
    "result=clear": "assessment_result",
    "organisation=Northwind": "assessment_organisation",
    "due=now": "assessment_due_on",
    "outcome=otherwise": "assessment_otherwise",
    "submitted_from=2026-07-01": "assessment_submitted",
    "review_to=2026-07-01": "assessment_review_on",
    "answer=reg_residency:sovereign": "(kind=? AND key=? AND value=? AND assessment_id=?)",
}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite for its plan")
@pytest.mark.parametrize(("query", "index"), INDEXED.items())
def test_an_index_finds_what_is_looked_for(
    query: str, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wanted, "FEW", -1)
    make_edition()
    name, _equals, value = query.partition("=")
    found = Wanted({name: [value] if name == "answer" else value}).found(Assessment.objects.all())
    assert index in found.order_by().values("pk").explain()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL for its plan")
def test_a_page_is_looked_up_in_its_order_and_not_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wanted, "FEW", -1)
    make_edition()
    found = Wanted({"answer": ["reg_residency:sovereign"]}).found(Assessment.objects.all())
    page = found.order_by("-submitted_at")[:50].explain()
    assert "SubPlan" in page
    assert "Join" not in page
    assert "submitted_at IS NOT NULL" in page
    assert "SubPlan" not in found.order_by().values("pk").explain()


def test_years_months_and_days_lead_to_what_was_submitted_then() -> None:
    earliest, latest = submitted(initiative="2024"), submitted(initiative="2026")
    changed(earliest, submitted_at=datetime(2024, 5, 2, tzinfo=UTC))
    changed(latest, submitted_at=datetime(2026, 3, 1, tzinfo=UTC))
    client = reviewer()

    def links(**query: str) -> str:
        shown = page(client, reverse(ASSESSMENTS), **query)
        return shown.partition('class="toplinks"')[2].partition(">")[2].partition("</nav>")[0]

    def offered(**query: str) -> list[str]:
        texts = re.findall(r"(?:>|^)(?:&lsaquo; )?([^<>]+)", links(**query).replace("\n", ""))
        return [text.strip() for text in texts if text.strip()]

    def leads_to(**query: str) -> str:
        """Return the last of the links."""
        return unescape(re.findall(r'href="([^"]*)"', links(**query))[-1])

    assert offered() == ["2024", "2025", "2026"]
    assert leads_to() == "?submitted_at__year=2026"
    months = offered(submitted_at__year="2024")
    assert (months[0], months[1], months[-1]) == ("All dates", "May 2024", "December 2024")
    assert offered(submitted_at__year="2026")[-1] == "March 2026"
    changed(latest, submitted_at=datetime(2026, 3, 9, tzinfo=UTC))
    december = "?submitted_at__month=12&submitted_at__year=2024"
    assert leads_to(submitted_at__year="2024") == december
    days = offered(submitted_at__year="2026", submitted_at__month="3")
    assert days == ["2026", *(f"March {day}" for day in range(1, 10))]
    assert offered(submitted_at__year="2024", submitted_at__month="5")[:2] == ["2024", "May 2"]
    ninth = "?submitted_at__day=9&submitted_at__month=3&submitted_at__year=2026"
    assert leads_to(submitted_at__year="2026", submitted_at__month="3") == ninth
    day = offered(submitted_at__year="2026", submitted_at__month="3", submitted_at__day="9")
    assert day == ["March 2026", "March 9"]
    assert listed(client, submitted_at__year="2026", submitted_at__month="3") == ["2026"]


@pytest.mark.parametrize("model", ["assessment", "report", "auditentry"])
@pytest.mark.parametrize(
    "query",
    ["__year=9999", "__year=2026&{}__day=31", "__year=x", f"__year={10**20}", "__year=1"],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_a_date_that_makes_no_sense_is_no_error(
    settings: Settings, model: str, query: str, zone: str
) -> None:
    settings.TIME_ZONE = zone
    column = {"assessment": "submitted_at", "report": "issued_at", "auditentry": "at"}[model]
    submitted()
    address = f"/admin/assessor/{model}/?{column}{query.format(column)}"
    assert superuser().get(address).status_code in {200, 302}


@pytest.mark.parametrize("query", [f"date_joined__year={10**20}", "username=\0", "id=x"])
def test_accounts_asked_for_in_a_way_that_makes_no_sense_are_no_error(query: str) -> None:
    assert superuser().get(f"/admin/auth/user/?{query}").status_code in {200, 302}


@pytest.mark.parametrize("parameter", ["status__in", "suggested__in"])
def test_text_that_no_database_takes_is_no_error(parameter: str) -> None:
    assert superuser().get(reverse(ASSESSMENTS), {parameter: "\0"}).status_code in {200, 302}
