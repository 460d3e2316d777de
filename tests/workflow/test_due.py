"""Which suggestions are due, why, and what looking again does."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessor.models import (
    Assessment,
    AuditEntry,
    EditionDraft,
    Report,
    Rerun,
    RerunEffect,
)
from assessor.workflow import audit, due, indexing
from assessor.workflow.due import Reason
from tests.advice.answers import situation
from tests.builders import another_edition, make_assessment, submitted
from tests.knowledge.editions import shipped
from tests.lives import signed_and, submitted_together

pytestmark = pytest.mark.django_db

LAWS_TO_COME = situation(
    reg_jurisdiction=["eu", "us"], reg_people_decisions="automatic", how_audience="external_direct"
)
TODAY = date(2027, 3, 1)
LATER = TODAY + timedelta(days=100)


def dated(report: Report | None = None, **columns: Any) -> Assessment:
    """Return a submitted assessment with these columns; other days are still to come."""
    report = report or submitted()
    values = {"review_on": LATER, "law_on": None, "content_on": None} | columns
    Assessment.objects.filter(pk=report.assessment_id).update(**values)
    return Assessment.objects.get(pk=report.assessment_id)


def keys(found: Any) -> list[Any]:
    return [each.pk for each in found]


# ---------------------------------------------------------------- when it is due


def test_a_report_says_when_to_look_again() -> None:
    report = submitted(LAWS_TO_COME)
    found = Assessment.objects.get(pk=report.assessment_id)
    day = timezone.localdate(report.issued_at)
    assert found.review_on == indexing.a_year_after(day)
    dates = [duty.applies_from for duty in report.as_suggestion.calendar]
    assert found.law_on == indexing.next_law(dates, day)
    as_of = date.fromisoformat(shipped().question_bank.meta.as_of)
    assert found.content_on == as_of + timedelta(days=180)
    days = (found.review_on, found.law_on, found.content_on)
    assert found.due_on == min(each for each in days if each)


def test_the_next_legal_date_is_the_first_that_is_to_come() -> None:
    dates = ["2025-02-02", "2027-12-02", "2027-01-01"]
    assert indexing.next_law(dates, date(2026, 12, 31)) == date(2027, 1, 1)
    assert indexing.next_law(dates, date(2027, 1, 1)) == date(2027, 12, 2)
    assert indexing.next_law(dates, date(2027, 12, 2)) is None


@pytest.mark.parametrize(
    "days",
    [
        {"review_on": TODAY},
        {"review_on": LATER, "law_on": TODAY},
        {"review_on": LATER, "content_on": TODAY},
        {"review_on": None, "law_on": LATER, "content_on": TODAY},
        {"review_on": LATER, "law_on": TODAY, "content_on": LATER},
    ],
)
def test_the_first_of_the_days_makes_it_due(days: dict[str, Any]) -> None:
    assert dated(**days).due_on == TODAY
    assert keys(due.due(TODAY)) == keys(Assessment.objects.all())
    assert not due.due(TODAY - timedelta(days=1)).exists()


def test_without_any_day_it_is_never_due() -> None:
    assert dated(review_on=None).due_on is None


@pytest.mark.parametrize("status", ["draft", "changes", "declined"])
def test_what_is_no_suggestion_now_is_not_due(status: str) -> None:
    assessment = dated(review_on=TODAY)
    Assessment.objects.filter(pk=assessment.pk).update(status=status)
    assert not due.due(TODAY).exists()
    make_assessment()
    assert not due.due(TODAY).exists()


def test_that_which_waits_longest_comes_first() -> None:
    second = dated(review_on=TODAY)
    first = dated(law_on=TODAY - timedelta(days=3))
    dated()
    assert keys(due.due(TODAY)) == [first.pk, second.pk]
    assert keys(due.due(TODAY, "law")) == [first.pk]
    assert keys(due.due(TODAY, "review")) == [second.pk]
    assert keys(due.due(TODAY, "content")) == []


def test_all_reasons_are_told() -> None:
    assessment = dated(review_on=TODAY, content_on=TODAY - timedelta(days=9), law_on=LATER)
    assert due.days(assessment, TODAY) == {
        Reason.CONTENT: TODAY - timedelta(days=9),
        Reason.REVIEW: TODAY,
    }


# ---------------------------------------------------------------- looking again


def at(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat(f"{moment}T12:00+00:00"))


def test_marking_as_reviewed_settles_what_has_come_and_keeps_what_is_to_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = submitted(LAWS_TO_COME)
    dates = sorted(duty.applies_from for duty in report.as_suggestion.calendar)
    first, second = sorted({each for each in dates if each > "2026-11-25"})[:2]
    assessment = dated(report, law_on=date.fromisoformat(first), content_on=date(2026, 12, 1))
    at(first, monkeypatch)
    assert due.mark_reviewed([assessment.pk], "user 7") == 1
    found = Assessment.objects.get(pk=assessment.pk)
    assert found.reviewed_at == timezone.now()
    assert found.law_on == date.fromisoformat(second)
    assert found.content_on is None
    assert found.review_on == indexing.a_year_after(date.fromisoformat(first))
    assert not due.due(date.fromisoformat(first)).exists()
    entry = AuditEntry.objects.latest("pk")
    assert (entry.event, entry.actor) == ("assessment.reviewed", "user 7")


def test_a_review_may_hold_until_a_day_that_is_said() -> None:
    assessment = dated(review_on=date(2020, 1, 1))
    due.mark_reviewed([assessment.pk], "user 7", next_on=LATER)
    assert Assessment.objects.get(pk=assessment.pk).review_on == LATER


def test_putting_off_is_no_review() -> None:
    assessment = dated(review_on=date(2020, 1, 1), content_on=date(2020, 1, 1))
    assert due.put_off([assessment.pk], "user 7", LATER) == 1
    found = Assessment.objects.get(pk=assessment.pk)
    assert (found.review_on, found.content_on, found.reviewed_at) == (LATER, None, None)
    assert AuditEntry.objects.latest("pk").event == "assessment.scheduled"


def test_what_is_no_suggestion_now_is_passed_over() -> None:
    draft = make_assessment()
    assert due.mark_reviewed([draft.pk], "user 7") == 0
    assert not AuditEntry.objects.filter(event="assessment.reviewed").exists()


def test_deciding_is_looking_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assessment = submitted_together()
    review_on = assessment.review_on
    at("2027-06-01", monkeypatch)  # Its content has become old meanwhile.
    assert due.due(date(2027, 6, 1)).exists()
    decided = signed_and("approved", assessment)
    assert decided.content_on is None
    assert decided.review_on == review_on
    assert not due.due(date(2027, 6, 1)).exists()


def test_looking_at_more_takes_no_more_queries_but_for_the_log() -> None:
    chosen = [dated().pk for _ in range(4)]
    with CaptureQueriesContext(connection) as one:
        due.mark_reviewed(chosen[:1], "user 7")
    with CaptureQueriesContext(connection) as four:
        due.mark_reviewed(chosen, "user 7")
    with CaptureQueriesContext(connection) as a_line:
        audit.record("assessment.reviewed", "user 7", Assessment.objects.only("pk")[0])
    assert len(four) - len(one) == 3 * (len(a_line) - 1)


# ---------------------------------------------------------------- another edition


def published(*assessments: Assessment, now: str = "air_gapped", **about: Any) -> Rerun:
    """Publish an edition under which these have another leader."""
    edition = another_edition()
    draft = EditionDraft.objects.create(
        version=edition.version,
        sha256=edition.sha256,
        state="published",
        edition=edition,
        closed_at=timezone.now(),
    )
    rerun = Rerun.objects.create(draft=draft, state="finished")
    for assessment in assessments:
        values = {
            "edition": assessment.edition,
            "then": assessment.suggested,
            "now": now,
        } | about
        RerunEffect.objects.create(rerun=rerun, assessment=assessment, **values)
    return rerun


def test_another_leader_under_the_current_edition_makes_it_due() -> None:
    assessment = dated()
    dated()
    rerun = published(assessment)
    assert due.latest_rerun() == rerun
    assert [effect.assessment_id for effect in due.another_leads(rerun, TODAY)] == [assessment.pk]


def test_an_edition_that_was_not_worked_out_says_nothing() -> None:
    dated()
    assert due.latest_rerun() is None
    published(dated())
    another_edition("2027.2")
    assert due.latest_rerun() is None


def test_looking_again_ends_it() -> None:
    assessment = dated()
    rerun = published(assessment)
    due.mark_reviewed([assessment.pk], "user 7")
    assert not due.another_leads(rerun, TODAY).exists()


def test_whoever_looked_before_it_was_worked_out_could_not_know_it() -> None:
    assessment = dated()
    rerun = published(assessment)
    due.mark_reviewed([assessment.pk], "user 7")
    assert not due.another_leads(rerun, TODAY).exists()
    rerun.started_at = timezone.now()
    assert due.another_leads(rerun, TODAY).exists()


def test_what_the_current_edition_changes_may_not_be_worked_out_yet() -> None:
    rerun = published(dated())
    assert due.unworked() is None
    draft = rerun.draft
    rerun.delete()
    assert due.unworked() == draft
    another_edition("2027.2")
    assert due.unworked() is None


def test_putting_off_ends_it_until_its_day() -> None:
    assessment = dated()
    rerun = published(assessment)
    due.put_off([assessment.pk], "user 7", LATER)
    assert not due.another_leads(rerun, LATER - timedelta(days=1)).exists()
    assert due.another_leads(rerun, LATER).exists()


def test_putting_off_before_the_edition_came_ends_nothing() -> None:
    assessment = dated()
    due.put_off([assessment.pk], "user 7", LATER)
    assert due.another_leads(published(assessment), TODAY).exists()


def test_a_new_report_is_put_off_by_nobody() -> None:
    report = submitted()
    due.put_off([report.assessment_id], "user 7", LATER)
    indexing.index(report)
    assert Assessment.objects.get().put_off_at is None


def test_those_that_only_a_newer_edition_makes_due_are_told_apart() -> None:
    both, only = dated(review_on=TODAY), dated()
    rerun = published(both, only)
    found = due.only_another_leads(rerun, TODAY)
    assert [effect.assessment_id for effect in found] == [only.pk]


def test_another_suggestion_since_ends_it() -> None:
    rerun = published(dated(), then="air_gapped")
    assert not due.another_leads(rerun, TODAY).exists()
