"""The questions that a result hangs on most."""

import pytest

from assessor.advice import Suggestion, advise
from assessor.advice.changes import Changes, Flip, Opening
from assessor.advice.hinges import FEWEST, MOST, hinges
from assessor.advice.unknowns import Unknown
from assessor.knowledge import UNKNOWN, Answers
from assessor.knowledge.question_bank import TextQuestion
from tests.advice.answers import situation
from tests.knowledge.editions import shipped

CASES = {case.key: dict(case.answers) for case in shipped().golden_cases.cases if case.answers}

every_case = pytest.mark.parametrize("case", CASES)


def flip(question: str, step: int) -> Flip:
    return Flip(question=question, given="", instead="", step=step, leader="local_quantised_model")


def unknown(question: str, value: float) -> Unknown:
    return Unknown(question=question, value=value, possibilities=())


def suggestion(
    flips: tuple[Flip, ...] = (),
    unknowns: tuple[Unknown, ...] = (),
    openings: tuple[Opening, ...] = (),
) -> Suggestion:
    """Return the suggestion of the base situation, as if the result hung on these."""
    changes = Changes(answers=flips, weights=(), openings=openings)
    real = advise(shipped(), situation())
    return real.model_copy(update={"changes": changes, "unknowns": unknowns})


def found(made: Suggestion, answers: Answers | None = None) -> tuple[str, ...]:
    return hinges(situation() if answers is None else answers, made)


def test_the_smallest_step_to_another_leader_comes_first_and_each_question_once() -> None:
    flips = (flip("opex_budget", 1), flip("reg_data", 1), flip("opex_budget", 2))
    assert found(suggestion((*flips, flip("how_deadline", 3)))) == (
        "opex_budget",
        "reg_data",
        "how_deadline",
    )


def test_what_is_not_known_comes_before_what_is_by_its_value() -> None:
    made = suggestion(
        (flip("opex_budget", 1),), (unknown("opex_volume", 0.4), unknown("reg_data", 0.1))
    )
    assert found(made) == ("opex_volume", "reg_data", "opex_budget")


def test_an_unknown_answer_that_changes_nothing_is_left_out() -> None:
    made = suggestion(unknowns=(unknown("drift_change", 0),))
    assert "drift_change" not in found(made)


def test_there_are_five_at_most() -> None:
    flips = tuple(flip(key, 1) for key in list(situation())[:8])
    assert found(suggestion(flips)) == tuple(list(situation())[:5])


def test_where_nothing_is_left_the_openings_count() -> None:
    pair = Opening(answers={"where_dev_team": "partner", "reg_data": []}, leader="air_gapped")
    assert found(suggestion(openings=(pair,)))[:2] == ("where_dev_team", "reg_data")


def test_fewer_than_three_are_filled_with_what_decided_the_heaviest_criteria() -> None:
    made = suggestion((flip("how_deadline", 1),))
    weights = {"volume": 0.5, "opex": 0.3, "speed": 0.2}
    assert found(made.model_copy(update={"weights": weights})) == (
        "how_deadline",
        *made.decided_by["volume"],
        *made.decided_by["opex"],
    )


def test_a_report_from_before_changes_were_computed_has_three() -> None:
    made = suggestion().model_copy(update={"changes": None})
    assert len(found(made)) == FEWEST


def test_questions_without_an_answer_are_left_out() -> None:
    made = suggestion((flip("gov_autonomy", 1), flip("opex_budget", 1)))
    assert "gov_autonomy" not in found(made)
    assert found(made, {"opex_budget": "medium"}) == ("opex_budget",)


@every_case
def test_every_worked_case_has_three_to_five_that_are_no_text(case: str) -> None:
    answers = CASES[case]
    keys = hinges(answers, advise(shipped(), answers))
    assert FEWEST <= len(keys) <= MOST
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(answers)
    assert not any(isinstance(shipped().questions[key], TextQuestion) for key in keys)


def test_the_result_of_the_case_with_unknowns_hangs_on_them() -> None:
    answers = CASES["mid_market_four_unknowns"]
    keys = hinges(answers, advise(shipped(), answers))
    assert [answers[key] for key in keys[:4]] == [UNKNOWN] * 4
