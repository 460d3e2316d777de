"""The gravest risks in words."""

import pytest

from assessor.report.reading import read
from assessor.report.risks import MOST, gravest
from tests.report.records import CASES, FOUR_UNKNOWN, NOTHING_IS_LEFT, record
from tests.report.rendered import Render, both, words
from tests.report.shown import with_suggestion

LARGE = "enterprise_full"


@pytest.mark.parametrize("case", CASES)
def test_at_most_ten_risks_the_gravest_first_each_with_its_word_and_a_reason(case: str) -> None:
    risks = gravest(record(case))
    assert 0 < len(risks) <= MOST
    assert [risk.severity for risk in risks] == sorted(
        (risk.severity for risk in risks), reverse=True
    )
    assert all(risk.word and risk.grounds for risk in risks)


def test_an_answer_that_makes_a_risk_real_and_graver_is_named_once() -> None:
    leak = gravest(record(LARGE))[0]
    assert leak.word == "Critical"
    (ground,) = leak.grounds
    assert ground.raises
    assert ground.answer is not None
    assert ground.answer.words == (
        "Information about identifiable people",
        "Payment, account or credit information",
    )


def test_controls_in_place_are_not_among_those_that_are_missing() -> None:
    leak = gravest(record(NOTHING_IS_LEFT))[0]
    assert leak.label == "Trade secrets leak or end up in someone else's model"
    assert leak.in_place == 1
    assert "Publish a one-page rule of use" not in [title for _, title in leak.missing]
    assert "Train the people who use it" in [title for _, title in leak.missing]


def test_a_risk_that_hangs_on_an_answer_not_known_yet_says_so() -> None:
    leak = gravest(record(FOUR_UNKNOWN))[0]
    assert leak.is_open
    assert all(ground.is_open for ground in leak.grounds)


def test_a_report_from_before_there_were_risks_has_none() -> None:
    assert read(with_suggestion(record(), risks=())).risks == ()


@both
def test_page_and_report_say_how_grave_why_and_what_is_missing(render: Render) -> None:
    said = words(render(record(LARGE)))
    assert "2. A wrong answer is believed and acted on Critical 5 of 5" in said
    assert "Harm to a person, or a breach of law (makes it graver)" in said
    assert "Train the people who use it; A person can understand, overrule and stop it" in said


@both
def test_what_counts_only_out_of_caution_says_so(render: Render) -> None:
    said = words(render(record(FOUR_UNKNOWN)))
    assert "Critical 5 of 5, if it applies" in said
    assert "(counts until it is known)" in said
