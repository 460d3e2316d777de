"""The first page of the report, which can be handed round alone."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from assessor.models import Paper
from assessor.report import pdf
from assessor.report.document import report_html
from tests.report.records import NOTHING_IS_LEFT, ONE_IS_LEFT, record
from tests.report.rendered import document, words
from tests.report.shown import with_suggestion

LONG = 240
"""Seconds that a busy machine may take."""

MUCH_TO_SAY = "Handling a claim takes one day instead of five, with fewer complaints. " * 4


def first_page(case: str) -> str:
    return words(document(record(case)).split("</section>")[0])


def test_it_names_the_three_gravest_risks_and_what_a_year_costs_and_burns() -> None:
    said = first_page("enterprise_full")
    assert "Critical: A wrong answer is believed and acted on" in said
    assert "Severe: Trade secrets leak or end up in someone else's model" in said
    assert "A use is forbidden or carries duties nobody noticed" not in said
    assert "USD 100,000 to 1,000,000 a year, about 320,000 in the central case" in said
    assert "less than 1 to 80,000 kg CO2e, about 570." in said


def test_without_an_option_it_still_names_the_risks() -> None:
    said = first_page("no_team_no_product")
    assert "Critical: Trade secrets leak" in said
    assert "Cost and footprint" not in said


def test_where_no_answer_alone_holds_an_option_back_there_is_no_heading_for_it() -> None:
    heading = "Held back by one answer only"
    assert heading in first_page(NOTHING_IS_LEFT)
    issued = record(NOTHING_IS_LEFT)
    alone = {"small_llm_vpc_private_cloud", "local_quantised_model"}
    others = tuple(each for each in issued.suggestion.excluded if each.architecture not in alone)
    assert heading not in words(document(with_suggestion(issued, excluded=others)))


@pytest.mark.parametrize("paper", Paper)
def test_it_stays_one_page_with_much_to_say(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    if reason := pdf.availability():
        pytest.skip(f"!!! NO PDF IS TESTED: {reason}")
    monkeypatch.setattr(pdf, "TIMEOUT", LONG)
    monkeypatch.setattr(pdf, "PATIENCE", LONG)
    whole = report_html(record(ONE_IS_LEFT, {"why_success": MUCH_TO_SAY}))
    decision, contents, *_others = whole.split("</section>")
    made = pdf.write_pdf("</section>".join([decision, contents, ""]), pdf.STYLESHEETS[paper])
    first, second, *_ = (page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    assert "checksum" in first
    assert "Contents" in second
