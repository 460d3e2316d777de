"""Deleting for good: nothing of the assessment stays but a line in the audit log."""

import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from assessor.models import Assessment, AuditEntry, Report, ReportPdf, Signature
from assessor.report import issued
from assessor.report.pdf import PdfError
from assessor.workflow import drafts, erasing
from assessor.workflow.drafts import Origin, Start
from assessor.workflow.erasing import Approved
from tests.builders import database, stored, submitted
from tests.lives import WORDS, signed_and, submitted_together, with_pdf

pytestmark = pytest.mark.django_db

COUNTED = ("assessor.AuditEntry", "assessor.AuditHead", "assessor.Tally")
"""Tables that tell of what is gone: that it was deleted, and how many there are."""


def test_everything_of_it_goes_and_nothing_of_another_one() -> None:
    other = submitted().assessment
    before = database(*COUNTED)
    assessment = signed_and("declined", submitted_together())
    with_pdf(assessment.reports.latest("number"))
    assert database(*COUNTED) != before
    erasing.erase(assessment, "owner")
    assert database(*COUNTED) == before
    assert Assessment.objects.get() == other


def test_the_hashes_of_the_pdfs_are_told_so_that_they_can_be_deleted_too() -> None:
    assessment = submitted_together()
    with_pdf(submitted())
    mine = with_pdf(assessment.reports.get())
    assert erasing.erase(assessment, "owner") == [mine]


def test_one_line_stays_and_says_nothing_of_what_was_deleted() -> None:
    assessment = submitted_together()
    erasing.erase(assessment, "owner")
    last = AuditEntry.objects.latest("pk")
    assert (last.event, last.actor, last.subject) == (
        "assessment.deleted",
        "owner",
        f"assessment {assessment.pk}",
    )
    log = repr(list(AuditEntry.objects.values_list()))
    assert [word for word in WORDS if word in log] == []


def test_what_was_approved_stays_unless_an_administrator_deletes_it() -> None:
    assessment = signed_and("approved", submitted_together())
    before = database()
    with pytest.raises(Approved):
        erasing.erase(assessment, "owner")
    assert database() == before
    erasing.erase(assessment, "user 1", even_approved=True)
    assert not Assessment.objects.exists()
    assert not Report.objects.exists()


def test_what_is_approved_meanwhile_stays() -> None:
    """The owner's page was shown before the decision."""
    shown_before = submitted_together()
    signed_and("approved", Assessment.objects.get())
    with pytest.raises(Approved):
        erasing.erase(shown_before, "owner")


def test_an_assessment_started_from_it_stays_and_forgets_where_it_came_from() -> None:
    source = submitted()
    start = Start(uuid.uuid4(), "Copy", "Northwind")
    copy, _token = drafts.start_from(
        Origin(source.assessment, source), start, {"where_scope": "enterprise"}
    )
    erasing.erase(source.assessment, "owner")
    left = Assessment.objects.get()
    assert left == copy.assessment
    assert left.origin is None
    assert stored(left)["where_scope"] == "enterprise"


@pytest.mark.django_db(transaction=True)
def test_a_pdf_that_is_made_meanwhile_finds_its_report_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = submitted()
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF")
    signatures = Signature.objects.filter
    with ThreadPoolExecutor(1) as worker:
        made: list[Future[ReportPdf]] = []

        def meanwhile(**found: Any) -> QuerySet[Signature]:
            made.append(worker.submit(alone, lambda: issued.pdf_of(report)))
            wait(made, timeout=1)
            return signatures(**found)

        monkeypatch.setattr(Signature.objects, "filter", meanwhile)
        erasing.erase(report.assessment, "owner")
    with pytest.raises(PdfError, match="deleted meanwhile"):
        made[0].result()
    assert not ReportPdf.objects.exists()


def alone(make: Callable[[], ReportPdf]) -> ReportPdf:
    """Work with a database connection that nobody else has."""
    try:
        return make()
    finally:
        connection.close()
