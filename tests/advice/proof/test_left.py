"""Answers after which nothing is left, alone, in pairs, and in common situations."""

from typing import Any

import pytest

from assessor.advice.proof import Part, left
from assessor.advice.standing import standing
from assessor.knowledge import KnowledgeBase, read_document
from tests.advice.answers import situation
from tests.advice.proof.planting import asks, is_made, planted, severities, shipped_part
from tests.knowledge.editions import document

TITLE = "Answers that leave an option"
RULES = "architectures/knockout_rules"
EVERYTHING = is_made("min_lead_weeks", "gte", 0)


def everything_out(*clauses: object) -> dict[str, Any]:
    """Make one rule leave nothing where some clauses hold."""
    return {f"{RULES}/deadline/when": list(clauses), f"{RULES}/deadline/exclude_where": EVERYTHING}


def notes(part: Part) -> str:
    return "\n".join(each.reason for each in part.findings if each.severity == "note")


def test_in_the_shipped_edition_every_answer_leaves_something() -> None:
    assert "error" not in severities(shipped_part(TITLE)).values()


def test_an_answer_that_leaves_nothing() -> None:
    part = left.part(planted(everything_out(asks("where_org_size", "eq", "micro"))))
    (error,) = [each for each in part.findings if each.severity == "error"]
    assert error.path == "questions (where_org_size)"
    assert error.reason.startswith("where_org_size=micro leaves no architecture")
    assert error.method == "exact"


def test_an_answer_that_leaves_nothing_by_several_rules_together() -> None:
    """Each rule needs another answer besides, but one of them always fires."""
    micro = asks("where_org_size", "eq", "micro")
    edition = document()
    rules = edition["architectures"]["knockout_rules"]
    for scope in ("individual", "function", "enterprise"):
        when = [micro, asks("where_scope", "eq", scope)]
        rules.append({**rules[0], "key": scope, "when": when, "exclude_where": EVERYTHING})
    part = left.part(read_document(edition))
    (error,) = [each for each in part.findings if each.severity == "error"]
    assert error.path == "questions (where_org_size)"
    assert error.method.startswith("search: 5")


def test_an_answer_to_a_question_asked_only_after_certain_others() -> None:
    """It must be asked for the answer to count; that takes other answers than usual."""
    many = asks("spec_training_data", "eq", "many_cleared")
    part = left.part(planted(everything_out(many)))
    assert "error" in severities(part).values()
    assert "questions (spec_training_data)" in {each.path for each in part.findings}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"where_dev_team": "none"}, {"reg_residency": "air_gapped"}),
        ({"where_dev_team": "none"}, {"how_point_solution": "none"}),
        ({"how_small_model_evidence": "not_good_enough"}, {"reg_data": ["classified"]}),
    ],
)
def test_pairs_that_leave_nothing_are_listed_and_do(
    knowledge: KnowledgeBase, one: dict[str, Any], other: dict[str, Any]
) -> None:
    listed = notes(shipped_part(TITLE))
    for answers in (one, other):
        ((key, answer),) = answers.items()
        assert f"{key}={answer[0] if isinstance(answer, list) else answer}" in listed
    assert standing(knowledge, situation(**one, **other)).leader is None


def test_a_pair_that_leaves_nothing_is_a_note() -> None:
    pair = (asks("where_org_size", "eq", "micro"), asks("drift_change", "eq", "daily"))
    part = left.part(planted(everything_out(*pair)))
    assert "error" not in severities(part).values()
    assert "where_org_size=micro with drift_change=daily" in notes(part)


def test_a_pair_counts_the_floor_where_one_answer_decides_the_level() -> None:
    """The rule leaves only what does not suit individuals."""
    for_many = is_made("min_team", "ne", "large")
    rule = {f"{RULES}/deadline/when": [asks("where_org_size", "eq", "micro")]}
    scoped = {f"{RULES}/no_datacentre/when": [asks("where_scope", "eq", "individual")]}
    part = left.part(planted({**rule, **scoped, f"{RULES}/deadline/exclude_where": for_many}))
    assert "where_scope=individual with where_org_size=micro" in notes(part)


def test_questions_that_hide_each_other_make_no_pair() -> None:
    pair = (asks("where_scope", "eq", "individual"), asks("policy_versions", "eq", "history"))
    part = left.part(planted(everything_out(*pair)))
    assert "policy_versions=history" not in notes(part)


def test_a_common_situation_that_leaves_nothing_is_a_note() -> None:
    clauses = (
        asks("where_scope", "eq", "function"),
        asks("where_dev_team", "eq", "small"),
        asks("reg_residency", "eq", "region"),
    )
    part = left.part(planted(everything_out(*clauses)))
    assert "error" not in severities(part).values()
    assert "function/small/region" in notes(part)
