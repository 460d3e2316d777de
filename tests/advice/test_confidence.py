"""How sure the first place is: the shares of the worked cases, and what may move them."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given

from assessor.advice import advise
from assessor.advice.confidence import DRAWS, Confidence, noise_of, seed_of
from assessor.advice.scenarios import model_of
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase
from tests.advice.answers import answer_sets, situation, unhurried
from tests.knowledge.editions import ROOT, shipped

TOLERANCE = 0.05
"""The shares of the worked cases were computed with another random generator."""

ROWS: dict[str, dict[str, Answer]] = {
    "enterprise_vpc_foundation": {
        "where_scope": "enterprise",
        "where_capex": "substantial",
        "gov_oversight": "regulator",
        "opex_budget": "large",
        "reg_data": ["trade_secret"],
        "spec_language": 1,
    },
    "small_llm_vpc_private_cloud": {
        "where_scope": "function",
        "where_capex": "moderate",
        "gov_oversight": "internal_policy",
        "opex_budget": "medium",
        "reg_data": ["internal"],
        "spec_language": 5,
    },
    "vetted_point_solutions": {
        "where_scope": "individual",
        "where_capex": "small",
        "gov_oversight": "none",
        "opex_budget": "low",
        "reg_data": ["confidential"],
        "spec_language": 1,
    },
}
"""Answers that say no more than the six columns of a row of the article's table."""

CASES = {
    case.key: case
    for case in shipped().golden_cases.cases
    if case.answers and case.expect.robust_near_weights is not None
}


def sure(answers: dict[str, Answer]) -> Confidence:
    found = advise(shipped(), answers).confidence
    assert found is not None
    return found


@pytest.mark.parametrize("key", CASES)
def test_the_shares_of_a_worked_case(key: str) -> None:
    found, expect = sure(dict(CASES[key].answers)), CASES[key].expect
    assert found.near_priorities == pytest.approx(expect.robust_near_weights, abs=TOLERANCE)
    assert found.any_priorities == pytest.approx(expect.robust_any_weights, abs=TOLERANCE)


@pytest.mark.parametrize("architecture", ROWS)
def test_the_articles_rows_are_clear_whatever_matters(architecture: str) -> None:
    suggestion = advise(shipped(), ROWS[architecture])
    assert (suggestion.leader, suggestion.status) == (architecture, "clear")
    found = sure(ROWS[architecture])
    assert found.near_priorities is not None
    assert found.any_priorities is not None
    assert found.near_priorities >= 0.99
    assert found.any_priorities >= 0.95


def test_with_nothing_left_there_is_nothing_to_be_sure_of() -> None:
    case = next(c for c in shipped().golden_cases.cases if c.key == "no_team_no_product")
    found = sure(dict(case.answers))
    assert (found.lead, found.near_priorities, found.any_priorities) == (None, None, None)


def test_the_only_option_left_is_first_in_every_draw() -> None:
    case = next(c for c in shipped().golden_cases.cases if c.key == "enterprise_air_gap")
    found = sure(dict(case.answers))
    assert (found.lead, found.near_priorities, found.any_priorities) == (None, 1, 1)


def test_the_lead_is_the_distance_between_first_and_second() -> None:
    suggestion = advise(shipped(), situation())
    first, second, *_ = suggestion.ranking
    assert sure(situation()).lead == first.score - second.score == suggestion.lead


# ---------------------------------------------------------------- completeness


def test_everything_known_is_complete() -> None:
    assert sure(situation()).completeness == 1


def test_one_level_not_known_costs_its_weight() -> None:
    """An unknown budget leaves all three levels open, so its whole weight is missing."""
    answers = situation(opex_budget=UNKNOWN)
    suggestion = advise(shipped(), answers)
    assert sure(answers).completeness == pytest.approx(1 - suggestion.weights["opex"])


# ---------------------------------------------------------------- the draws


@unhurried
@given(answer_sets())
def test_shares_are_shares(answers: dict[str, Answer]) -> None:
    found = sure(answers)
    for share in (found.near_priorities, found.any_priorities, found.completeness):
        assert share is None or -1e-9 <= share <= 1 + 1e-9


def test_neither_text_nor_hidden_answers_move_a_share() -> None:
    plain = situation(spec_language=1)
    hidden = situation(
        spec_language=1, spec_training_data="many_cleared", why_success="Half the time."
    )
    assert sure(plain) == sure(hidden)


def test_the_order_of_the_answers_changes_nothing() -> None:
    answers = situation(reg_data=UNKNOWN, why_priorities=UNKNOWN)
    assert advise(shipped(), answers) == advise(shipped(), dict(reversed(answers.items())))


def test_another_process_draws_the_same() -> None:
    program = (
        "from tests.advice.test_confidence import *;"
        "print(sure(situation(reg_data=UNKNOWN, why_priorities=UNKNOWN)).model_dump_json())"
    )
    result = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "7", "DJANGO_SETTINGS_MODULE": "assessor.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = sure(situation(reg_data=UNKNOWN, why_priorities=UNKNOWN))
    assert Confidence.model_validate_json(result.stdout) == here


def test_the_seed_is_that_of_the_edition(knowledge: KnowledgeBase) -> None:
    found = sure(situation())
    assert (found.seed, found.draws) == (seed_of(knowledge), DRAWS)
    assert found.seed == int(knowledge.sha256[:8], 16)


def test_a_fifth_of_the_grades_is_one_step_off_and_the_tables_are_exact(
    knowledge: KnowledgeBase,
) -> None:
    model, drawn = model_of(knowledge), noise_of(knowledge).grades
    off = drawn - model.grades
    assert set(np.unique(off)) == {-1, 0, 1}
    assert not off[:, model.fixed].any()
    middle = off[:, (model.grades == 2) & ~model.fixed]
    assert (middle > 0).mean() == pytest.approx(0.1, abs=0.005)
    assert (middle < 0).mean() == pytest.approx(0.1, abs=0.005)
    assert model.fixed.sum() == 3 * 6
