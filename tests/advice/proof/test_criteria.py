"""Criteria that nobody speaks to, levels that nothing leads to, profiles beside the best grade."""

from typing import Any

import pytest

from assessor.advice.proof import criteria
from assessor.knowledge import KnowledgeBase
from tests.advice.proof.planting import asks, finding, planted, severities, shipped_part
from tests.knowledge.editions import GONE

BANK, CATALOGUE = "question_bank.yaml", "architectures.yaml"
QUESTIONS = "question_bank/questions"
OPTION = "architectures/architectures/air_gapped"

ONLY_FOR_ONE = [asks("where_scope", "eq", "individual"), asks("where_scope", "eq", "function")]


def test_the_shipped_edition_has_none() -> None:
    assert shipped_part("Levels of criteria").findings == ()
    assert shipped_part("Ideal profiles").findings == ()


def test_every_level_is_looked_for_exhaustively(knowledge: KnowledgeBase) -> None:
    levels = sum(len(criterion.levels) for criterion in knowledge.criteria.values())
    assert shipped_part("Levels of criteria").examined == {"exhaustive": levels}


@pytest.mark.parametrize(
    ("path", "value", "criterion", "level"),
    [
        ("opex_budget/scoring/0/map/large", "medium", "opex", "large"),
        ("where_capex/scoring/0/map/substantial", "medium", "team_capex", "large"),
        ("policy_access/scoring/0/map/all_staff", "light", "governance", "low"),
        ("opex_volume/scoring/0/thresholds/high_from", 10**15, "volume", "high"),
        ("spec_training_data/show_if", ONLY_FOR_ONE, "examples", "some"),
    ],
    ids=["one question", "the least of two", "the greatest of many", "tokens", "never asked"],
)
def test_a_level_that_nothing_leads_to(path: str, value: Any, criterion: str, level: str) -> None:
    part = criteria.part(planted({f"{QUESTIONS}/{path}": value}))
    reasons = [found.reason for found in part.findings]
    assert f"no answers lead to {level!r}" in reasons
    assert set(severities(part)) == {(BANK, f"dimensions ({criterion}).levels")}


def test_a_level_reached_only_where_an_optional_question_is_left_out() -> None:
    """Everybody's access counts as moderate or more where that question is answered at all."""
    lowest = {"all_staff": "moderate", "public": "moderate", "by_role": "moderate"}
    changes: dict[str, Any] = {f"{QUESTIONS}/policy_access/required": False}
    for choice, level in lowest.items():
        changes[f"{QUESTIONS}/policy_access/scoring/0/map/{choice}"] = level
    assert criteria.part(planted(changes)).findings == ()


def test_a_criterion_that_no_question_speaks_to() -> None:
    part = criteria.part(planted({f"{QUESTIONS}/drift_upkeep/scoring": GONE}))
    assert severities(part) == {(BANK, "dimensions (upkeep)"): "error"}


def test_a_profile_that_is_not_the_best_grade() -> None:
    part = criteria.profiles(planted({f"{OPTION}/ideal_profile/opex": "low"}))
    assert severities(part) == {(CATALOGUE, "architectures (air_gapped).ideal_profile"): "error"}
    assert "'low' has grade" in finding(part, "architectures (air_gapped).ideal_profile").reason


def test_of_equally_good_levels_a_profile_may_name_either() -> None:
    equal = {"low": 4, "medium": 4, "large": 4}
    changes = {f"{OPTION}/fit/opex/grades": equal, f"{OPTION}/ideal_profile/opex": "low"}
    assert criteria.profiles(planted(changes)).findings == ()
