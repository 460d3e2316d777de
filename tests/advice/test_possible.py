"""The other answers a question could have."""

from hypothesis import given
from hypothesis import strategies as st

from assessor.advice.possible import possible_answers, steps_from
from assessor.advice.questionnaire import problems
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase
from tests.advice.answers import legal_answers, situation, unhurried
from tests.knowledge.editions import shipped

ASKED = [key for key, question in shipped().questions.items() if question.type != "text"]


def steps(key: str, **different: Answer) -> dict[str, int]:
    answers = situation(**different)
    return {str(step.answer): step.size for step in steps_from(shipped(), answers, key)}


@unhurried
@given(st.data())
def test_every_step_is_another_legal_answer(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(ASKED))
    question = shipped().questions[key]
    given_answer = data.draw(legal_answers(question))
    for step in steps_from(shipped(), situation(**{key: given_answer}), key):
        assert step.answer != given_answer
        assert not list(problems(question, step.answer))
        assert step.size >= 1


def test_every_possible_answer_is_legal(knowledge: KnowledgeBase) -> None:
    for key in ASKED:
        question = knowledge.questions[key]
        for answer in possible_answers(question):
            assert not list(problems(question, answer))


def test_a_ranking_can_be_any_of_its_orders(knowledge: KnowledgeBase) -> None:
    """Nine priorities: 9 with one place, 72 with two, 504 with three."""
    assert len(possible_answers(knowledge.questions["why_priorities"])) == 9 + 72 + 504


def test_choices_are_as_far_apart_as_they_stand() -> None:
    assert steps("where_dev_team", where_dev_team="partner") == {"none": 1, "small": 1, "large": 2}


def test_the_only_choice_can_be_joined_or_replaced() -> None:
    found = steps("reg_data", reg_data=["internal"])
    assert found["['internal', 'personal']"] == 1
    assert found["['personal']"] == 2
    assert found["['public']"] == 2


def test_of_several_choices_one_can_go_or_come() -> None:
    found = steps("reg_data", reg_data=["internal", "personal"])
    assert found["['internal']"] == 1
    assert found["['internal', 'confidential', 'personal']"] == 1
    assert found["['public']"] == 3
    assert "['confidential']" not in found


def test_an_exclusive_choice_gives_way() -> None:
    found = steps("reg_data", reg_data=["public"])
    assert found["['internal']"] == 2
    assert all("public" not in answer for answer in found)


def test_priorities_can_change_places_or_be_replaced() -> None:
    found = steps("why_priorities", why_priorities=["low_cost", "compliance"])
    assert found["['compliance', 'low_cost']"] == 1
    assert found["['low_cost', 'fast_value']"] == 1
    assert found["['fast_value', 'compliance']"] == 2
    assert found["['low_cost', 'compliance', 'fast_value']"] == 1


def test_anything_is_one_step_from_not_known() -> None:
    assert set(steps("spec_language", spec_language=UNKNOWN).values()) == {1}
