"""Rules that speak of no architecture, or of every one."""

import pytest

from assessor.advice.proof import rules
from assessor.knowledge import KnowledgeBase
from tests.advice.proof.planting import is_made, planted, severities

FILE = "architectures.yaml"
KNOCKOUT = "architectures/knockout_rules/deadline/exclude_where"
CONDITION = "architectures/condition_rules/plan_exit/applies_where"


def test_the_shipped_edition_has_none(knowledge: KnowledgeBase) -> None:
    assert rules.part(knowledge).findings == ()


@pytest.mark.parametrize(
    ("path", "clause", "place", "severity"),
    [
        (
            KNOCKOUT,
            is_made("min_lead_weeks", "gte", 99),
            "knockout_rules (deadline).exclude_where",
            "error",
        ),
        (
            KNOCKOUT,
            is_made("min_lead_weeks", "gte", 0),
            "knockout_rules (deadline).exclude_where",
            "error",
        ),
        (
            CONDITION,
            is_made("exit_rating", "lte", 0),
            "condition_rules (plan_exit).applies_where",
            "error",
        ),
        (
            CONDITION,
            is_made("exit_rating", "gte", 1),
            "condition_rules (plan_exit).applies_where",
            "note",
        ),
    ],
    ids=["rules out nothing", "rules out everything", "about nothing", "about everything"],
)
def test_a_rule_that_matches_none_or_all(
    path: str, clause: object, place: str, severity: str
) -> None:
    assert severities(rules.part(planted({path: clause}))) == {(FILE, place): severity}
