"""Many sets of answers at once must come to what each of them comes to alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.advice.scenarios import (
    NOBODY,
    Column,
    Outcomes,
    leaders,
    outcomes,
    scores,
)
from assessor.advice.standing import Standing, standing
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase
from tests.advice.answers import legal_answers, situation, unhurried
from tests.knowledge.editions import shipped

Sets = list[dict[str, Answer]]


@st.composite
def sets_of_answers(draw: st.DrawFn) -> Sets:
    """Draw a few sets of legal answers to the same questions."""
    questions = shipped().questions
    keys = draw(st.sets(st.sampled_from(list(questions)), min_size=1))
    one = st.fixed_dictionaries({key: legal_answers(questions[key]) for key in keys})
    return draw(st.lists(one, min_size=1, max_size=4))


def as_columns(sets: Sets) -> dict[str, Column]:
    rows = np.arange(len(sets))
    return {key: Column(tuple(answers[key] for answers in sets), rows) for key in sets[0]}


def levels_in(knowledge: KnowledgeBase, found: Outcomes, row: int) -> dict[str, set[str]]:
    at = row if len(found.levels) > 1 else 0
    return {
        key: {name for name, flag in zip(criterion.levels, flags, strict=False) if flag}
        for (key, criterion), flags in zip(
            knowledge.criteria.items(), found.levels[at], strict=True
        )
        if flags.any()
    }


def options_out(knowledge: KnowledgeBase, found: Outcomes, row: int) -> set[str]:
    at = row if len(found.out) > 1 else 0
    return {key for key, flag in zip(knowledge.options, found.out[at], strict=True) if flag}


@unhurried
@given(sets_of_answers())
def test_every_row_comes_to_what_its_answers_come_to_alone(sets: Sets) -> None:
    knowledge = shipped()
    found = outcomes(knowledge, as_columns(sets))
    first = np.broadcast_to(leaders(scores(knowledge, found)), len(sets))
    options = [*knowledge.options, None]
    for row, answers in enumerate(sets):
        alone: Standing = standing(knowledge, answers)
        assert levels_in(knowledge, found, row) == {k: set(v) for k, v in alone.levels.items()}
        assert options_out(knowledge, found, row) == {out.architecture for out in alone.excluded}
        assert options[first[row]] == (alone.leader and alone.leader.key)


@unhurried
@given(sets_of_answers())
def test_marks_stand_in_the_proportion_of_the_scores(sets: Sets) -> None:
    knowledge = shipped()
    marks = scores(knowledge, outcomes(knowledge, as_columns(sets)))
    for row, answers in enumerate(sets):
        by_option = dict(zip(knowledge.options, marks[row if len(marks) > 1 else 0], strict=True))
        alone = standing(knowledge, answers)
        full = 4 * 12 * sum(alone.weights.values()) or 1
        for place in alone.ranking:
            assert 100 * by_option[place.architecture] / full == pytest.approx(place.score)


def test_answers_that_are_the_same_everywhere_need_one_row(knowledge: KnowledgeBase) -> None:
    columns = {key: Column.of(answer) for key, answer in situation().items()}
    found = outcomes(knowledge, columns)
    assert (len(found.levels), len(found.weights), len(found.out)) == (1, 1, 1)


def test_where_everything_is_out_nobody_leads() -> None:
    assert leaders(np.array([[-1.0, -1.0], [-1.0, 0.0]])).tolist() == [NOBODY, 1]


def test_the_first_of_equals_leads() -> None:
    assert leaders(np.array([[3.0, 5.0, 5.0]])).tolist() == [1]


def test_an_answer_that_may_not_count_takes_nothing_away(knowledge: KnowledgeBase) -> None:
    """Examples are asked for only where the language is special, and that is not known yet."""
    answers = situation(spec_language=UNKNOWN, spec_training_data="none")
    found = outcomes(knowledge, as_columns([answers]))
    assert "fine_tuned_small_llm" not in options_out(knowledge, found, 0)
    reasons = standing(knowledge, answers).open_exclusions
    (reason,) = [each for each in reasons if each.rule == "no_training_data"]
    assert reason.answers == {"spec_language": ("3", "4", "5")}
