"""manage.py bundle: everything that is looked for in one ZIP."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from assessor.models import Assessment, AuditEntry, Bundle, Paper, Report, ReportPdf
from assessor.report import issued
from assessor.report.pdf import PdfError
from assessor.views.erasing import erase
from assessor.workflow import audit, bundling
from tests.advice.answers import situation
from tests.builders import make_edition, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let PDFs be a few bytes, and return of which initiatives they were made."""
    made: list[str] = []

    def pdf_for(record: Any, *_more: Any) -> bytes:
        made.append(record.initiative)
        if record.initiative == "broken":
            raise PdfError("No room.")
        return b"%PDF"

    monkeypatch.setattr(issued, "pdf_for", pdf_for)
    return made


def bundle(*arguments: str, **options: Any) -> str:
    output = StringIO()
    call_command("bundle", *arguments, stdout=output, **options)
    return output.getvalue()


def names(path: Path) -> list[str]:
    with ZipFile(path) as file:
        return file.namelist()


def test_everything_that_is_looked_for_is_in_the_zip(tmp_path: Path) -> None:
    submitted(initiative="One")
    submitted(situation(reg_residency="sovereign"), initiative="Two", organisation="Tailwind")
    out = tmp_path / "all.zip"
    assert bundle(str(out)) == f"2 PDFs are in {out}.\n"
    assert len(names(out)) == 3
    one = bundle(str(out), "--organisation=Tailwind", "--answer=reg_residency:sovereign")
    assert one == f"1 PDF is in {out}.\n"
    assert len(names(out)) == 2
    assert names(out)[0].startswith("assessor-two-")
    assert AuditEntry.objects.filter(event="bundle.downloaded", actor="command").count() == 2
    assert AuditEntry.objects.filter(event="report.downloaded", actor="command").count() == 3


def test_a_second_run_makes_no_pdf_again(tmp_path: Path, made: list[str]) -> None:
    submitted(initiative="One")
    bundle(str(tmp_path / "a.zip"))
    submitted(initiative="Two")
    bundle(str(tmp_path / "b.zip"))
    assert made == ["One", "Two"]


def test_what_can_not_be_made_is_told_and_the_rest_is_there(tmp_path: Path) -> None:
    submitted(initiative="broken")
    submitted(initiative="One")
    out = tmp_path / "all.zip"
    with pytest.raises(CommandError, match="1 could not be made"):
        bundle(str(out))
    assert len(names(out)) == 2
    assert logged() == [Report.objects.get(initiative="One")]


def logged() -> list[Report]:
    """Return the reports that the audit log says were taken."""
    reports = Report.objects.order_by("pk")
    taken = AuditEntry.objects.filter(event="report.downloaded")
    of = set(taken.values_list("subject", flat=True))
    return [
        report
        for report in reports
        if f"assessment {report.assessment_id} report {report.number} pdf" in of
    ]


@pytest.mark.parametrize("erased", ["before", "after"])
def test_what_is_deleted_meanwhile_is_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, erased: str
) -> None:
    """Before its turn has come, or after its PDF was found and before that was read."""
    for name in ("One", "Two", "Three"):
        submitted(initiative=name)
    original = issued.pdf_of

    def pdf_of(report: Report, paper: Paper) -> ReportPdf:
        pdf = original(report, paper)
        if report.initiative == {"before": "One", "after": "Two"}[erased]:
            erase(Assessment.objects.get(initiative="Two"), "owner")
        return pdf

    monkeypatch.setattr(issued, "pdf_of", pdf_of)
    out = tmp_path / "all.zip"
    said = bundle(str(out))
    assert said == f"2 PDFs are in {out}.\nDeleted meanwhile, and not in it: 1.\n"
    assert len(names(out)) == 3
    with ZipFile(out) as file:
        assert "deleted meanwhile" in file.read("manifest.csv").decode("utf-8-sig")
    assert [report.initiative for report in logged()] == ["One", "Three"]
    assert AuditEntry.objects.get(event="bundle.downloaded").subject == "reports 2"


def test_a_few_are_recorded_at_a_time_and_none_is_handed_out_that_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever signs in meanwhile waits for a few at most."""
    for name in ("One", "Two", "Three"):
        submitted(initiative=name)
    record = audit.record

    def third_fails(event: str, actor: str, *, of: str) -> None:
        if len(logged()) == 2:
            raise OperationalError
        record(event, actor, of=of)

    monkeypatch.setattr(bundling, "NOTED_AT_ONCE", 2)
    monkeypatch.setattr(audit, "record", third_fails)
    with pytest.raises(OperationalError):
        bundle(str(tmp_path / "all.zip"))
    assert len(logged()) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_interrupted_leaves_no_half_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted()

    def interrupted(*_more: Any) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(issued, "pdf_for", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bundle(str(tmp_path / "all.zip"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("--status=lost", "--status: Select a valid choice"),
        ("--organisation=Nobody", "No report is found"),
    ],
)
def test_a_query_that_finds_nothing_is_an_error(tmp_path: Path, query: str, problem: str) -> None:
    make_edition()
    submitted()
    with pytest.raises(CommandError, match=problem):
        bundle(str(tmp_path / "all.zip"), query)


def test_a_file_is_asked_for_and_has_to_be_writable(tmp_path: Path) -> None:
    submitted()
    with pytest.raises(CommandError, match="Name the file"):
        bundle()
    with pytest.raises(CommandError, match="was not written"):
        bundle(str(tmp_path / "nowhere" / "all.zip"))


def test_old_bundles_are_tidied_away() -> None:
    submitted()
    old = bundling.start_bundle(User.objects.create_user("x"), Assessment.objects.all())
    Bundle.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(days=8))
    assert bundle(tidy=True) == "Forgotten: 1.\n"
    assert not Bundle.objects.exists()
