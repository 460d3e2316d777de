"""Counts that are kept up: whatever happens, they are what counting anew gives."""

import uuid
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from assessor.access import Decider
from assessor.knowledge import UNKNOWN
from assessor.models import Assessment, Report, Tally
from assessor.workflow import erasing, issuing, moving, reviewing, tallying
from assessor.workflow.reviewing import Decision
from assessor.workflow.tallying import EVER, EVERYWHERE, Scope, Thing
from tests.advice.answers import situation
from tests.builders import another_edition, complete, make_assessment, owner_of, submitted
from tests.lives import signed_and, submitted_together

pytestmark = pytest.mark.django_db


def count(kind: str, key: str = "", value: str = "", scope: Scope = EVERYWHERE) -> int:
    return tallying.stored()[Thing(kind, key, value), scope]


def is_right() -> bool:
    """Say whether the counts are those that counting anew gives."""
    return tallying.stored() == tallying.counts(Assessment.objects.all())


def decided(report: Report, chosen: str, step: str = "approved") -> Assessment:
    decision = Decision(report.suggestion_sha256, step, reason="Cheaper.", chosen=chosen)
    reviewing.decide(Decider(report.assessment, "Kim", "", "user 7"), decision)
    return Assessment.objects.get(pk=report.assessment_id)


def test_a_draft_counts_as_a_draft_and_nothing_else() -> None:
    make_assessment(situation())
    assert {thing for thing, _scope in tallying.stored()} == {Thing("status", "draft")}


def test_submitting_counts_what_the_report_says() -> None:
    report = submitted(
        situation(reg_sector=["health", "finance"], gov_harm=UNKNOWN, reg_data=["personal"])
    )
    assert count("status", "draft") == 0
    assert count("status", "submitted") == 1
    assert count("suggested", report.leader, "open") == 1
    assert count("sector", "health", f"{report.leader}/open") == 1
    assert count("sector", "finance", f"{report.leader}/open") == 1
    assert count("unknown", "gov_harm") == 1
    missing = [c.control for c in report.as_suggestion.controls if c.status != "in_place"]
    assert missing
    assert all(count("missing", control) == 1 for control in missing)


def test_what_is_counted_is_parted_by_edition_and_month_of_the_submission() -> None:
    report = submitted()
    month = tallying.month_of(report.issued_at)
    there = Scope(report.edition.version, month)
    at_any_time = Scope(report.edition.version, EVER)
    assert count("status", "submitted", scope=there) == 1
    assert count("status", "submitted", scope=at_any_time) == 1
    assert {scope for _thing, scope in tallying.stored()} == {EVERYWHERE, at_any_time, there}


def test_assessments_share_each_class_of_data_in_each_jurisdiction() -> None:
    report = submitted(
        situation(
            reg_data=["personal", "internal"], reg_jurisdiction=["eu", "us"], reg_residency="region"
        )
    )
    shared = {t.value for t, scope in tallying.stored() if t.kind == "shared" and not scope.edition}
    assert shared == {
        f"{data}/{where}/region" for data in ("personal", "internal") for where in ("eu", "us")
    }
    assert count("shared", report.leader, "personal/eu/region") == 1


def test_nobody_shares_what_they_do_not_know() -> None:
    submitted(situation(reg_residency=UNKNOWN))
    assert not [thing for thing, _scope in tallying.stored() if thing.kind == "shared"]


def test_choosing_otherwise_counts_which_architecture_in_place_of_which() -> None:
    report = submitted()
    other = report.as_suggestion.ranking[1].architecture
    decided(report, other)
    assert count("suggested", report.leader, "open") == 0
    assert count("suggested", report.leader, "otherwise") == 1
    assert count("otherwise", report.leader, other) == 1
    assert count("chosen", other) == 1


