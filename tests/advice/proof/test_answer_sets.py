"""The sets of answers that a proof tries are legal, and enough."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.advice.proof import answer_sets
from assessor.advice.proof.answer_sets import columns_of, combined, told_apart
from assessor.advice.proof.places import conditions
from assessor.advice.questionnaire import problems
from assessor.knowledge import Answer, KnowledgeBase
from assessor.knowledge.conditions import QuestionClause, Situation, holds
from tests.advice.answers import legal_answers, unhurried
from tests.knowledge.editions import shipped


@cache
def clauses_about(key: str) -> list[QuestionClause]:
    return [
        clause
        for condition in conditions(shipped())
        for clause in condition.clauses
        if isinstance(clause, QuestionClause) and clause.question == key
    ]


def come_to(clauses: list[QuestionClause], key: str, answer: Answer) -> list[object]:
    return [holds(clause, Situation({key: answer})) for clause in clauses]


@pytest.mark.parametrize("key", shipped().questions)
def test_answers_told_apart_are_legal(knowledge: KnowledgeBase, key: str) -> None:
    question = knowledge.questions[key]
    for answer in told_apart(question, clauses_about(key)):
        assert list(problems(question, answer)) == []


@unhurried
@given(st.data())
def test_every_legal_answer_comes_to_what_one_told_apart_comes_to(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(list(shipped().questions)))
    about = clauses_about(key)
    clauses = data.draw(st.lists(st.sampled_from(about), max_size=3)) if about else []
    question = shipped().questions[key]
    answer = data.draw(legal_answers(question))
    outcomes = [come_to(clauses, key, each) for each in told_apart(question, clauses)]
    assert come_to(clauses, key, answer) in outcomes


def test_few_combinations_are_all_tried(knowledge: KnowledgeBase) -> None:
    codes, method = combined(knowledge, {"one": 2, "other": 3})
    pairs = set(zip(codes["one"].tolist(), codes["other"].tolist(), strict=True))
    assert pairs == {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)}
    assert method == "exact"


def test_of_too_many_combinations_a_sample_is_tried_and_said_so(knowledge: KnowledgeBase) -> None:
    sizes = {"one": 1000, "other": 1000}
    codes, method = combined(knowledge, sizes)
    assert method == "search: 50,000 of 1,000,000 combinations"
    assert len(codes["one"]) == answer_sets.SAMPLE
    again, _ = combined(knowledge, sizes)
    assert (again["other"] == codes["other"]).all()


def test_columns_say_what_the_sets_say() -> None:
    sets: list[dict[str, Answer]] = [
        {"a": ["x", "y"], "b": 1},
        {"a": ["y"], "b": 2},
        {"a": ["x", "y"], "b": 2},
    ]
    columns = columns_of(sets)
    assert columns["a"].answers == (["x", "y"], ["y"])
    for row, answers in enumerate(sets):
        for key, column in columns.items():
            assert column.answers[column.codes[row]] == answers[key]
