"""What is kept no longer than the policy says, and what stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from assessor import environment
from assessor.models import Assessment, AuditEntry
from assessor.workflow import retention, reviewing
from assessor.workflow.retention import months_before
from tests.builders import database, make_assessment, owner_of, submitted
from tests.lives import signed_and, submitted_together, with_pdf
from tests.test_deployment import settings_say

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
COUNTED = ("assessor.AuditEntry", "assessor.AuditHead", "assessor.Tally")
"""Tables that tell of what is gone: that it was deleted, and how many there are."""


@pytest.fixture
def policy(settings: Settings) -> None:
    """Drafts are kept 30 days, what was submitted 24 months, what was approved for ever."""
    settings.KEEP_DRAFTS_DAYS, settings.KEEP_SUBMITTED_MONTHS = 30, 24


def changed(assessment: Assessment, at: datetime) -> Assessment:
    """Return an assessment that was changed last at this moment."""
    Assessment.objects.filter(pk=assessment.pk).update(updated_at=at)
    return Assessment.objects.get(pk=assessment.pk)


def due() -> list[tuple[str, Assessment]]:
    return [(rule.kind, found) for rule in retention.rules(NOW) for found in retention.due(rule)]


def purge() -> list[str]:
    """Delete what is due; return the hashes of the PDFs that are gone."""
    done = [each for rule in retention.rules(NOW) for each in retention.delete(rule)]
    return [sha256 for _key, hashes in done for sha256 in hashes]


def test_without_a_policy_everything_is_kept() -> None:
    changed(make_assessment(), datetime(2001, 1, 1, tzinfo=UTC))
    assert retention.rules(NOW) == []


@pytest.mark.usefixtures("policy")
def test_a_draft_is_due_once_its_days_are_over_and_not_before() -> None:
    edge = NOW - timedelta(days=30)
    draft = changed(make_assessment(), edge)
    assert due() == []
    changed(draft, edge - SECOND)
    assert due() == [("draft", draft)]


@pytest.mark.usefixtures("policy")
def test_what_was_submitted_is_due_once_its_months_are_over_and_not_before() -> None:
    edge = datetime(2024, 11, 25, 12, tzinfo=UTC)
    assessment = changed(submitted().assessment, edge)
    assert due() == []
    changed(assessment, edge - SECOND)
    assert due() == [("submitted", assessment)]


@pytest.mark.usefixtures("policy")
def test_a_draft_with_a_report_counts_as_submitted() -> None:
    assessment = submitted().assessment
    reviewing.reopen(owner_of(assessment))
    changed(assessment, NOW - timedelta(days=300))
    assert due() == []
    changed(assessment, datetime(2024, 1, 1, tzinfo=UTC))
    assert due() == [("submitted", assessment)]


@pytest.mark.usefixtures("policy")
def test_nothing_approved_is_due_without_a_term_of_its_own(settings: Settings) -> None:
    edge = datetime(2021, 11, 25, 12, tzinfo=UTC)
    assessment = changed(signed_and("approved", submitted_together()), edge)
    assert due() == []
    settings.KEEP_APPROVED_MONTHS = 60
    assert due() == []
    changed(assessment, edge - SECOND)
    assert due() == [("approved", assessment)]


@pytest.mark.usefixtures("policy")
def test_what_was_declined_is_kept_as_long_as_what_was_submitted() -> None:
    declined = changed(
        signed_and("declined", submitted_together()), datetime(2024, 1, 1, tzinfo=UTC)
    )
    assert due() == [("submitted", declined)]


def test_the_other_terms_do_without_each_other(settings: Settings) -> None:
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    approved = changed(signed_and("approved", submitted_together()), long_ago)
    changed(make_assessment(), long_ago)
    changed(submitted().assessment, long_ago)
    settings.KEEP_APPROVED_MONTHS = 12
    assert due() == [("approved", approved)]


@pytest.mark.parametrize(
    ("moment", "months", "before"),
    [
        ((2026, 11, 25), 1, (2026, 10, 25)),
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2028, 3, 31), 1, (2028, 2, 29)),
        ((2028, 2, 29), 12, (2027, 2, 28)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 12, 31), 24, (2024, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(
    moment: tuple[int, int, int], months: int, before: tuple[int, int, int]
) -> None:
    found = months_before(datetime(*moment, 7, 30, tzinfo=UTC), months)
    assert found == datetime(*before, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "", "٣"])
def test_a_term_that_is_no_number_of_days_is_refused(text: str) -> None:
    """One of -1 days would delete everything."""
    with pytest.raises(ImproperlyConfigured, match="KEEP_DRAFTS_DAYS"):
        environment.term("KEEP_DRAFTS_DAYS", text)


def test_the_terms_come_from_the_environment(tmp_path: Path) -> None:
    expression = "KEEP_DRAFTS_DAYS, KEEP_SUBMITTED_MONTHS, KEEP_APPROVED_MONTHS"
    assert settings_say(expression, tmp_path) == "0 0 0"
    said = settings_say(expression, tmp_path, KEEP_DRAFTS_DAYS="30", KEEP_APPROVED_MONTHS="120")
    assert said == "30 0 120"


# ---------------------------------------------------------------- carried out


@pytest.mark.usefixtures("policy")
def test_what_is_due_goes_for_good_and_everything_else_stays() -> None:
    kept = changed(submitted().assessment, NOW)
    before = database(*COUNTED)
    draft = changed(make_assessment(), NOW - timedelta(days=31))
    together = submitted_together()
    pdf = with_pdf(together.reports.get())
    changed(together, datetime(2024, 1, 1, tzinfo=UTC))
    assert purge() == [pdf]
    assert list(Assessment.objects.all()) == [kept]
    assert database(*COUNTED) == before
    lines = AuditEntry.objects.filter(event="assessment.deleted").order_by("pk")
    assert [(line.actor, line.subject) for line in lines] == [
        ("retention", f"assessment {draft.pk}"),
        ("retention", f"assessment {together.pk}"),
    ]
    assert purge() == []


def test_what_was_approved_goes_by_its_own_term(settings: Settings) -> None:
    settings.KEEP_APPROVED_MONTHS = 12
    changed(signed_and("approved", submitted_together()), datetime(2020, 1, 1, tzinfo=UTC))
    purge()
    assert not Assessment.objects.exists()


@pytest.mark.usefixtures("policy")
def test_what_somebody_changes_meanwhile_stays() -> None:
    first, second = (changed(make_assessment(), NOW - timedelta(days=31 + n)) for n in (1, 0))
    (rule, *_others) = retention.rules(NOW)
    steps = retention.delete(rule)
    assert next(steps)[0] == first.pk
    changed(second, NOW)
    assert list(steps) == []
    assert Assessment.objects.get() == second


@pytest.mark.usefixtures("policy")
def test_more_than_are_held_in_memory_at_once_go_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "CHUNK", 2)
    for days in range(31, 36):
        changed(make_assessment(), NOW - timedelta(days=days))
    assert len(due()) == 5
    purge()
    assert not Assessment.objects.exists()