def test_the_column_tells_of_choosing_otherwise_as_the_counts_do() -> None:
    follows, differs, declined = submitted(), submitted(), submitted()
    other = differs.as_suggestion.ranking[1].architecture
    decided(follows, follows.leader)
    decided(differs, other)
    decided(declined, "", step="declined")
    found = Assessment.objects.filter(chose_otherwise=True)
    assert list(found) == [differs.assessment]
    outcomes = {thing.value for thing, _scope in tallying.stored() if thing.kind == "suggested"}
    assert outcomes == {"followed", "otherwise", "declined"}


@pytest.mark.parametrize("seconds", [0, 59, 754, 86_523, 31_536_000])
def test_time_is_counted_five_per_cent_more_or_less(seconds: int) -> None:
    report = submitted()
    start = report.issued_at - timedelta(seconds=seconds)
    Assessment.objects.filter(pk=report.assessment_id).update(created_at=start)
    found = {thing for thing, _scope in tallying.counts_of(report.assessment_id)}
    (counted,) = (int(thing.key) for thing in found if thing.kind == "time")
    assert abs(counted - seconds) <= max(1, seconds * 0.05)


def test_through_a_whole_life_the_counts_stay_right() -> None:
    submitted()
    assessment = submitted_together()
    assert is_right()
    assessment = signed_and("changes", assessment)
    reviewing.reopen(owner_of(assessment))
    assert is_right()
    complete(assessment, {"reg_sector": ["defence"]})
    issuing.submit(owner_of(assessment))
    assert is_right()
    approved = signed_and("approved", submitted_together())
    assert is_right()
    erasing.erase(approved, "user 7", even_approved=True)
    assert is_right()
    assert count("status", "approved") == 0


def test_moving_a_draft_to_another_edition_moves_what_its_report_said() -> None:
    report = submitted()
    owner = owner_of(report.assessment)
    reviewing.reopen(owner)
    edition = another_edition()
    moving.move(owner, edition.version, Assessment.objects.get().revision)
    assert is_right()
    month = tallying.month_of(report.issued_at)
    assert count("suggested", report.leader, "open", Scope(edition.version, month)) == 1


def test_a_step_that_fails_counts_nothing() -> None:
    report = submitted()
    before = tallying.stored()
    with pytest.raises(RuntimeError):
        _approve_and_fail(report.assessment_id)
    assert tallying.stored() == before


@transaction.atomic
def _approve_and_fail(assessment_pk: uuid.UUID) -> None:
    with tallying.kept(assessment_pk):
        Assessment.objects.filter(pk=assessment_pk).update(status="approved")
    raise RuntimeError


def test_counting_anew_gives_the_same_and_mends_what_went_wrong() -> None:
    signed_and("approved", submitted_together())
    submitted(situation(gov_harm=UNKNOWN))
    make_assessment()
    kept = tallying.stored()
    tallying.rebuild()
    assert tallying.stored() == kept
    Tally.objects.update(count=7)
    tallying.rebuild()
    assert tallying.stored() == kept


def test_keeping_up_takes_the_same_queries_however_much_is_counted() -> None:
    report = submitted()
    queries = _queries_of_a_change(report)
    for _ in range(5):
        submitted()
    assert _queries_of_a_change(report) == queries <= 5


def _queries_of_a_change(report: Report) -> int:
    with CaptureQueriesContext(connection) as queries, tallying.kept(report.assessment_id):
        pass
    return len(queries)


def test_an_assessment_that_is_gone_adds_nothing() -> None:
    assert not tallying.counts_of(uuid.uuid4())


def test_the_migrations_count_and_date_as_the_program_does() -> None:
    signed_and("approved", submitted_together())
    submitted(situation(reg_sector=["health", "finance"], gov_harm=UNKNOWN))
    make_assessment()
    kept, days = tallying.stored(), list(Assessment.objects.values_list("pk", "due_on"))
    Tally.objects.all().delete()
    Assessment.objects.update(law_on=None, content_on=None)
    import_module("assessor.migrations.0013_bundles").fill(apps, None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("assessor.migrations.0021_tallies_at_any_time").ADD_UP)
    assert tallying.stored() == kept
    assert list(Assessment.objects.values_list("pk", "due_on")) == days
