"""Reports in other formats than PDF, as they are downloaded."""

import io
import json
from collections.abc import Iterator

import docx
import pytest
from django.test import Client

from assessor.models import Report
from assessor.report import report_file
from assessor.views import downloads
from assessor.workflow import issuing, reviewing
from tests.builders import make_assessment, owner_client, owner_of, submitted

pytestmark = pytest.mark.django_db

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILES = {
    "report.docx": (WORD, ".docx"),
    "report.md": ("text/markdown; charset=utf-8", ".md"),
    "decision.md": ("text/markdown; charset=utf-8", "-decision.md"),
    "report.json": ("application/json", ".json"),
    "answers.csv": ("text/csv; charset=utf-8", "-answers.csv"),
}
OF_SAMPLE = sorted(set(FILES) - {"report.json"})
every_file = pytest.mark.parametrize("name", FILES)


@pytest.fixture
def report() -> Report:
    return submitted()


@pytest.fixture
def visitor(report: Report) -> Client:
    return owner_client(report.assessment)


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> Iterator[None]:
    downloads._sample_file.cache_clear()
    yield
    downloads._sample_file.cache_clear()


def url(report: Report, name: str) -> str:
    return f"/a/{report.assessment_id}/{name}"


@every_file
def test_a_file_says_what_it_is_and_is_not_kept_on_the_way(
    report: Report, visitor: Client, name: str
) -> None:
    response = visitor.get(url(report, name))
    media_type, ending = FILES[name]
    day = report.issued_at.date()
    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"] == (
        f'attachment; filename="assessor-contract-drafts-{day}-report-1{ending}"'
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


@every_file
def test_a_file_is_only_looked_at(report: Report, visitor: Client, name: str) -> None:
    assert visitor.post(url(report, name)).status_code == 405


@every_file
def test_a_stranger_gets_nothing(report: Report, name: str) -> None:
    assert Client().get(url(report, name)).status_code == 404


@every_file
def test_before_the_first_report_there_is_nothing_to_send(name: str) -> None:
    assessment = make_assessment()
    address = f"/a/{assessment.pk}/"
    response = owner_client(assessment).get(f"{address}{name}")
    assert (response.status_code, response["Location"]) == (302, address)


def test_an_earlier_report_can_be_asked_for(report: Report, visitor: Client) -> None:
    owner = owner_of(report.assessment)
    reviewing.reopen(owner)
    issuing.submit(owner)
    latest = visitor.get(url(report, "report.md"))
    first = visitor.get(url(report, "report.md") + "?report=1")
    assert "Report 2 ·" in latest.content.decode()
    assert "Report 1 ·" in first.content.decode()
    assert "-report-1.md" in first["Content-Disposition"]
    assert visitor.get(url(report, "report.md") + "?report=9").status_code == 404


def test_word_opens_the_document(report: Report, visitor: Client) -> None:
    content = visitor.get(url(report, "report.docx")).content
    assert docx.Document(io.BytesIO(content)).paragraphs[0].text == "Contract drafts"


def test_the_json_is_the_file_that_the_pdf_carries(report: Report, visitor: Client) -> None:
    content = visitor.get(url(report, "report.json")).content
    assert content == report_file.written(report)
    assert json.loads(content)["sha256"] == report.sha256
    assert report_file.read(content).is_intact


def test_the_answers_are_those_of_the_report(report: Report, visitor: Client) -> None:
    content = visitor.get(url(report, "answers.csv")).content.decode("utf-8-sig")
    assert len(content.splitlines()) == 1 + len(report.answers)


def test_the_result_links_to_each_file(report: Report, visitor: Client) -> None:
    page = visitor.get(url(report, "result/")).content.decode()
    for name in FILES:
        assert f'href="{url(report, name)}"' in page
    page = visitor.get(url(report, "result/?report=1")).content.decode()
    for name in FILES:
        assert f'href="{url(report, name)}?report=1"' in page


def test_the_sample_can_be_had_in_every_format_and_is_linked() -> None:
    page = Client().get("/sample/").content.decode()
    for name in OF_SAMPLE:
        assert f'href="/sample/{name}"' in page
        assert Client().post(f"/sample/{name}").status_code == 405
        response = Client().get(f"/sample/{name}")
        media_type, ending = FILES[name]
        assert response["Content-Type"] == media_type
        assert f'filename="assessor-sample-report{ending}"' in response["Content-Disposition"]


def test_a_file_of_the_sample_is_made_once() -> None:
    for _ in range(2):
        Client().get("/sample/answers.csv")
    assert downloads._sample_file.cache_info().misses == 1
