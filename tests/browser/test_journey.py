"""The whole way: from the start page to the report, and to the administrator."""

from io import BytesIO
from pathlib import Path
from secrets import token_urlsafe

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect
from pypdf import PdfReader

from assessor.knowledge.cases import GoldenCase
from assessor.report import pdf
from tests.browser.answering import fill_page
from tests.browser.golden import golden
from tests.browser.pages import STEPS
from tests.browser.visitor import Visitor, Visitors
from tests.builders import make_assessment, submitted
from tests.knowledge.editions import shipped

pytestmark = pytest.mark.browser

A_PDF_TAKES = 120


@pytest.fixture
def time_for_pdfs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that runs several tests at once makes a PDF more slowly than a server may."""
    monkeypatch.setattr(pdf, "TIMEOUT", A_PDF_TAKES)
    monkeypatch.setattr(pdf, "PATIENCE", A_PDF_TAKES)


def start(visitor: Visitor, initiative: str) -> None:
    visitor.go("start")
    visitor.follow("Start an assessment")
    visitor.page.get_by_label("What is the initiative called?").fill(initiative)
    visitor.page.get_by_label("Which organisation is it for?").fill("Contoso Insurance")
    visitor.goes_on("Create and continue")
    visitor.reads(initiative)


def answer_every_page(visitor: Visitor, case: GoldenCase) -> None:
    visitor.follow("Start with “Where will AI be used?”")
    for page in STEPS:
        visitor.page.wait_for_url(f"**/{page}/")
        fill_page(visitor.page, case.answers)
        visitor.goes_on("Save and continue")
    visitor.reads("Check your answers before you see the result")


def download_pdf(visitor: Visitor) -> bytes:
    milliseconds = A_PDF_TAKES * 1000
    with visitor.page.expect_download(timeout=milliseconds) as download:
        visitor.page.get_by_role("link", name="Download PDF").click(timeout=milliseconds)
    return Path(download.value.path()).read_bytes()


def assert_administrator_finds(visitor: Visitor, initiative: str, architecture: str) -> None:
    password = token_urlsafe()
    User.objects.create_superuser("admin", password=password)
    visitor.page.goto("/admin/")
    visitor.page.get_by_label("Username").fill("admin")
    visitor.page.get_by_label("Password").fill(password)
    visitor.press("Sign in")
    visitor.page.get_by_role("link", name="Assessments", exact=True).first.click()
    visitor.page.get_by_role("searchbox").or_(visitor.page.get_by_label("Search")).first.fill(
        initiative
    )
    visitor.page.keyboard.press("Enter")
    visitor.follow(initiative)
    expect(visitor.page.get_by_role("main")).to_contain_text(architecture)
    visitor.page.get_by_role("link", name="Open result").first.click()
    expect(visitor.heading).to_contain_text(architecture)


@pytest.mark.usefixtures("time_for_pdfs")
@pytest.mark.parametrize(
    ("javascript", "key"),
    [(True, "enterprise_full"), (False, "mid_market_full")],
    ids=["with JavaScript", "without JavaScript"],
)
def test_answering_every_page_leads_to_the_right_architecture_in_page_pdf_and_administration(
    visitors: Visitors, key: str, *, javascript: bool
) -> None:
    anyone, case = visitors(javascript=javascript), golden(key)
    architecture = shipped().options[str(case.expect.leader)]
    initiative = f"Journey of {key}"

    start(anyone, initiative)
    answer_every_page(anyone, case)
    anyone.goes_on("See my recommendation")
    expect(anyone.heading).to_contain_text(architecture.short_name)

    downloaded = download_pdf(anyone)
    assert downloaded.startswith(b"%PDF")
    report = PdfReader(BytesIO(downloaded))
    assert report.metadata is not None
    assert initiative in str(report.metadata.title)
    first_page = " ".join(report.pages[0].extract_text().split())
    assert anyone.heading.inner_text() in first_page

    assert_administrator_finds(visitors(), initiative, architecture.short_name)


def test_submitting_twice_gives_one_report(anyone: Visitor) -> None:
    assessment = anyone.open(make_assessment(golden("mid_market_full").answers))
    anyone.go("check", assessment.pk)
    other = anyone.another_tab()
    other.goto(anyone.page.url)
    anyone.goes_on("See my recommendation")

    other.get_by_role("button", name="See my recommendation").click()
    expect(other.get_by_role("heading", level=1)).to_have_text(anyone.heading.inner_text())

    assert assessment.reports.count() == 1


def test_answers_can_be_changed_after_the_result_and_submitted_again(anyone: Visitor) -> None:
    case = golden("mid_market_full")
    assessment = anyone.open(submitted(case.answers).assessment)
    anyone.go("result", assessment.pk)
    anyone.goes_on("Change answers")
    anyone.follow("Check your answers")
    anyone.reads("Check your answers before you see the result")
    anyone.goes_on("See my recommendation")

    expect(anyone.page.get_by_role("main")).to_contain_text("report 2")
    assert assessment.reports.count() == 2
