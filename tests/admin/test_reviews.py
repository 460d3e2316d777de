"""Marking as reviewed, scheduling the next review and comparing, from the list and from a page."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from assessor.admin import reviews
from assessor.models import Assessment, AuditEntry
from assessor.workflow.indexing import a_year_after
from tests.admin.visits import ASSESSMENTS, act, admin_url, detail, reviewer, staff, words
from tests.builders import Response, database, make_assessment, submitted, text_of

pytestmark = pytest.mark.django_db

REVIEWED, SCHEDULED = "mark_reviewed", "schedule_review"
LATER = localdate() + timedelta(days=40)


def one(assessment: Assessment, step: str) -> str:
    return reverse(f"admin:assessor_assessment_{step}", args=[assessment.pk])


def now(assessment: Assessment) -> Assessment:
    return Assessment.objects.get(pk=assessment.pk)


def events() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("event", flat=True))


def said(client: Client, response: Response) -> str:
    """Return the messages on the page that follows."""
    assert response.status_code == 302
    page = text_of(client.get(response["Location"]))
    return words(page.partition('class="messagelist"')[2].partition("</ul>")[0])


# ---------------------------------------------------------------- asked first


@pytest.mark.parametrize("action", [REVIEWED, SCHEDULED])
def test_an_action_says_how_many_and_does_nothing_yet(action: str) -> None:
    rows = [submitted().assessment, submitted().assessment]
    client = reviewer()
    client.get(reverse(ASSESSMENTS))
    before = database()
    response = act(client, action, *rows)
    assert response.status_code == 200
    assert "2 assessments" in words(text_of(response))
    for row in rows:
        assert f'name="_selected_action" value="{row.pk}"' in text_of(response)
    assert database() == before


def test_all_that_match_are_asked_about_without_naming_each() -> None:
    for _row in range(3):
        submitted()
    make_assessment()
    response = act(reviewer(), REVIEWED, query="?status=submitted", select_across="on")
    assert "3 assessments" in words(text_of(response))
    assert 'name="select_across" value="on"' in text_of(response)
    assert "_selected_action" not in text_of(response)


# ---------------------------------------------------------------- done


def test_those_ticked_are_marked_as_reviewed_for_a_year() -> None:
    report, client = submitted(), reviewer()
    response = act(client, REVIEWED, report.assessment, next_on="")
    assert "1 assessment is marked as reviewed." in said(client, response)
    row = now(report.assessment)
    assert row.reviewed_at is not None
    assert row.review_on == a_year_after(localdate())
    entry = AuditEntry.objects.get(event="assessment.reviewed")
    assert entry.subject == f"assessment {row.pk}"


def test_all_that_match_are_scheduled_and_the_others_are_not() -> None:
    inside = [submitted(organisation="Harbour").assessment for _row in range(2)]
    outside = submitted().assessment
    client = reviewer()
    response = act(
        client,
        SCHEDULED,
        query="?organisation=Harbour",
        select_across="on",
        next_on=LATER.isoformat(),
        count="2",
    )
    assert "The next review of 2 assessments is scheduled." in said(client, response)
    assert {now(row).review_on for row in inside} == {LATER}
    assert now(outside).review_on != LATER
    assert events().count("assessment.scheduled") == 2
    assert now(inside[0]).reviewed_at is None


@pytest.mark.parametrize("count", ["1", ""])
def test_where_more_match_by_now_it_is_asked_again_and_nothing_is_done(count: str) -> None:
    client = reviewer()
    for _row in range(2):
        submitted()
    before = Assessment.objects.values_list("reviewed_at", "review_on")
    sent = {"select_across": "on", "next_on": LATER.isoformat(), "count": count}
    response = act(client, REVIEWED, **sent)
    assert response.status_code == 422
    page = text_of(response)
    assert "Other assessments match by now" in page
    assert "2 assessments" in words(page)
    assert 'name="count" value="2"' in page
    assert LATER.isoformat() in page
    assert {reviewed for reviewed, _on in before.all()} == {None}
    assert "2 assessments are marked as reviewed." in said(
        client, act(client, REVIEWED, **sent | {"count": "2"})
    )


def test_drafts_are_passed_over_and_that_is_said() -> None:
    rows = [make_assessment(), submitted().assessment]
    client = reviewer()
    response = act(client, REVIEWED, *rows, next_on="")
    assert "1 was passed over" in said(client, response)
    assert now(rows[0]).reviewed_at is None


@pytest.mark.parametrize(
    ("action", "day", "problem"),
    [
        (SCHEDULED, "", "Say when to review next"),
        (SCHEDULED, "soon", "Enter a day such as 2027-11-25"),
        (SCHEDULED, date(2020, 1, 1).isoformat(), "Enter a day that is still to come"),
        (REVIEWED, date(2020, 1, 1).isoformat(), "Enter a day that is still to come"),
    ],
)
def test_a_day_that_cannot_be_comes_back_and_nothing_is_done(
    action: str, day: str, problem: str
) -> None:
    assessment, client = submitted().assessment, reviewer()
    response = act(client, action, assessment, next_on=day)
    assert response.status_code == 422
    assert problem in text_of(response)
    assert "<title>Error: " in text_of(response)
    assert now(assessment).reviewed_at is None


def test_of_too_many_at_a_time_none_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviews, "AT_MOST", 1)
    for _row in range(2):
        submitted()
    client = reviewer()
    response = act(client, REVIEWED, select_across="on", next_on="")
    assert "Filter the list further" in said(client, response)
    assert not Assessment.objects.filter(reviewed_at__isnull=False).exists()


# ---------------------------------------------------------------- one, from its page


@pytest.mark.parametrize(
    ("step", "event", "lead"),
    [
        ("reviewed", "assessment.reviewed", "It is noted as reviewed today."),
        ("next_review", "assessment.scheduled", "It is due on that day"),
    ],
)
def test_one_assessment_has_pages_that_ask(step: str, event: str, lead: str) -> None:
    assessment, client = submitted(initiative="Sort the mail").assessment, reviewer()
    address = one(assessment, step)
    assert f'href="{address}"' in detail(client, assessment)
    before = database()
    asked = text_of(client.get(address))
    assert "Sort the mail" in asked
    assert lead in asked
    assert database() == before
    response = client.post(address, {"next_on": LATER.isoformat()})
    assert response["Location"] == admin_url(Assessment, "change", assessment)
    assert now(assessment).review_on == LATER
    assert events()[-1] == event
    assert client.post(address, {"next_on": "soon"}).status_code == 422


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize("permissions", [("view_assessment",), ("review_assessment",)])
def test_whoever_may_not_review_is_offered_nothing_and_does_nothing(
    permissions: tuple[str, ...],
) -> None:
    assessment = submitted().assessment
    client = staff(*permissions)
    for action in (REVIEWED, SCHEDULED):
        act(client, action, assessment, next_on=LATER.isoformat())
    for step in ("reviewed", "next_review"):
        assert client.get(one(assessment, step)).status_code == 403
        assert client.post(one(assessment, step), {"next_on": ""}).status_code == 403
    assert now(assessment).reviewed_at is None
    assert now(assessment).review_on != LATER


def test_what_there_is_not_is_not_found() -> None:
    gone = make_assessment()
    address = one(gone, "reviewed")
    gone.delete()
    assert reviewer().post(address, {"next_on": ""}).status_code == 404


# ---------------------------------------------------------------- comparing


def test_two_or_three_that_are_ticked_are_compared() -> None:
    rows = [submitted(initiative=name).assessment for name in ("One", "Two", "Three", "Four")]
    client = staff("view_assessment")
    response = act(client, "compare", *rows[:2])
    assert response["Location"].startswith(reverse("compare"))
    shown = text_of(client.get(response["Location"]))
    assert "One" in shown
    assert "Two" in shown
    for few_or_many in (rows[:1], rows):
        response = act(client, "compare", *few_or_many)
        assert "Tick two or three to compare." in said(client, response)
