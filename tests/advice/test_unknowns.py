"""What is not known yet, and how much finding out is worth."""

from assessor.advice import Suggestion, advise
from assessor.advice.standing import standing
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase
from tests.advice.answers import situation
from tests.knowledge.editions import shipped

FOUR = next(
    dict(case.answers)
    for case in shipped().golden_cases.cases
    if case.key == "mid_market_four_unknowns"
)


def values(suggestion: Suggestion) -> dict[str, float]:
    return {unknown.question: unknown.value for unknown in suggestion.unknowns}


def test_what_is_worth_finding_out_comes_first(knowledge: KnowledgeBase) -> None:
    suggestion = advise(knowledge, FOUR)
    assert {unknown.question for unknown in suggestion.unknowns} == set(suggestion.not_known)
    shares = list(values(suggestion).values())
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.5


def test_with_one_unknown_the_leader_hangs_on_it_or_does_not(knowledge: KnowledgeBase) -> None:
    decisive = situation(how_small_model_evidence=UNKNOWN)
    indifferent = situation(drift_change=UNKNOWN)
    assert values(advise(knowledge, decisive)) == {"how_small_model_evidence": 1}
    assert values(advise(knowledge, indifferent)) == {"drift_change": 0}


def test_each_possible_answer_says_who_would_lead(knowledge: KnowledgeBase) -> None:
    answers = situation(how_small_model_evidence=UNKNOWN)
    (unknown,) = advise(knowledge, answers).unknowns
    for possibility in unknown.possibilities:
        changed: dict[str, Answer] = {**answers, unknown.question: possibility.answer}
        leader = standing(knowledge, changed).leader
        assert possibility.leader == (leader and leader.key)
    assert len(unknown.possibilities) == 4


def test_with_everything_known_there_is_nothing_to_find_out(knowledge: KnowledgeBase) -> None:
    assert advise(knowledge, situation()).unknowns == ()


def test_even_with_every_answer_unknown(knowledge: KnowledgeBase) -> None:
    answers: dict[str, Answer] = {
        key: UNKNOWN for key, question in knowledge.questions.items() if question.allow_unknown
    }
    suggestion = advise(knowledge, answers)
    assert suggestion.leader
    assert set(values(suggestion)) == set(suggestion.not_known)
