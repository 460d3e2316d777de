"""What is signed at the end of the report, and when the decision is looked at again."""

from datetime import UTC, date, datetime

import pytest

from assessor.report.reading import read
from assessor.report.review import MOST_ACCEPTED
from assessor.workflow.indexing import a_year_after
from tests.report.records import CASES, NOTHING_IS_LEFT, ONE_FITS, record
from tests.report.rendered import document, words
from tests.report.shown import part, with_suggestion

HEALTH = "mid_market_health_general"


@pytest.mark.parametrize("role", ["the owner", "business", "IT", "Legal", "Security", "Finance"])
def test_each_role_has_a_row_to_sign(role: str) -> None:
    by = "Recommended" if role == "the owner" else "Accepted"
    assert f'<th scope="row">{by} by {role}</th>' in document(record())


@pytest.mark.parametrize("case", CASES)
def test_the_sign_off_is_the_last_numbered_section(case: str) -> None:
    markup = document(record(case))
    last = markup.rindex('<section class="numbered')
    assert markup.index('aria-labelledby="acceptance"') > last
    assert markup.index('<section class="appendix"') > last


@pytest.mark.parametrize("case", [ONE_FITS, HEALTH, "enterprise_air_gap"])
def test_only_risks_with_something_missing_are_accepted_the_gravest_first(case: str) -> None:
    reading = read(record(case))
    expected = [risk for risk in reading.risks if risk.missing or not risk.answered_by]
    assert list(reading.review.residual) == expected[:MOST_ACCEPTED]
    assert len(reading.review.residual) + reading.review.more == len(expected)
    said = part("acceptance", record(case))
    assert f"{expected[0].label}{expected[0].word}" in said


def test_with_all_controls_in_place_no_risk_is_left_to_accept() -> None:
    issued = record()
    risks = tuple(
        risk.model_copy(update={"not_in_place": ()}) if risk.controls else risk
        for risk in issued.suggestion.risks
    )
    done = with_suggestion(issued, risks=tuple(risk for risk in risks if risk.controls))
    assert "Residual risks accepted" in part("acceptance", issued)
    assert "Residual risks accepted" not in part("acceptance", done)


def test_without_an_option_there_is_nothing_whose_risks_could_be_accepted() -> None:
    said = part("acceptance", record(NOTHING_IS_LEFT))
    assert "Residual risks accepted" not in said
    assert "A newer edition of questions and rules leaves an architecture" in said


def test_it_is_looked_at_again_a_year_after_it_was_issued() -> None:
    assert "On 22 November 2027 at the latest" in part("acceptance", record())
    draft = part("acceptance", record(number=None, issued_at=None, sha256=None))
    assert "12 months after it is issued at the latest" in draft
    assert "November 2027" not in draft


def test_a_leap_day_has_a_next_year_too() -> None:
    assert a_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert a_year_after(date(2028, 2, 28)) == date(2029, 2, 28)


def test_the_next_law_is_the_first_that_had_not_begun_on_the_day_of_issue() -> None:
    said = part("acceptance", record(HEALTH))
    assert "the next date of this case is 2 December 2027: EU AI Act, High-risk systems" in said
    late = record(HEALTH, issued_at=datetime(2040, 1, 1, tzinfo=UTC))
    assert "A new law applies." in part("acceptance", late)
    assert "A new law applies." in part("acceptance", record(HEALTH, issued_at=None))


def test_the_volume_that_calls_for_another_look_is_that_of_the_estimate() -> None:
    issued = record(HEALTH)
    costs = read(issued).costs
    assert costs is not None
    assert f"above the estimate of {costs.requests.span} requests a month" in part(
        "acceptance", issued
    )
    assert "above what was answered here" in part(
        "acceptance", with_suggestion(issued, estimates=None)
    )


def test_the_glossary_is_last_and_lettered_without_a_gap() -> None:
    for case, letter in ((ONE_FITS, "F"), (NOTHING_IS_LEFT, "E")):
        said = words(document(record(case)))
        assert f"Appendix {letter}: words used" in said
        assert said.rindex("Appendix ") == said.rindex(f"Appendix {letter}: words used")


@pytest.mark.parametrize(
    "word",
    ["GPU", "token", "gateway", "guardrails", "CapEx", "OpEx", "kWh", "CO2e", "air-gapped",
     "quantised", "foundation model", "small model", "document look-up", "edition", "floor",
     "hard rule", "private network", "sovereign", "condition", "lead", "weight", "level"],
)  # fmt: skip
def test_what_the_glossary_explains_is_used_in_reports(word: str) -> None:
    explained = part("glossary", record()).lower()
    assert word.lower() in explained
    reports = (words(document(record(case)).split('id="glossary"')[0]) for case in CASES)
    assert any(word.lower() in said.lower() for said in reports)
