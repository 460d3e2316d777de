"""Tables of assessments: who gets them, what they say, and that no cell is a formula."""

import csv
import io
import re
import tracemalloc
import zipfile
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from assessor.admin import exports
from assessor.finding import table
from assessor.finding.table import COLUMNS, Table, as_csv
from assessor.models import Assessment, AuditEntry, Bundle
from assessor.workflow import bundling
from tests.admin.test_detail import decided
from tests.admin.visits import act, reviewer, staff
from tests.advice.answers import situation
from tests.builders import Response, another_edition, make_assessment, submitted, text_of
from tests.knowledge.editions import shipped
from tests.report.records import CASES, NOTHING_IS_LEFT

pytestmark = pytest.mark.django_db

CSV, XLSX = "export_csv", "export_xlsx"
NASTY = '=HYPERLINK("http://evil.example","x")'


def content_of(response: Response) -> bytes:
    return b"".join(response.streaming_content)


def lines_of(response: Response) -> list[dict[str, str]]:
    text = content_of(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def sheets_of(response: Response) -> list[str]:
    """Return the XML of each sheet of a workbook, with nothing else in it that could be run."""
    with zipfile.ZipFile(io.BytesIO(content_of(response))) as book:
        assert not [name for name in book.namelist() if "vba" in name or "externalLink" in name]
        names = sorted(name for name in book.namelist() if "worksheets/sheet" in name)
        return [book.read(name).decode() for name in names]


# ---------------------------------------------------------------- who may, and what is noted


@pytest.mark.parametrize("action", [CSV, XLSX])
def test_reviewers_export_and_who_may_only_look_does_not(action: str) -> None:
    assessment = submitted().assessment
    assert content_of(act(reviewer(), action, assessment))
    response = act(staff("view_assessment"), action, assessment)
    assert response.status_code in {200, 302}
    assert not response.has_header("Content-Disposition")
    assert AuditEntry.objects.filter(event="assessments.exported").count() == 1


@pytest.mark.parametrize(("action", "form"), [(CSV, "csv"), (XLSX, "xlsx")])
def test_an_export_is_noted_with_how_many_and_in_what_form(action: str, form: str) -> None:
    two = [submitted().assessment, make_assessment()]
    response = act(reviewer(), action, *two)
    entry = AuditEntry.objects.get(event="assessments.exported")
    assert entry.subject == f"assessments 2 {form} ticked"
    assert entry.actor.startswith("user ")
    name = f"assessments-{localdate():%Y-%m-%d}.{form}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert content_of(response)


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("", 0),
        ("?o=-6&p=0", 0),
        ("?status=submitted&q=", 1),
        ("?answer=reg_residency:sovereign&answer=reg_sector:none&q=x", 3),
    ],
)
def test_an_export_of_all_that_is_found_is_noted_as_that_and_not_what_was_looked_for(
    query: str, filters: int
) -> None:
    submitted()
    content_of(act(reviewer(), CSV, query=query, select_across="on"))
    subject = AuditEntry.objects.get(event="assessments.exported").subject
    assert re.fullmatch(rf"assessments \d+ csv all found, filters: {filters}", subject)


# ---------------------------------------------------------------- which


def test_the_list_says_what_can_be_done_with_those_ticked() -> None:
    submitted()
    shown = text_of(reviewer().get(reverse("admin:assessor_assessment_changelist")))
    for words in ("Export as CSV", "Export as Excel workbook", "Bundle the PDFs"):
        assert words in shown


def test_those_ticked_are_exported_or_all_that_the_list_finds() -> None:
    first = submitted(initiative="First").assessment
    submitted(initiative="Second")
    make_assessment(initiative="Third")
    client = reviewer()
    ticked = lines_of(act(client, CSV, first))
    assert [line["initiative"] for line in ticked] == ["First"]
    query = "?status=submitted"
    found = lines_of(act(client, CSV, query=query, select_across="on"))
    assert [line["initiative"] for line in found] == ["Second", "First"]
    assert len(lines_of(act(client, CSV, select_across="on"))) == 3


def test_nothing_is_exported_where_what_is_looked_for_is_not_understood() -> None:
    submitted()
    response = act(reviewer(), CSV, query="?score_from=high", select_across="on")
    assert lines_of(response) == []


# ---------------------------------------------------------------- what


def test_the_table_says_what_the_list_shows_and_the_answers_in_words() -> None:
    report = submitted(
        situation(reg_residency="dont_know", why_success="Fewer letters."),
        initiative="Sort the mail",
        organisation="Harbour Trust",
    )
    (line,) = lines_of(act(reviewer(), CSV, report.assessment))
    assert list(line) == [*COLUMNS, *shipped().questions]
    name = report.knowledge.options[report.leader].short_name
    residency = report.knowledge.questions["reg_residency"]
    expected = {
        "initiative": "Sort the mail",
        "organisation": "Harbour Trust",
        "status": "Submitted",
        "suggestion": name,
        "decided_for": "",
        "score": f"{report.score:.1f}",
        "not_known": "1",
        "questions_not_known": residency.text,
        "edition": report.edition.version,
        "report": "1",
        "assessment": str(report.assessment_id),
        "reg_residency": report.knowledge.question_bank.meta.unknown_label,
        "how_tasks": "Read documents and pull out or sort information; "
        "Draft, rewrite, translate or summarise text",
        "why_success": "Fewer letters.",
    }
    assert {name: line[name] for name in expected} == expected
    assert datetime.fromisoformat(line["submitted"]).tzinfo is not None


def test_the_table_says_what_was_decided_and_why() -> None:
    report = decided()
    (line,) = lines_of(act(reviewer(), CSV, report.assessment))
    chosen = report.knowledge.options[report.sign_off["chosen"]].short_name
    assert (line["decided_for"], line["decided_because"]) == (chosen, "The GPUs are there")
    assert line["report"] == "4"


