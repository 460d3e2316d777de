"""The queue of what is due, in the browser."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from assessor.models import Assessment, EditionDraft, Rerun
from assessor.workflow.due import Reason
from tests.advice.answers import situation
from tests.builders import make_edition, submitted, text_of
from tests.workflow.test_due import published

pytestmark = pytest.mark.django_db

VIEW, REVIEW = "view_assessment", "review_assessment"
ADDRESS = "/staff/due/"
YESTERDAY = localdate() - timedelta(days=1)


def staff(*permissions: str) -> Client:
    user = User.objects.create_user(f"staff {User.objects.count()}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def dated(initiative: str, answers: Any = None, **columns: date) -> Assessment:
    """Return a submitted assessment of which nothing else is due."""
    report = submitted(answers, initiative=initiative)
    later = {"review_on": localdate() + timedelta(days=300), "law_on": None, "content_on": None}
    Assessment.objects.filter(pk=report.assessment_id).update(**later | columns)
    return Assessment.objects.get(pk=report.assessment_id)


def test_the_queue_tells_what_is_due_and_why() -> None:
    dated("Old plan", review_on=YESTERDAY)
    dated("New plan")
    page = text_of(staff(VIEW).get(ADDRESS))
    assert "Old plan" in page
    assert "New plan" not in page
    assert str(Reason.REVIEW.label) in page
    assert "Mark as reviewed" not in page


def test_it_names_the_laws_that_apply_by_now_and_what_people_have_to_tell() -> None:
    answers = situation(reg_jurisdiction=["eu"], opex_volume=12_000, reg_data=["personal"])
    dated("Plan", answers, law_on=date(2026, 8, 2))
    page = text_of(staff(VIEW).get(ADDRESS, {"reason": "law"}))
    assert "AI Act" in page
    assert "The volume goes well above 12" in page
    assert "Other kinds of data come in than: " in page


def test_another_leader_under_a_newer_edition_is_a_reason_with_a_tab_of_its_own() -> None:
    assessment = dated("Plan")
    client = staff(VIEW)
    page = text_of(client.get(ADDRESS, {"reason": "leader"}))
    assert "cannot be worked out: it was not published from a draft here" in page
    assert "Nothing is due for this reason." in page
    published(assessment)
    page = text_of(client.get(ADDRESS, {"reason": "leader"}))
    assert "“Air-gapped” leads under edition 2027.1" in page
    assert "worked out" not in page


def test_what_was_not_worked_out_leads_those_who_may_to_where_it_is_done() -> None:
    rerun = published(dated("Plan"))
    rerun.delete()
    page = text_of(staff(VIEW).get(ADDRESS))
    assert "was not worked out yet" in page
    assert "Somebody who publishes editions" in page
    assert "not published from a draft here" not in page
    page = text_of(staff(VIEW, "publish_edition").get(ADDRESS))
    assert f'href="/staff/editions/drafts/{rerun.draft_id}/effects/"' in page


def test_among_all_it_comes_after_those_of_which_a_day_has_come() -> None:
    rows = dated("Both", review_on=YESTERDAY), dated("Only newer edition"), dated("Neither")
    published(*rows[:2])
    page = text_of(staff(VIEW).get(ADDRESS))
    assert page.index("Both") < page.index("Only newer edition")
    assert "Neither" not in page
    assert page.count("leads under edition") == 2
    assert "All (2)" in " ".join(page.replace('<span class="figure">', "").split())


def test_putting_off_takes_it_out_of_all_tabs() -> None:
    assessment = dated("Only newer edition")
    published(assessment)
    client = staff(VIEW, REVIEW)
    until = (localdate() + timedelta(days=40)).isoformat()
    client.post(ADDRESS, {"assessment": [assessment.pk], "action": "put_off", "next_on": until})
    for reason in ("", "leader"):
        assert "Only newer edition" not in text_of(client.get(ADDRESS, {"reason": reason}))


def test_it_goes_on_from_days_to_the_newer_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessor.views.staff.due.ON_A_PAGE", 2)
    by_day = [dated(f"Day {number}", review_on=YESTERDAY) for number in range(3)]
    others = [dated(f"Edition {number}") for number in range(4)]
    published(*others, by_day[0])
    client = staff(VIEW)
    seen: list[str] = []
    for page in range(1, 5):
        rows = client.get(ADDRESS, {"page": page}).context["rows"]
        seen += [row.assessment.initiative for row in rows]
    names = {f"Edition {number}" for number in range(4)}
    assert {*seen[:3]} == {"Day 0", "Day 1", "Day 2"}
    assert len(seen) == 7
    assert {*seen[3:]} == names


def test_the_day_of_the_edition_is_the_day_here(settings: Any) -> None:
    settings.TIME_ZONE = "Pacific/Kiritimati"
    assessment = dated("Plan")
    rerun = published(assessment)
    EditionDraft.objects.filter(pk=rerun.draft_id).update(
        closed_at=datetime.fromisoformat("2026-11-25T20:00+00:00")
    )
    Rerun.objects.update(started_at=datetime.fromisoformat("2026-11-25T19:00+00:00"))
    assert "Since 26 November 2026" in text_of(staff(VIEW).get(ADDRESS, {"reason": "leader"}))


def test_those_chosen_are_marked_as_reviewed_and_leave_the_queue() -> None:
    first, second = dated("One", review_on=YESTERDAY), dated("Two", review_on=YESTERDAY)
    client = staff(VIEW, REVIEW)
    sent = {"assessment": [first.pk], "action": "reviewed", "next_on": ""}
    response = client.post(f"{ADDRESS}?reason=review", sent)
    assert response["Location"] == f"{ADDRESS}?reason=review"
    page = text_of(client.get(ADDRESS))
    assert "1 is marked as reviewed." in page
    assert str(first.pk) not in page
    assert str(second.pk) in page


def test_those_chosen_can_be_put_off_until_a_day() -> None:
    assessment = dated("One", review_on=YESTERDAY)
    until = localdate() + timedelta(days=40)
    sent = {"assessment": [assessment.pk], "action": "put_off", "next_on": until.isoformat()}
    staff(VIEW, REVIEW).post(ADDRESS, sent)
    found = Assessment.objects.get()
    assert (found.review_on, found.reviewed_at) == (until, None)


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"action": "reviewed"}, "Tick at least one assessment"),
        ({"action": "put_off", "chosen": True}, "Say when to review next"),
        ({"action": "reviewed", "chosen": True, "next_on": "soon"}, "Enter a day such as"),
        (
            {"action": "reviewed", "chosen": True, "next_on": "2020-01-01"},
            "Enter a day that is still to come",
        ),
        ({"chosen": True}, "Say what to do with them."),
        ({"action": "reviewed", "assessment": str(uuid4())}, "One of them was changed meanwhile."),
    ],
)
def test_what_can_not_be_is_refused_and_what_was_chosen_stays(
    sent: dict[str, Any], problem: str
) -> None:
    assessment = dated("One", review_on=YESTERDAY)
    if sent.pop("chosen", False):
        sent |= {"assessment": str(assessment.pk)}
    response = staff(VIEW, REVIEW).post(ADDRESS, sent)
    assert response.status_code == 422
    page = text_of(response)
    assert problem in page
    assert ("checked" in page) == (sent.get("assessment") == str(assessment.pk))
    assert Assessment.objects.get().review_on == YESTERDAY


def test_only_staff_see_it_and_only_those_who_review_change_it() -> None:
    assessment = dated("One", review_on=YESTERDAY)
    sent = {"assessment": [assessment.pk], "action": "reviewed"}
    for client in (Client(), staff(REVIEW)):
        assert client.get(ADDRESS).status_code == 404
        assert client.post(ADDRESS, sent).status_code == 404
    assert staff(VIEW).post(ADDRESS, sent).status_code == 404
    assert Assessment.objects.get().reviewed_at is None


@pytest.mark.parametrize(
    "asked",
    [{"reason": "hunger"}, {"page": "0"}, {"page": "x"}, {"page": "1000000"}, {"page": "²"}],
)
def test_a_page_that_can_not_be_is_not_there(asked: dict[str, str]) -> None:
    make_edition()
    assert staff(VIEW).get(ADDRESS, asked).status_code == 404


def test_nothing_due_says_what_will_be() -> None:
    make_edition()
    assert "Nothing is due." in text_of(staff(VIEW).get(ADDRESS))


def test_it_goes_on_on_another_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessor.views.staff.due.ON_A_PAGE", 2)
    for days in (3, 2, 1):
        dated(f"Plan {days}", review_on=localdate() - timedelta(days=days))
    client = staff(VIEW)
    first, second = (text_of(client.get(ADDRESS, {"page": page})) for page in (1, 2))
    assert first.index("Plan 3") < first.index("Plan 2")
    assert "Plan 1" not in first
    assert 'rel="next"' in first
    assert "Plan 1" in second
    assert 'rel="next"' not in second
    assert 'rel="prev"' in second


@pytest.mark.parametrize("reason", ["", "law", "leader"])
def test_it_takes_the_same_queries_however_much_is_due(reason: str) -> None:
    client = staff(VIEW)
    rows = [dated("One", review_on=YESTERDAY, law_on=YESTERDAY)]
    few = _queries(client, reason)
    rows += [dated("More", review_on=YESTERDAY, law_on=YESTERDAY) for _ in range(4)]
    assert _queries(client, reason) == few <= 16


def _queries(client: Client, reason: str) -> int:
    client.get(ADDRESS, {"reason": reason})
    with CaptureQueriesContext(connection) as queries:
        client.get(ADDRESS, {"reason": reason})
    return len(queries)
