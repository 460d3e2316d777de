"""Why an answer counts."""

import pytest

from assessor.advice.voices import Voice, working
from assessor.discussion import why_it_counts
from assessor.knowledge import UNKNOWN, Answer
from tests.advice.answers import situation
from tests.advice.four_people import CIO, DEPARTMENT, LEGAL, SECURITY, owner, person
from tests.knowledge.editions import shipped

LEAK = "reg_ipr_leak"
"""For the owner of the data, then Legal. Its gravest answer rules architectures out."""


def leak(role: str, answer: Answer, key: str = "") -> Voice:
    return person(role, {LEAK: answer}, key)


OWNER = owner(situation(reg_ipr_leak="minor"))
SILENT = owner({})


@pytest.mark.parametrize(
    ("voices", "why"),
    [
        ([SILENT], "nobody"),
        ([OWNER], "only"),
        ([OWNER, leak(LEGAL, UNKNOWN)], "only"),
        ([SILENT, leak(LEGAL, UNKNOWN), leak(CIO, UNKNOWN)], "unknown"),
        ([OWNER, leak(LEGAL, "minor"), leak(CIO, UNKNOWN)], "same"),
        ([OWNER, leak("data_owner", "serious")], "role"),
        ([OWNER, leak(DEPARTMENT, "serious")], "owner"),
        ([SILENT, leak(DEPARTMENT, "serious"), leak(SECURITY, "minor")], "first"),
        ([OWNER, leak(SECURITY, "critical")], "held"),
    ],
)
def test_the_reason_is_the_rule_that_decides(voices: list[Voice], why: str) -> None:
    knowledge = shipped()
    now = working(knowledge, voices, {})
    assert why_it_counts(knowledge.questions[LEAK], voices, now) == why
