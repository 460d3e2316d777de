"""The portfolio: numbers that are right, and lead to what they count."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localdate

from assessor.access import Decider
from assessor.knowledge import UNKNOWN
from assessor.knowledge.question_bank import Choice, MultiQuestion
from assessor.models import Assessment, AuditEntry, Report
from assessor.portfolio.counts import counted
from assessor.portfolio.figures import Figure, Table, duration
from assessor.portfolio.filters import Filters, last_day
from assessor.portfolio.overview import MOST_COUNTED, Portfolio, portfolio
from assessor.workflow import reviewing, tallying
from assessor.workflow.reviewing import Decision
from tests.advice.answers import situation
from tests.builders import another_edition, make_assessment, make_edition, submitted, text_of

pytestmark = pytest.mark.django_db

VIEW, EXPORT = "view_assessment", "export_assessment"


def staff(*permissions: str) -> Client:
    user = User.objects.create_user(f"staff {User.objects.count()}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def approve(report: Report, chosen: str, reason: str = "") -> None:
    decision = Decision(report.suggestion_sha256, "approved", reason=reason, chosen=chosen)
    reviewing.decide(Decider(report.assessment, "Kim", "", "user 7"), decision)


def table(found: Portfolio, key: str) -> Table:
    return next(each for each in found.tables if each.key == key)


def sectors_of(report: Report) -> Iterable[Choice]:
    question = report.knowledge.questions["reg_sector"]
    assert isinstance(question, MultiQuestion)
    return question.choices


def numbers(found: Table) -> dict[str, list[int]]:
    return {line.label: [figure.count for figure in line.figures] for line in found.lines}


@pytest.fixture
def several() -> list[Report]:
    """Four suggestions of two organisations: two followed, one decided otherwise."""
    reports = [
        submitted(situation(reg_sector=["health"], gov_harm=UNKNOWN)),
        submitted(situation(reg_sector=["health", "finance"])),
        submitted(situation(reg_sector=["finance"]), organisation="Tailwind"),
        submitted(situation(), organisation="Tailwind"),
    ]
    approve(reports[0], reports[0].leader)
    approve(reports[1], reports[1].leader)
    approve(reports[2], reports[2].as_suggestion.ranking[1].architecture, "We have the team.")
    make_assessment()
    return reports


# ---------------------------------------------------------------- what the numbers say


def test_architectures_are_counted_with_what_became_of_them(several: list[Report]) -> None:
    found = portfolio(Filters())
    name = several[0].knowledge.options[several[0].leader].short_name
    other = several[2].as_suggestion.ranking[1].architecture
    other_name = several[2].knowledge.options[other].short_name
    assert numbers(table(found, "architectures")) == {name: [4, 2, 1, 2], other_name: [0, 0, 0, 1]}
    assert table(found, "architectures").message == f"“{name}” is suggested most often: 4 of 4"


def test_states_sectors_unknowns_and_controls_are_counted(several: list[Report]) -> None:
    found = portfolio(Filters())
    assert numbers(table(found, "states")) == {"Draft": [1], "Submitted": [1], "Approved": [3]}
    assert table(found, "states").message == "3 of 5 are decided"
    words = {choice.key: choice.label for choice in sectors_of(several[0])}
    sectors = numbers(table(found, "sectors"))
    assert sectors[words["health"]][:3] == [2, 2, 0]
    assert sectors[words["finance"]][:3] == [2, 1, 1]
    (unknown,) = table(found, "unknown").lines
    assert unknown.label == several[0].knowledge.questions["gov_harm"].text
    assert unknown.figures[0].count == 1
    assert max(numbers(table(found, "missing")).values()) == [4]


def test_a_sector_that_is_named_once_is_named_in_good_english() -> None:
    report = submitted(situation(reg_sector=["health"]))
    (label,) = (choice.label for choice in sectors_of(report) if choice.key == "health")
    said = table(portfolio(Filters()), "sectors").message
    assert said == f"“{label}” is the sector named most often: in 1 of 1"


def test_choosing_otherwise_is_told_with_the_reason(several: list[Report]) -> None:
    found = portfolio(Filters())
    assert table(found, "otherwise").message == (
        "1 of 3 approvals chose otherwise than was suggested"
    )
    (line,) = found.otherwise
    assert (line.reason, line.organisation) == ("We have the team.", "Tailwind")


def test_those_alike_could_share_a_platform(several: list[Report]) -> None:
    found = table(portfolio(Filters()), "sharing")
    assert found.lines[0].figures[0].count == 4
    assert all(line.figures[0].count >= 2 for line in found.lines)


def test_who_processes_content_is_counted_by_class(several: list[Report]) -> None:
    (line,) = table(portfolio(Filters()), "suppliers").lines
    assert line.label == "Nobody else: in your own account in a cloud"
    assert line.figures[0].count == 4


def test_half_of_the_time_is_the_median(several: list[Report]) -> None:
    assert portfolio(Filters()).median == "1 minute"
    assert portfolio(Filters(edition="none")).median == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 minute"),
        (150, "2 minutes"),
        (7200, "2 hours"),
        (100_000, "28 hours"),
        (864_000, "10 days"),
    ],
)
def test_times_are_written_as_people_say_them(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def test_drafts_left_alone_are_counted_up_to_a_thousand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    drafts = [make_assessment() for _ in range(3)]
    Assessment.objects.filter(pk__in=[each.pk for each in drafts[:2]]).update(updated_at=long_ago)
    assert portfolio(Filters()).stale.count == 2
    monkeypatch.setattr("assessor.portfolio.overview.MOST_COUNTED", 1)
    found = portfolio(Filters())
    assert found.more_are_stale
    assert MOST_COUNTED == 1000


# ---------------------------------------------------------------- filters


@pytest.mark.parametrize(
    "different",
    [{}, {"organisation": "Tailwind"}, {"edition": "2027.1"}, {"start": "2026-01"}],
)
def test_counts_kept_and_counts_made_now_are_the_same(
    several: list[Report], different: dict[str, str]
) -> None:
    submitted(edition=another_edition("2027.1"))
    tallying.rebuild()  # The edition of the last one was set behind the back of the counts.
    filters = Filters(**different)
    kept = counted(filters)
    now = counted(Filters(**different | {"organisation": "Northwind"}))
    later = counted(Filters(**different | {"organisation": "Tailwind"}))
    if filters.organisation:
        assert kept.keys("status").total() == 2
        return
    assert kept.kinds == {
        kind: now.of(kind) + later.of(kind) for kind in {*now.kinds, *later.kinds}
    }
    assert kept.months == now.months + later.months


def test_months_filter_by_the_last_submission(several: list[Report]) -> None:
    report = several[3]
    month = tallying.month_of(report.issued_at)
    assert portfolio(Filters(start=month, end=month)).total.count == 4
    assert portfolio(Filters(end="2020-12")).total.count == 0
    assert last_day("2028-02").day == 29


def test_every_number_leads_to_a_list_of_as_many(several: list[Report]) -> None:
    client = staff(VIEW)
    for filters in (Filters(), Filters(organisation="Tailwind"), Filters(start="2026-01")):
        found = portfolio(filters)
        figures = [found.total, found.waiting, found.approved, found.stale]
        figures += [f for each in found.tables for line in each.lines for f in line.figures]
        assert len(figures) > 30
        for figure in figures:
            assert (_listed(client, figure), figure.address) == (figure.count, figure.address)


def _listed(client: Client, figure: Figure) -> int:
    response: Any = client.get(figure.address)
    assert response.status_code == 200, figure.address
    return int(response.context["cl"].paginator.count)


# ---------------------------------------------------------------- the page


def test_the_page_shows_tables_with_links_and_no_word_of_anybody_to_strangers(
    several: list[Report],
) -> None:
    page = text_of(staff(VIEW).get("/staff/portfolio/"))
    assert "is suggested most often: 4 of 4" in page
    assert "We have the team." in page
    assert "Download these numbers" not in page
    assert Client().get("/staff/portfolio/").status_code == 404
    assert staff(EXPORT).get("/staff/portfolio/").status_code == 404


def test_an_empty_installation_says_so() -> None:
    make_edition()
    assert "There is no assessment yet." in text_of(staff(VIEW).get("/staff/portfolio/"))
    filtered = staff(VIEW).get("/staff/portfolio/", {"organisation": "Nobody"})
    assert "No assessment matches these filters." in text_of(filtered)


def test_where_a_part_of_a_name_finds_nothing_the_search_that_finds_it_is_offered() -> None:
    make_assessment(organisation="Müller & Söhne AG")
    client = staff(VIEW)
    shown = client.get("/staff/portfolio/", {"organisation": "Müller &"})
    assert "Organisation, whole name" in text_of(shown)
    (address,) = re.findall(r'<p><a href="(/admin/[^"]+)">Search for', shown.content.decode())
    assert "Müller &amp; Söhne AG" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"start": "2026"}, "Enter a month such as 2026-11"),
        ({"end": "2026-13"}, "Enter a month such as 2026-11"),
        ({"start": "2026-11", "end": "2026-10"}, "The first month is after the last one."),
        ({"edition": "none"}, "Select a valid choice"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(given: dict[str, str], problem: str) -> None:
    make_edition()
    response = staff(VIEW).get("/staff/portfolio/", given)
    assert response.status_code == 422
    assert problem in unescape(text_of(response))


def test_the_numbers_can_be_taken_along(several: list[Report]) -> None:
    client = staff(VIEW, EXPORT)
    assert "Download these numbers" in text_of(client.get("/staff/portfolio/"))
    response: Any = client.get("/staff/portfolio.csv", {"organisation": "Tailwind"})
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    approved = {"table": "states", "line": "Approved", "column": "Assessments", "what": ""}
    assert approved | {"count": "1"} in rows
    assert re.fullmatch(
        r'attachment; filename="assessor-portfolio-\d{4}-\d\d-\d\d.csv"',
        response["Content-Disposition"],
    )
    assert AuditEntry.objects.latest("pk").event == "portfolio.exported"
    assert staff(VIEW).get("/staff/portfolio.csv").status_code == 404


def taken_along() -> list[dict[str, str]]:
    response: Any = staff(VIEW, EXPORT).get("/staff/portfolio.csv")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_reasons_are_taken_along_as_the_page_tells_them(several: list[Report]) -> None:
    third = several[2]
    names = [
        third.knowledge.options[key].short_name
        for key in (third.leader, third.as_suggestion.ranking[1].architecture)
    ]
    told = [row for row in taken_along() if row["table"] == "reasons"]
    assert {row["line"] for row in told} == {"1"}
    assert {row["column"]: row["what"] for row in told} == {
        "initiative": third.initiative,
        "organisation": "Tailwind",
        "submitted": localdate(third.issued_at).isoformat(),
        "suggested": names[0],
        "chosen": names[1],
        "reason": "We have the team.",
    }


def test_where_counting_stopped_the_number_taken_along_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drafts = [make_assessment() for _ in range(3)]
    Assessment.objects.update(updated_at=timezone.now() - timedelta(days=31))
    (stale,) = [row["count"] for row in taken_along() if row["what"] == "stale drafts"]
    assert stale == str(len(drafts))
    monkeypatch.setattr("assessor.portfolio.overview.MOST_COUNTED", 2)
    monkeypatch.setattr("assessor.views.staff.portfolio.MOST_COUNTED", 2)
    (stale,) = [row["count"] for row in taken_along() if row["what"] == "stale drafts"]
    assert stale == "more than 2"


def test_every_count_on_the_page_is_a_link_and_the_page_promises_no_more(
    several: list[Report],
) -> None:
    page = text_of(staff(VIEW).get("/staff/portfolio/"))
    assert "Each count above zero leads to the list behind it." in page
    median = page.partition("Half were submitted within")[2].partition("</div>")[0]
    assert "1 minute" in median
    assert "<a" not in median


A_LINE = 6
"""Statements that write down who looked."""


@pytest.mark.parametrize("given", [{}, {"start": "2026-01"}, {"organisation": "Northwind"}])
def test_the_page_takes_the_same_queries_however_much_there_is(given: dict[str, str]) -> None:
    client = staff(VIEW)
    submitted()
    few = _queries(client, given)
    for answers in (situation(reg_sector=["health"]), situation(gov_harm=UNKNOWN)):
        for _ in range(2):
            submitted(answers)
    assert _queries(client, given) == few <= 12 + A_LINE


def _queries(client: Client, given: dict[str, str]) -> int:
    client.get("/staff/portfolio/", given)
    with CaptureQueriesContext(connection) as queries:
        client.get("/staff/portfolio/", given)
    return len(queries)
