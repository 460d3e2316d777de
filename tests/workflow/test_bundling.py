"""Bundles: what is in one, how far it is, and that nothing is lost."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessor.knowledge import read_document
from assessor.knowledge.overlay import Settings, derived
from assessor.models import Assessment, AuditEntry, Bundle, BundleItem, Report, ReportPdf
from assessor.workflow import bundling, erasing, publishing
from assessor.workflow.bundling import NothingToBundle, Progress, TooMany
from assessor.workflow.publishing import Editor
from tests.builders import make_assessment, submitted
from tests.knowledge.editions import document
from tests.lives import signed_and, submitted_together, with_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("reviewer")


def reports_in(bundle: Bundle) -> list[int]:
    return list(bundle.items.values_list("report", flat=True))


def pdf_of(report: Report) -> ReportPdf:
    return ReportPdf.objects.get(sha256=with_pdf(report))


def test_a_bundle_holds_the_latest_report_of_each_in_the_order_given(user: User) -> None:
    first = signed_and("approved", submitted_together())
    second = submitted()
    make_assessment()
    found = Assessment.objects.order_by("created_at")
    bundle = bundling.start_bundle(user, found)
    latest = first.latest_report()
    assert latest is not None
    assert latest.number > 1
    assert reports_in(bundle) == [latest.pk, second.pk]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.event, entry.actor) == ("bundle.made", f"user {user.pk}")
    assert entry.subject == f"bundle {bundle.pk}"


def test_keys_will_do_too(user: User) -> None:
    report = submitted()
    submitted()
    bundle = bundling.start_bundle(user, [report.assessment_id, uuid.uuid4()])
    assert reports_in(bundle) == [report.pk]


def test_nothing_and_too_much_are_refused(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_assessment()
    with pytest.raises(NothingToBundle):
        bundling.start_bundle(user, Assessment.objects.all())
    submitted(), submitted()
    monkeypatch.setattr(bundling, "MOST_REPORTS", 1)
    with pytest.raises(TooMany):
        bundling.start_bundle(user, Assessment.objects.all())
    assert not Bundle.objects.exists()
    monkeypatch.setattr(bundling, "MOST_REPORTS", 2)
    assert len(reports_in(bundling.start_bundle(user, Assessment.objects.all()))) == 2


def test_pdfs_that_are_there_count_as_done(user: User) -> None:
    with_pdf(submitted())
    submitted()
    bundle = bundling.start_bundle(user, Assessment.objects.all())
    assert bundling.progress(bundle) == Progress(total=2, done=1, failed=0)


def test_a_bundle_is_on_the_paper_of_the_organisation(user: User) -> None:
    with_pdf(submitted())
    settings = Settings(name="Northwind", paper="letter")
    ours = read_document(derived(document(), settings, revision=1))
    publishing.publish_at_once(ours, Editor("Kim", "user 7"))
    bundle = bundling.start_bundle(user, Assessment.objects.all())
    assert bundle.paper == "letter"
    assert bundling.progress(bundle).done == 0


# ---------------------------------------------------------------- a second click


def made_earlier(bundle: Bundle, by: timedelta) -> None:
    Bundle.objects.filter(pk=bundle.pk).update(made_at=timezone.now() - by)


def chosen(*reports: Report) -> list[uuid.UUID]:
    return [report.assessment_id for report in reports]


def test_a_second_click_leads_to_the_bundle_of_the_first(user: User) -> None:
    reports = submitted(), submitted()
    first = bundling.start_bundle(user, chosen(*reports))
    assert bundling.start_bundle(user, chosen(*reports)) == first
    assert AuditEntry.objects.filter(event="bundle.made").count() == 1
    assert BundleItem.objects.count() == 2


def test_after_a_minute_it_is_wanted_again(user: User) -> None:
    report = submitted()
    first = bundling.start_bundle(user, chosen(report))
    made_earlier(first, timedelta(minutes=1))
    assert bundling.start_bundle(user, chosen(report)) != first


def test_other_reports_of_the_same_number_are_another_bundle(user: User) -> None:
    one, two, three, four = (submitted() for _ in range(4))
    wanted = [chosen(one, two, four), chosen(one, three, four), chosen(one, four), chosen(one)]
    assert len({bundling.start_bundle(user, each).pk for each in wanted}) == 4


def test_a_later_report_is_another_bundle(user: User) -> None:
    assessment = submitted_together()
    first = bundling.start_bundle(user, [assessment.pk])
    signed_and("approved", assessment)
    assert bundling.start_bundle(user, [assessment.pk]) != first


def test_another_account_or_paper_is_another_bundle(user: User) -> None:
    report = submitted()
    first = bundling.start_bundle(user, chosen(report))
    assert bundling.start_bundle(User.objects.create_user("other"), chosen(report)) != first
    Bundle.objects.filter(pk=first.pk).update(paper="letter")
    assert bundling.start_bundle(user, chosen(report)) != first


def test_what_was_stopped_is_started_anew_on_purpose(user: User) -> None:
    report = submitted()
    first = bundling.start_bundle(user, chosen(report))
    bundling.stop(first)
    assert bundling.start_bundle(user, chosen(report)) != first


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_bundle() -> None:
    user, report = User.objects.create_user("reviewer"), submitted()
    together = Barrier(2)

    def click(_number: int) -> uuid.UUID:
        together.wait(timeout=30)
        try:
            return bundling.start_bundle(user, chosen(report)).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert len(set(threads.map(click, range(2)))) == 1
    assert Bundle.objects.count() == 1


def test_however_much_is_in_it_starting_a_bundle_asks_the_same(user: User) -> None:
    reports = [submitted() for _ in range(6)]
    assert _queries(user, reports[:1]) == _queries(user, reports)


def _queries(user: User, reports: list[Report]) -> int:
    with CaptureQueriesContext(connection) as queries:
        bundling.start_bundle(user, chosen(*reports))
    return len(queries)


# ---------------------------------------------------------------- going on


def test_it_goes_on_from_where_it_was_and_past_what_fails(user: User) -> None:
    first, second, third = submitted(), submitted(), submitted()
    bundle = bundling.start_bundle(user, Assessment.objects.order_by("created_at"))
    item = bundling.next_item(bundle)
    assert item is not None
    assert item.report == first
    bundling.made(item, pdf_of(first))
    item = bundling.next_item(Bundle.objects.get())
    assert item is not None
    assert item.report == second
    bundling.failed(item, "No room.")
    item = bundling.next_item(bundle)
    assert item is not None
    assert item.report == third
    found = bundling.progress(bundle)
    assert (found.done, found.failed, found.left, found.ended) == (1, 1, 1, 2)


def test_a_stopped_bundle_makes_nothing_until_it_goes_on(user: User) -> None:
    submitted()
    bundle = bundling.start_bundle(user, Assessment.objects.all())
    item = bundling.next_item(bundle)
    assert item is not None
    bundling.failed(item, "No room.")
    bundling.stop(bundle)
    bundle.refresh_from_db()
    assert bundling.next_item(bundle) is None
    bundling.go_on(bundle)
    bundle.refresh_from_db()
    assert bundling.next_item(bundle) == item
    assert bundling.progress(bundle).failed == 0


def test_a_report_that_is_deleted_leaves_its_bundle(user: User) -> None:
    report = submitted()
    bundle = bundling.start_bundle(user, Assessment.objects.all())
    item = bundling.next_item(bundle)
    assert item is not None
    bundling.made(item, pdf_of(report))
    erasing.erase(report.assessment, "user 7")
    assert not BundleItem.objects.exists()
    bundling.failed(item, "Too late.")
    assert bundling.progress(bundle) == Progress(0, 0, 0)


def test_old_bundles_are_forgotten_and_their_pdfs_stay(user: User) -> None:
    with_pdf(submitted())
    old = bundling.start_bundle(user, Assessment.objects.all())
    made_earlier(old, timedelta(minutes=1))
    new = bundling.start_bundle(user, Assessment.objects.all())
    assert bundling.delete_old() == 0
    made_earlier(old, timedelta(days=7, minutes=1))
    assert bundling.delete_old() == 1
    assert Bundle.objects.get() == new
    assert ReportPdf.objects.count() == 1


def test_whoever_makes_a_new_bundle_forgets_old_ones(user: User) -> None:
    report = submitted()
    old = bundling.start_bundle(user, Assessment.objects.all())
    made_earlier(old, timedelta(days=7, minutes=1))
    assert bundling.start_bundle(user, [report.assessment_id]) != old
    assert not Bundle.objects.filter(pk=old.pk).exists()


def test_bundles_are_listed_with_how_far_they_are(user: User) -> None:
    with_pdf(submitted())
    submitted()
    bundling.start_bundle(user, Assessment.objects.all())
    of_another = User.objects.create_user("other")
    bundling.start_bundle(of_another, Assessment.objects.all())
    ((bundle, progress),) = bundling.bundles_of(user)
    assert bundle.made_by == user
    assert progress == bundling.progress(bundle) == Progress(2, 1, 0)
