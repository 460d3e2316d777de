"""Why something applies, in words."""

import pytest

from assessor.advice.reasons import Reason
from assessor.report.grounds import grounds
from tests.report.records import CASES, FOUR_UNKNOWN, record

LARGE = "enterprise_full"


def said(reason: Reason, case: str = LARGE) -> str:
    (ground,) = grounds(record(case), [reason])
    return ground.text


def test_of_several_choices_only_those_that_count_are_named() -> None:
    reason = Reason(kind="answer", subject="reg_data", value=("financial_account",))
    (ground,) = grounds(record(LARGE), [reason])
    assert ground.answer is not None
    assert ground.answer.text == "What kinds of information will pass through it?"
    assert ground.answer.words == ("Payment, account or credit information",)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason(kind="always"), "True of every use of AI"),
        (
            Reason(kind="criterion", subject="governance", value="heavy"),
            "Governance: Heavy",
        ),
        (
            Reason(kind="criterion", subject="volume", value=("low", "high")),
            "Transaction volume: Low / High",
        ),
        (
            Reason(kind="architecture", subject="data_location", value="vendor"),
            "Content is processed at the vendor of a product",
        ),
        (
            Reason(kind="architecture", subject="exit_rating", value=2),
            "Leaving the architecture again: hard",
        ),
    ],
)
def test_levels_and_facts_are_said_in_words(reason: Reason, text: str) -> None:
    assert said(reason) == text


def test_a_fact_that_no_edition_used_so_far_speaks_by_its_definition() -> None:
    reason = Reason(kind="architecture", subject="runs_disconnected", value=False)
    assert said(reason) == "Can run with no connection to the outside. No"


def test_the_same_reason_is_given_once_and_an_open_one_says_so() -> None:
    reason = Reason(kind="answer", subject="reg_ipr_leak", value="dont_know", open=True)
    (ground,) = grounds(record(FOUR_UNKNOWN), [reason, reason])
    assert ground.is_open
    assert ground.answer is not None
    assert ground.answer.is_unknown


@pytest.mark.parametrize("case", CASES)
def test_no_fact_of_the_edition_speaks_by_its_definition(case: str) -> None:
    issued = record(case)
    reasons = [
        reason
        for reasons_of in (
            *(control.reasons for control in issued.suggestion.controls),
            *(risk.reasons for risk in issued.suggestion.risks),
        )
        for reason in reasons_of
        if reason.kind == "architecture"
    ]
    definitions = issued.knowledge.architectures.attribute_definitions.values()
    for ground in grounds(issued, reasons):
        assert not ground.text.startswith(tuple(definitions))
