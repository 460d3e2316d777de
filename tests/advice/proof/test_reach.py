"""Conditions that can never hold, or always do, and questions hidden for ever."""

from typing import Any

import pytest

from assessor.advice.proof import reach
from assessor.knowledge import KnowledgeBase
from tests.advice.proof.planting import (
    asks,
    finding,
    is_made,
    planted,
    severities,
    stands,
)

BANK, CATALOGUE, CONTROLS = "question_bank.yaml", "architectures.yaml", "controls.yaml"
QUESTIONS = "question_bank/questions"

CONTRADICTION = [asks("where_dev_team", "eq", "none"), asks("where_dev_team", "ne", "none")]
EVERYWHERE = asks("where_scope", "in", ["individual", "function", "enterprise"])
NOWHERE = asks("where_scope", "eq", "dont_know")
"""That question has no such answer, but a clause may name it."""


def found_with(path: str, value: Any) -> dict[tuple[str, str], str]:
    return severities(reach.part(planted({path: value})))


def test_the_shipped_edition_has_none(knowledge: KnowledgeBase) -> None:
    part = reach.part(knowledge)
    assert part.findings == ()
    assert set(part.examined) == {"exact"}


# ---------------------------------------------------------------- questions


@pytest.mark.parametrize(
    "show_if",
    [
        [asks("where_scope", "eq", "function"), asks("where_scope", "eq", "enterprise")],
        [asks("where_scope", "eq", "individual"), asks("spec_training_data", "eq", "none")],
        [
            asks("reg_sector", "contains_any", ["none"]),
            asks("reg_sector", "contains_any", ["other"]),
        ],
        [asks("opex_volume", "gte", 5000), asks("opex_volume", "lte", 4999)],
        [asks("spec_language", "gte", 6)],
    ],
    ids=[
        "two answers at once",
        "a question that is hidden then",
        "a choice that stands alone",
        "no number",
        "beyond the scale",
    ],
)
def test_a_question_hidden_for_ever(show_if: object) -> None:
    found = found_with(f"{QUESTIONS}/policy_versions/show_if", show_if)
    assert found[BANK, "questions (policy_versions).show_if"] == "error"


def test_what_hangs_on_a_hidden_question_is_found_too() -> None:
    found = found_with(f"{QUESTIONS}/policy_versions/show_if", CONTRADICTION)
    assert found[CATALOGUE, "knockout_rules (versions_side_by_side).when"] == "error"
    assert found[CATALOGUE, "condition_rules (provider_versions).when"] == "error"


def test_a_condition_that_hides_nothing_is_a_note() -> None:
    found = found_with(f"{QUESTIONS}/policy_versions/show_if", [EVERYWHERE])
    assert found == {(BANK, "questions (policy_versions).show_if"): "note"}


# ---------------------------------------------------------------- never


@pytest.mark.parametrize(
    ("path", "file", "place"),
    [
        (
            "architectures/knockout_rules/no_team/when",
            CATALOGUE,
            "knockout_rules (no_team).when",
        ),
        (
            "architectures/condition_rules/partner_runs_it/when",
            CATALOGUE,
            "condition_rules (partner_runs_it).when",
        ),
        ("question_bank/stop_gates/classified/when", BANK, "stop_gates (classified).when"),
    ],
)
def test_a_and_not_a(path: str, file: str, place: str) -> None:
    assert found_with(path, CONTRADICTION) == {(file, place): "error"}


@pytest.mark.parametrize(
    ("path", "file", "place"),
    [
        ("controls/controls/fairness", CONTROLS, "controls (fairness).applies"),
        ("controls/risks/unfair", CONTROLS, "risks (unfair).applies"),
        ("controls/legal_calendar/us_ftc", CONTROLS, "legal_calendar (us_ftc).applies"),
        ("controls/counsel_questions/0", CONTROLS, "counsel_questions (0).applies"),
        ("architectures/alternatives/extractive", CATALOGUE, "alternatives (extractive).applies"),
    ],
)
@pytest.mark.parametrize("clauses", [[], [NOWHERE]], ids=["no clause", "an answer nobody gives"])
def test_an_entry_that_never_applies(
    path: str, file: str, place: str, clauses: list[object]
) -> None:
    assert found_with(f"{path}/applies", {"any": clauses}) == {(file, place): "error"}


@pytest.mark.parametrize(
    "clause",
    [NOWHERE, is_made("exit_rating", "lte", 0), stands("opex", "in", [])],
    ids=["question", "attribute", "criterion"],
)
def test_a_risk_that_nothing_raises(clause: object) -> None:
    found = found_with("controls/risks/drift/raised_by", [clause])
    assert found == {(CONTROLS, "risks (drift).raised_by"): "error"}


def test_one_of_several_clauses_that_can_never_hold_is_named() -> None:
    clauses = [asks("where_scope", "eq", "individual"), NOWHERE]
    part = reach.part(planted({"controls/controls/fairness/applies": {"any": clauses}}))
    reason = finding(part, "controls (fairness).applies").reason
    assert reason == "clause 2 (where_scope eq dont_know) can never hold"


def test_a_law_that_applies_only_where_it_is_not_in_force() -> None:
    elsewhere = {"any": [asks("reg_jurisdiction", "not_contains_any", ["us"])]}
    found = found_with("controls/legal_calendar/us_ftc/applies", elsewhere)
    assert found == {(CONTROLS, "legal_calendar (us_ftc).applies"): "error"}


# ---------------------------------------------------------------- always


@pytest.mark.parametrize("when", [[], [EVERYWHERE]], ids=["no clause", "every answer"])
def test_a_knockout_that_always_fires_is_an_error(when: object) -> None:
    found = found_with("architectures/knockout_rules/no_team/when", when)
    assert found == {(CATALOGUE, "knockout_rules (no_team).when"): "error"}


@pytest.mark.parametrize(
    "clauses",
    [
        [EVERYWHERE],
        [asks("spec_language", "lte", 3), asks("spec_language", "gte", 3)],
        [is_made("min_team", "eq", "none"), is_made("min_team", "ne", "none")],
        [stands("opex", "ne", "low"), stands("opex", "eq", "low")],
    ],
    ids=["one clause", "two that meet", "attributes", "levels"],
)
def test_an_entry_that_always_applies_is_a_note(clauses: list[object]) -> None:
    found = found_with("controls/controls/fairness/applies", {"any": clauses})
    assert found == {(CONTROLS, "controls (fairness).applies"): "note"}


@pytest.mark.parametrize(
    "clause",
    [
        asks("how_small_model_evidence", "ne", "not_tested"),
        asks("where_current_use", "not_contains_any", []),
        stands("evidence", "not_in", []),
    ],
    ids=["some answers", "may be left out", "may not be asked"],
)
def test_what_does_not_always_apply_is_not_found(clause: object) -> None:
    assert found_with("controls/controls/fairness/applies", {"any": [clause]}) == {}
