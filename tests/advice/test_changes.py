"""Every flip that is reported flips, and none is missed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.advice import Suggestion, advise
from assessor.advice.changes import all_steps, leaders_after, one_by_one
from assessor.advice.scoring import ranking
from assessor.advice.standing import standing
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase
from assessor.knowledge.question_bank import NumberQuestion, ScaleQuestion, SingleQuestion
from tests.advice.answers import forgotten_and_complete, situation, unhurried
from tests.knowledge.editions import shipped

CASES = {case.key: dict(case.answers) for case in shipped().golden_cases.cases if case.answers}

every_case = pytest.mark.parametrize("case", CASES)


def leader_of(answers: dict[str, Answer]) -> str | None:
    leader = standing(shipped(), answers).leader
    return leader.key if leader else None


def flips_of(suggestion: Suggestion) -> list[tuple[str, Answer]]:
    assert suggestion.changes is not None
    return [(flip.question, flip.instead) for flip in suggestion.changes.answers]


# ---------------------------------------------------------------- single answers


@every_case
def test_a_flip_leads_where_it_says(knowledge: KnowledgeBase, case: str) -> None:
    suggestion = advise(knowledge, CASES[case])
    assert suggestion.changes is not None
    for flip in suggestion.changes.answers:
        assert flip.leader != suggestion.leader
        assert leader_of({**CASES[case], flip.question: flip.instead}) == flip.leader


@every_case
def test_no_other_choice_or_point_flips(knowledge: KnowledgeBase, case: str) -> None:
    """By brute force over every single choice, every point of a scale and many numbers."""
    suggestion = advise(knowledge, CASES[case])
    flips = flips_of(suggestion)
    for key in CASES[case]:
        for answer in every_plain_answer(key):
            changed = leader_of({**CASES[case], key: answer}) != suggestion.leader
            if changed and key not in suggestion.ignored:
                assert (key, answer) in flips


def every_plain_answer(key: str) -> list[Answer]:
    match shipped().questions[key]:
        case SingleQuestion(choices=choices):
            return [choice.key for choice in choices]
        case ScaleQuestion(scale=scale):
            return list(range(scale.min, scale.max + 1))
        case _:
            return []


@every_case
def test_a_number_flips_where_another_range_begins(knowledge: KnowledgeBase, case: str) -> None:
    suggestion = advise(knowledge, CASES[case])
    flipping = {leader for key, leader in named_leaders(suggestion) if key == "opex_volume"}
    found = {
        leader_of({**CASES[case], "opex_volume": round(10 ** (exponent / 8))})
        for exponent in range(73)
    }
    assert found - {suggestion.leader} == flipping


def named_leaders(suggestion: Suggestion) -> list[tuple[str, str | None]]:
    assert suggestion.changes is not None
    return [(flip.question, flip.leader) for flip in suggestion.changes.answers]


@unhurried
@given(forgotten_and_complete())
def test_every_step_comes_to_what_advice_on_it_comes_to(
    pair: tuple[dict[str, Answer], dict[str, Answer]],
) -> None:
    answers, _ = pair
    asked = standing(shipped(), answers).situation.answers
    steps = all_steps(shipped(), answers, asked)[::7]
    after = leaders_after(shipped(), answers, steps, one_by_one(steps))
    for step, leader in zip(steps, after, strict=True):
        assert leader_of({**answers, step.question: step.answer}) == leader


def test_the_smallest_step_comes_first(knowledge: KnowledgeBase) -> None:
    for answers in CASES.values():
        changes = advise(knowledge, answers).changes
        assert changes is not None
        sizes = [flip.step for flip in changes.answers]
        assert sizes == sorted(sizes)


def test_an_answer_not_known_yet_flips_to_each_that_would_lead_elsewhere(
    knowledge: KnowledgeBase,
) -> None:
    suggestion = advise(knowledge, CASES["mid_market_four_unknowns"])
    assert suggestion.changes is not None
    flips = {flip.instead for flip in suggestion.changes.answers if flip.given == UNKNOWN}
    assert "sovereign" not in flips
    assert "own_premises" in flips


def test_an_answer_that_does_not_count_is_no_change(knowledge: KnowledgeBase) -> None:
    answers = situation(spec_language=1, spec_training_data="none")
    suggestion = advise(knowledge, answers)
    assert suggestion.ignored == ("spec_training_data",)
    assert "spec_training_data" not in [question for question, _ in flips_of(suggestion)]


# ---------------------------------------------------------------- weights


@every_case
def test_at_the_share_named_the_runner_up_draws_level(knowledge: KnowledgeBase, case: str) -> None:
    suggestion = advise(knowledge, CASES[case])
    assert suggestion.changes is not None
    for overtaking in suggestion.changes.weights:
        first, second = (
            with_share(suggestion, position, overtaking.criterion, overtaking.needed)
            for position in (0, 1)
        )
        assert first == pytest.approx(second)
        assert 0 < overtaking.needed < 1


def with_share(suggestion: Suggestion, position: int, criterion: str, share: float) -> float:
    """Score an option anew with one criterion at this share, the others in proportion."""
    values = {
        key: points / suggestion.weights[key]
        for key, points in suggestion.ranking[position].contributions.items()
    }
    rest = 1 - suggestion.weights[criterion]
    return share * values[criterion] + (1 - share) * sum(
        suggestion.weights[key] / rest * value for key, value in values.items() if key != criterion
    )


def test_one_criterion_alone_cannot_count_more(knowledge: KnowledgeBase) -> None:
    suggestion = advise(knowledge, {"opex_budget": "low"})
    assert suggestion.changes is not None
    assert suggestion.changes.weights == ()
    assert ranking([], {}, {}) == ()


# ---------------------------------------------------------------- nothing left


def test_a_partner_opens_an_option(knowledge: KnowledgeBase) -> None:
    suggestion = advise(knowledge, CASES["low_team_high_sensitivity_narrow"])
    assert suggestion.changes is not None
    opened = {tuple(opening.answers.items()): opening for opening in suggestion.changes.openings}
    partner = opened[(("where_dev_team", "partner"),)]
    assert partner.leader == "local_quantised_model"


@pytest.mark.parametrize("case", ["low_team_high_sensitivity_narrow", "no_team_no_product"])
def test_an_opening_leads_where_it_says(knowledge: KnowledgeBase, case: str) -> None:
    suggestion = advise(knowledge, CASES[case])
    assert suggestion.changes is not None
    assert suggestion.changes.openings
    for opening in suggestion.changes.openings:
        assert leader_of({**CASES[case], **opening.answers}) == opening.leader


def test_two_answers_together_where_one_is_not_enough(knowledge: KnowledgeBase) -> None:
    answers = {
        **CASES["low_team_high_sensitivity_narrow"],
        "reg_residency": "air_gapped",
        "reg_people_decisions": "supports",
    }
    suggestion = advise(knowledge, answers)
    assert suggestion.leader is None
    assert suggestion.changes is not None
    assert {len(opening.answers) for opening in suggestion.changes.openings} == {2}
    for opening in suggestion.changes.openings:
        assert leader_of({**answers, **opening.answers}) == opening.leader


def test_openings_are_for_when_nothing_is_left(knowledge: KnowledgeBase) -> None:
    changes = advise(knowledge, CASES["enterprise_full"]).changes
    assert changes is not None
    assert changes.openings == ()


@unhurried
@given(st.data())
def test_a_question_of_many_numbers_has_a_step_for_each_range(data: st.DataObject) -> None:
    answers = situation(opex_volume=data.draw(st.integers(0, 10**9)))
    steps = all_steps(shipped(), answers, ["opex_volume"])
    assert isinstance(shipped().questions["opex_volume"], NumberQuestion)
    levels = {
        frozenset(standing(shipped(), {**answers, "opex_volume": step.answer}).levels["volume"])
        for step in steps
    }
    here = standing(shipped(), answers).levels["volume"]
    assert levels | {here} == {frozenset({level}) for level in ("low", "medium", "high")}
