"""The result as a page, the print view, and the download."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from assessor.models import Report, ReportPdf
from assessor.report import issued, kept_files
from assessor.report import pdf as pdfs
from assessor.report.pdf import PdfError
from assessor.views.result import file_name
from assessor.workflow import erasing, issuing, reviewing
from tests.builders import make_assessment, owner_client, owner_of, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> Report:
    return submitted()


@pytest.fixture
def visitor(report: Report) -> Client:
    return owner_client(report.assessment)


@pytest.fixture(autouse=True)
def _pdfs_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in a PDF is tested elsewhere."""
    monkeypatch.setattr(
        issued, "pdf_for", lambda record, _paper, _enclosure: f"%PDF {record.number}".encode()
    )
    monkeypatch.setattr(pdfs, "availability", lambda: "")


def url(report: Report, page: str = "result/") -> str:
    return f"/a/{report.assessment_id}/{page}"


def text(visitor: Client, address: str) -> str:
    return " ".join(visitor.get(address).content.decode().split())


def again(report: Report) -> Report:
    """Return the next report of the same assessment."""
    owner = owner_of(report.assessment)
    reviewing.reopen(owner)
    return issuing.submit(owner)


def administrator() -> Client:
    staff = Client()
    staff.force_login(User.objects.create_superuser("admin"))
    return staff


def test_the_page_says_the_answer_in_its_heading_but_not_in_its_title(
    report: Report, visitor: Client
) -> None:
    name = report.knowledge.options[report.leader].short_name
    shown = text(visitor, url(report))
    assert "<title>Contract drafts: result – Assessor</title>" in shown
    assert re.search(
        rf'<h1 id="page-title" tabindex="-1">“{re.escape(name)}” fits best</h1>', shown
    )


def test_the_page_leads_to_pdf_print_view_and_reopening(report: Report, visitor: Client) -> None:
    shown = text(visitor, url(report))
    assert f'href="{url(report, "report.pdf")}"' in shown
    assert f'href="{url(report, "report/")}"' in shown
    assert f'<form method="post" action="{url(report, "reopen/")}">' in shown
    assert "Submitting again makes a new report" in shown
    assert "summary-change" not in shown


def test_without_pdfs_the_print_view_takes_their_place(
    report: Report, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdfs, "availability", lambda: "It lacks libpango.")
    shown = text(visitor, url(report))
    assert "Download PDF" not in shown
    assert "Open print view" in shown
    assert "It lacks libpango." in shown


def test_while_answers_are_being_changed_each_has_its_link(report: Report, visitor: Client) -> None:
    reviewing.reopen(owner_of(report.assessment))
    shown = text(visitor, url(report))
    assert f'href="{url(report, "questions/where/")}"' in shown
    assert "Go on changing answers" in shown
    assert "/reopen/" not in shown


def test_staff_read_and_change_nothing(report: Report) -> None:
    staff = administrator()
    shown = text(staff, url(report))
    assert "fits best" in shown
    assert "/reopen/" not in shown


@pytest.mark.parametrize("page", ["result/", "report/", "report.pdf"])
def test_before_the_first_report_people_are_sent_back_to_the_questions(page: str) -> None:
    assessment = make_assessment()
    response = owner_client(assessment).get(f"/a/{assessment.pk}/{page}", follow=True)
    assert response.redirect_chain[-1][0] == f"/a/{assessment.pk}/"
    assert "There is no result yet" in response.content.decode()


def test_before_the_first_report_staff_find_nothing() -> None:
    """Not sent to the hub either, which would send them here again."""
    assessment = make_assessment()
    staff = administrator()
    assert staff.get(f"/a/{assessment.pk}/result/").status_code == 404


@pytest.mark.parametrize("page", ["result/", "report/", "report.pdf"])
def test_strangers_find_nothing(report: Report, page: str) -> None:
    assert Client().get(url(report, page)).status_code == 404


def test_an_earlier_report_stays_and_says_that_there_is_a_newer_one(
    report: Report, visitor: Client
) -> None:
    newer = again(report)
    assert newer.number == 2
    first, latest = text(visitor, url(report, "result/?report=1")), text(visitor, url(report))
    assert "There is a newer report" in first
    assert f'href="{url(report, "report.pdf")}?report=1"' in first
    assert "There is a newer report" not in latest
    assert visitor.get(url(report, "report.pdf?report=1")).content == b"%PDF 1"
    assert visitor.get(url(report, "report.pdf")).content == b"%PDF 2"


@pytest.mark.parametrize("number", ["2", "0", "-1", "1.0", "", "x", "١", "9" * 30, "1;drop"])
@pytest.mark.parametrize("page", ["result/", "report/", "report.pdf"])
def test_a_report_that_does_not_exist_is_not_found(
    report: Report, visitor: Client, page: str, number: str
) -> None:
    assert visitor.get(url(report, page), {"report": number}).status_code == 404


def test_the_print_view_is_a_document_of_its_own_with_its_own_style(
    report: Report, visitor: Client
) -> None:
    shown = text(visitor, url(report, "report/"))
    assert shown.count("<h1") == 1
    assert 'href="/static/report/report.css"' in shown
    assert 'href="/static/report/browser.css"' in shown
    assert "bootstrap" not in shown
    assert f'href="{url(report)}">Back to the result' in shown


