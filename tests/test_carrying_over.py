"""Which answers of an earlier report are taken over."""

from typing import Any

import pytest

from assessor.carrying_over import LONGEST_SHOWN, CarriedOver, carried_over, in_words
from tests.advice.answers import situation
from tests.knowledge.editions import shipped


def sorted_out(known: bool = False, **answers: Any) -> CarriedOver:  # noqa: FBT001, FBT002
    return carried_over(shipped(), answers, shipped() if known else None)


def test_answers_that_are_still_allowed_are_taken_over() -> None:
    assert carried_over(shipped(), situation(), shipped()) == CarriedOver(situation(), ())


def test_an_answer_to_a_question_that_is_gone_is_named_with_itself() -> None:
    first, second = sorted_out(long_gone="yes", gone_too=["a", 5]).refused
    assert (first.question, first.words) == ("long_gone", ("yes",))
    assert (second.question, second.words) == ("gone_too", ("a", "5"))
    assert first.reason == "This is not asked any more."


@pytest.mark.parametrize(
    "answer",
    [
        "gone", "", None, True, 50, 1.5, [], ["gone"], {}, {"a": 1}, [["function"]], [None],
        "x" * 10_000, [{}] * 3,
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("key", ["where_scope", "how_tasks", "spec_language", "why_priorities"])
def test_an_answer_that_is_not_allowed_is_named_under_its_question(key: str, answer: Any) -> None:
    sorted_answers = sorted_out(**{key: answer})
    assert sorted_answers.answers == {}
    [refused] = sorted_answers.refused
    assert refused.question == shipped().questions[key].text
    assert all(len(word) <= LONGEST_SHOWN for word in refused.words)
    assert refused.reason == "The question does not allow this answer any more."


@pytest.mark.parametrize(
    ("key", "answer", "words"),
    [
        ("where_scope", "function", ["One department or one business function"]),
        ("where_scope", "gone", ["gone"]),
        ("how_tasks", ["gone", "draft"], ["gone", "draft"]),
        ("opex_volume", "many", ["many"]),
        ("long_gone", 5, ["5"]),
        ("long_gone", None, []),
    ],
)
def test_an_answer_that_an_edition_has_no_words_for_stands_as_it_is(
    key: str, answer: Any, words: list[str]
) -> None:
    assert in_words(shipped(), key, answer) == words


def test_the_earlier_edition_has_the_words_for_what_is_gone() -> None:
    """Seen from an edition in which the question does not exist."""
    question = shipped().questions["where_scope"]
    earlier = shipped()
    assert sorted_out(known=True, where_scope="gone").refused[0].question == question.text
    [refused] = carried_over(_without("where_scope"), {"where_scope": "function"}, earlier).refused
    assert refused.question == question.text
    assert refused.words == ("One department or one business function",)


def _without(key: str) -> Any:
    """Return something that knows every question but one."""

    class Edition:
        questions = {name: each for name, each in shipped().questions.items() if name != key}

    return Edition()
