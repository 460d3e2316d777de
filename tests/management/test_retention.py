"""manage.py retention: it lists before it deletes, and names nobody."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from assessor.models import Assessment
from assessor.report import kept_files
from tests.builders import database, make_assessment
from tests.lives import WORDS, submitted_together, with_pdf

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("retention", *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def old(settings: Settings) -> Assessment:
    """One that was submitted long ago, under a policy; and a draft that is new."""
    settings.KEEP_DRAFTS_DAYS, settings.KEEP_SUBMITTED_MONTHS = 30, 12
    assessment = submitted_together()
    year = timezone.now() - timedelta(days=400)
    Assessment.objects.filter(pk=assessment.pk).update(updated_at=year)
    make_assessment(initiative="New")
    return assessment


def test_without_a_policy_it_says_that_everything_is_kept() -> None:
    assert run() == run("--delete") == "No term is set: everything is kept.\n"


def test_it_only_lists_unless_it_is_told_to_delete(old: Assessment) -> None:
    before = database()
    said = run()
    assert database() == before
    assert str(old.pk) in said
    assert "unchanged for 12 months" in said
    assert "1 would be deleted: draft 0, submitted 1. Nothing was: add --delete to do it." in said
    assert [word for word in WORDS if word in said] == []


def test_it_deletes_when_told_to_with_the_pdfs_of_this_machine(old: Assessment) -> None:
    pdf = with_pdf(old.reports.get())
    said = run("--delete")
    assert f"{old.pk}  deleted  1 of 1  unchanged for 12 months" in said
    assert said.endswith("1 deleted: draft 0, submitted 1.\n")
    assert [row.initiative for row in Assessment.objects.all()] == ["New"]
    assert kept_files.get(pdf) is None
    assert run() == "Nothing is due: draft 0, submitted 0.\n"