def test_the_download_is_a_file_with_a_telling_name(report: Report, visitor: Client) -> None:
    response = visitor.get(url(report, "report.pdf"))
    day = report.issued_at.date().isoformat()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        f'attachment; filename="assessor-contract-drafts-{day}-report-1.pdf"'
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_no_initiative_can_break_the_name_of_the_file(report: Report) -> None:
    report.initiative = 'a"\r\nX: y/../../ätsch ' + "b" * 90
    name = file_name(report)
    assert re.fullmatch(r"assessor-[a-z0-9-]{1,60}-\d{4}-\d\d-\d\d-report-1\.pdf", name)
    report.initiative = "東京"
    assert file_name(report).startswith("assessor-initiative-")


def test_a_pdf_that_cannot_be_made_leads_to_the_print_view(
    report: Report, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise PdfError("Making the PDF took too long.")

    monkeypatch.setattr(issued, "pdf_for", fail)
    response = visitor.get(url(report, "report.pdf"))
    assert response.status_code == 503
    shown = response.content.decode()
    assert "Making the PDF took too long." in shown
    assert f'href="{url(report, "report/")}"' in shown


@pytest.mark.parametrize(
    ("page", "most"),
    [("result/", 4), ("report/", 4), ("report.pdf", 7)],  # a download is noted in the audit log
)
def test_looking_takes_few_queries(
    report: Report, visitor: Client, page: str, most: int, django_assert_max_num_queries: object
) -> None:
    visitor.get(url(report, page))
    with django_assert_max_num_queries(most):  # type: ignore[operator]
        visitor.get(url(report, page))


def test_a_pdf_that_was_made_is_fetched_without_reading_the_report(
    report: Report, visitor: Client, django_assert_num_queries: Any
) -> None:
    visitor.get(url(report, "report.pdf"))
    with django_assert_num_queries(5) as queries:
        visitor.get(url(report, "report.pdf"))
    for column in ("answers", "suggestion", "voices", "content"):
        assert not any(f'"{column}"' in query["sql"] for query in queries)


def test_asking_for_the_headers_of_a_pdf_says_its_size_and_reads_no_bytes(
    report: Report, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = visitor.get(url(report, "report.pdf"))
    monkeypatch.setattr(issued, "bytes_of", None)
    head = visitor.head(url(report, "report.pdf"))
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "Content-Disposition", "ETag", "Cache-Control"):
        assert head[name] == whole[name], name
    assert int(head["Content-Length"]) == len(whole.content)


def test_a_pdf_that_is_deleted_while_it_is_fetched_is_not_found(
    report: Report, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_files.forget(issued.pdf_of(report).sha256)
    bytes_of = issued.bytes_of

    def deleted(pdf: ReportPdf) -> bytes:
        erasing.erase(report.assessment, "owner")
        return bytes_of(pdf)

    monkeypatch.setattr(issued, "bytes_of", deleted)
    assert visitor.get(url(report, "report.pdf")).status_code == 404


def test_looking_changes_nothing_and_posting_is_refused(report: Report, visitor: Client) -> None:
    for page in ("result/", "report/", "report.pdf"):
        assert visitor.post(url(report, page)).status_code == 405


def test_the_download_is_tagged_with_the_hash_of_its_bytes(report: Report, visitor: Client) -> None:
    first = visitor.get(url(report, "report.pdf"))
    tag = f'"{hashlib.sha256(first.content).hexdigest()}"'
    assert first["ETag"] == tag
    again = visitor.get(url(report, "report.pdf"), headers={"if-none-match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert "no-store" in again["Cache-Control"]


def test_a_report_comes_on_letter_paper_too(report: Report, visitor: Client) -> None:
    letter = visitor.get(url(report, "report.pdf?paper=letter"))
    assert letter["Content-Disposition"].endswith('-report-1-letter.pdf"')
    assert letter["ETag"] != ""
    assert {made.paper for made in report.pdfs.all()} == {"letter"}
    assert f'href="{url(report, "report.pdf")}?paper=letter"' in text(visitor, url(report))
    earlier = text(visitor, url(report, "result/?report=1"))
    assert f'href="{url(report, "report.pdf")}?report=1&amp;paper=letter"' in earlier


@pytest.mark.parametrize("paper", ["", "A4", "a3", "letter ", "x" * 500, "\0"])
def test_other_paper_is_not_found(report: Report, visitor: Client, paper: str) -> None:
    assert visitor.get(url(report, "report.pdf"), {"paper": paper}).status_code == 404


def test_a_pdf_that_cannot_be_made_says_when_to_try_again(
    report: Report, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise PdfError("Not now.")

    monkeypatch.setattr(issued, "pdf_for", fail)
    assert visitor.get(url(report, "report.pdf"))["Retry-After"] == "10"


def test_the_date_in_the_name_of_the_file_is_that_of_the_report(report: Report) -> None:
    """That of UTC, wherever the server is."""
    report.issued_at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    with timezone.override("Pacific/Kiritimati"):
        assert "-2026-11-22-" in file_name(report)