def test_a_draft_and_one_for_which_nothing_fits_have_empty_cells() -> None:
    rows = [make_assessment(situation()), submitted(CASES[NOTHING_IS_LEFT]).assessment]
    nothing, draft = lines_of(act(reviewer(), CSV, *rows))
    assert (draft["suggestion"], draft["score"], draft["where_scope"]) == ("", "", "")
    assert (nothing["suggestion"], nothing["result"]) == ("", "Nothing fits")


def test_answers_of_all_editions_stand_in_columns_of_their_own() -> None:
    other = another_edition("2027.1", why_success="why_worth")
    two = [
        submitted(situation(why_success="Old.")).assessment,
        make_assessment(edition=other),
    ]
    newer, older = lines_of(act(reviewer(), CSV, *two))
    assert (newer["edition"], older["edition"]) == ("2027.1", "2026.11.3")
    assert older["why_success"] == "Old."
    assert older["why_worth"] == ""


# ---------------------------------------------------------------- harmless


@pytest.mark.parametrize("text", [NASTY, "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", " =1"])
def test_no_cell_of_a_csv_is_a_formula(text: str) -> None:
    report = submitted(
        situation(why_success=text), initiative=f"x{text}"[1:], organisation=f"x{text}"[1:]
    )
    (line,) = lines_of(act(reviewer(), CSV, report.assessment))
    for name in ("initiative", "organisation", "why_success"):
        assert not line[name].lstrip().startswith(("=", "+", "-", "@"))
        assert text.strip() in line[name]


def test_no_cell_of_a_workbook_is_a_formula_or_a_link() -> None:
    report = submitted(
        situation(why_success="http://evil.example/"), initiative=NASTY, organisation=NASTY
    )
    first, second = sheets_of(act(reviewer(), XLSX, report.assessment))
    assert "<f>" not in first + second
    assert "<hyperlink" not in first
    assert first.count("&apos;=HYPERLINK") + first.count("'=HYPERLINK") == 2
    assert "http://evil.example/" in first


def test_a_workbook_has_dates_and_numbers_and_says_what_its_columns_mean() -> None:
    report = submitted()
    first, second = sheets_of(act(reviewer(), XLSX, report.assessment))
    assert '<pane xSplit="1" ySplit="1"' in first
    rows = re.findall(r"<row r=\"(\d+)\"", first)
    assert rows == ["1", "2"]
    last = re.findall(r"<c r=\"([A-Z]+)1\"", first)[-1]
    assert f'<autoFilter ref="A1:{last}2"/>' in first
    assert re.search(rf"<c r=\"G2\" s=\"\d+\"><v>{report.score:.1f}</v>", first)
    assert re.search(r"<c r=\"K2\" s=\"\d+\"><v>\d{5}\.\d+</v>", first)
    assert "Score of 100" in second
    assert shipped().questions["reg_residency"].text.split("?")[0] in second


# ---------------------------------------------------------------- PDFs


def test_pdfs_of_those_that_have_a_report_are_bundled() -> None:
    rows = [submitted().assessment, submitted().assessment, make_assessment()]
    response = act(reviewer(), "bundle_pdfs", *rows)
    bundle = Bundle.objects.get()
    assert response["Location"] == reverse("bundle", args=[bundle.pk])
    assert bundle.items.count() == 2


def test_two_clicks_lead_to_one_bundle() -> None:
    client, rows = reviewer(), [submitted().assessment, submitted().assessment]
    led = {act(client, "bundle_pdfs", *rows)["Location"] for _ in range(2)}
    assert led == {reverse("bundle", args=[Bundle.objects.get().pk])}


def test_what_cannot_be_bundled_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "MOST_REPORTS", 1)
    client = reviewer()
    two = [submitted().assessment, submitted().assessment]
    for rows, said in (([make_assessment()], "no report to bundle"), (two, "at most 1 reports")):
        response = act(client, "bundle_pdfs", *rows)
        assert said in client.get(response["Location"]).content.decode()
    assert not Bundle.objects.exists()


# ---------------------------------------------------------------- very many


def test_a_csv_is_sent_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "AT_ONCE", 1)
    rows = [submitted().assessment for _row in range(3)]
    response = act(reviewer(), CSV, *rows)
    assert response.streaming
    parts = iter(response.streaming_content)
    next(parts)
    Assessment.objects.filter(pk=rows[0].pk).update(initiative="Changed meanwhile")
    assert len(list(parts)) == 4


def test_rows_take_a_fixed_number_of_queries_for_some_hundreds(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _row in range(5):
        submitted()
    found = Table(Assessment.objects.order_by("pk"))
    with django_assert_num_queries(2):
        assert len(list(found.rows())) == 5


def test_memory_does_not_grow_with_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "AT_ONCE", 2)
    for _row in range(12):
        submitted()

    def most(rows: int) -> int:
        found = Table(Assessment.objects.order_by("pk")[:rows])
        tracemalloc.start()
        for _line in as_csv(found, found.rows()):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    most(2)
    assert most(12) < 1.5 * most(4)


def test_a_workbook_of_too_many_is_refused_before_it_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exports, "MOST_IN_XLSX", 1)
    rows = [submitted().assessment, make_assessment()]
    client = reviewer()
    response = act(client, XLSX, *rows)
    assert response.status_code == 302
    assert not AuditEntry.objects.filter(event="assessments.exported").exists()
    shown = client.get(response["Location"]).content.decode()
    assert "Export them as CSV" in shown
    assert len(lines_of(act(client, CSV, *rows))) == 2


def test_strangers_get_no_table() -> None:
    response: Any = act(Client(), CSV, submitted().assessment)
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")
