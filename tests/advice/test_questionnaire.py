import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.advice.questionnaire import (
    AnswerError,
    asked,
    check,
    is_unknown,
    problems,
    questions_shown,
)
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase, read_document
from tests.advice.answers import legal_answers, plain_answers, situation, unhurried
from tests.knowledge.editions import changed, shipped

# ---------------------------------------------------------------- which questions are asked


def keys_shown(knowledge: KnowledgeBase, **answers: Answer) -> set[str]:
    return {question.key for question in questions_shown(knowledge, situation(**answers))}


def test_a_department_is_asked_about_smaller_models(knowledge: KnowledgeBase) -> None:
    assert "how_small_model_evidence" in keys_shown(knowledge, where_scope="function")


def test_a_person_working_alone_is_not(knowledge: KnowledgeBase) -> None:
    assert "how_small_model_evidence" not in keys_shown(knowledge, where_scope="individual")


@pytest.mark.parametrize(("language", "shown"), [(2, False), (3, True), (5, True)])
def test_training_examples_matter_only_for_special_language(
    knowledge: KnowledgeBase, language: int, *, shown: bool
) -> None:
    assert ("spec_training_data" in keys_shown(knowledge, spec_language=language)) is shown


def test_a_question_that_may_turn_out_to_matter_is_asked(knowledge: KnowledgeBase) -> None:
    assert "spec_training_data" in keys_shown(knowledge, spec_language=UNKNOWN)


def test_at_first_only_questions_without_a_condition_are_shown(knowledge: KnowledgeBase) -> None:
    assert questions_shown(knowledge, {}) == [
        question for question in knowledge.questions.values() if not question.show_if
    ]


def test_questions_are_shown_in_the_order_of_the_bank(knowledge: KnowledgeBase) -> None:
    shuffled = dict(reversed(situation().items()))
    keys = [question.key for question in questions_shown(knowledge, shuffled)]
    assert keys == [key for key in knowledge.questions if key in keys]


# ---------------------------------------------------------------- which answers count


def test_answers_to_questions_that_are_not_shown_do_not_count(knowledge: KnowledgeBase) -> None:
    assert "spec_training_data" in asked(knowledge, situation(spec_language=5))
    assert "spec_training_data" not in asked(knowledge, situation(spec_language=1))


def test_an_answer_that_does_not_count_shows_no_question() -> None:
    """Autonomy hangs on evidence here, which is not asked of a person working alone."""
    on_evidence = [{"question": "how_small_model_evidence", "op": "eq", "value": "good_enough"}]
    knowledge = read_document(changed("question_bank/questions/gov_autonomy/show_if", on_evidence))
    answers = situation(gov_autonomy="alone")
    assert "gov_autonomy" in asked(knowledge, answers)
    assert "gov_autonomy" not in asked(knowledge, {**answers, "where_scope": "individual"})


def test_a_question_left_out_was_not_asked(knowledge: KnowledgeBase) -> None:
    assert asked(knowledge, {"where_scope": "function"}) == {"where_scope": "function"}


def test_only_where_it_is_offered_does_dont_know_mean_that(knowledge: KnowledgeBase) -> None:
    assert is_unknown(knowledge.questions["reg_data"], UNKNOWN)
    assert not is_unknown(knowledge.questions["why_success"], UNKNOWN)


# ---------------------------------------------------------------- which answers are allowed


@pytest.mark.parametrize("key", shipped().questions)
def test_every_choice_of_every_question_is_allowed(key: str) -> None:
    for answer in plain_answers(key):
        assert list(problems(shipped().questions[key], answer)) == []


@unhurried
@given(st.data())
def test_every_legal_answer_is_allowed(data: st.DataObject) -> None:
    question = data.draw(st.sampled_from(list(shipped().questions.values())))
    assert list(problems(question, data.draw(legal_answers(question)))) == []


@pytest.mark.parametrize(
    "key", [key for key, question in shipped().questions.items() if question.type != "text"]
)
def test_dont_know_is_an_answer_only_where_the_bank_allows_it(key: str) -> None:
    question = shipped().questions[key]
    assert (not list(problems(question, UNKNOWN))) is question.allow_unknown


@pytest.mark.parametrize(
    ("key", "answer", "complaint"),
    [
        ("where_scope", "galaxy", "'galaxy' is not one of individual, function, enterprise."),
        ("where_scope", ["function"], "['function'] is not one of individual, function"),
        ("where_scope", UNKNOWN, "'dont_know' is not one of individual, function, enterprise."),
        ("where_capex", 3, "3 is not one of small, moderate, substantial (or dont_know)."),
        ("where_capex", None, "None is not one of small, moderate, substantial (or dont_know)."),
        ("reg_jurisdiction", "eu", "'eu' is not a list of eu, uk, us, other (or dont_know)."),
        ("reg_jurisdiction", [], "[] is not a list of eu, uk, us, other (or dont_know)."),
        ("reg_jurisdiction", ["eu", "moon"], "'moon' is not one of eu, uk, us, other"),
        ("reg_jurisdiction", [["eu"]], "['eu'] is not one of eu, uk, us, other"),
        ("reg_jurisdiction", ["eu", UNKNOWN], "'dont_know' is not one of eu, uk, us, other"),
        ("reg_jurisdiction", ["eu", "eu"], "names a choice more than once."),
        ("reg_data", ["public", "personal"], "'public' cannot be combined with another choice."),
        (
            "why_priorities",
            ["protect_data", "compliance", "low_cost", "low_upkeep"],
            "names more than 3 choices.",
        ),
        ("spec_language", 6, "6 is not between 1 and 5."),
        ("spec_language", "3", "'3' is not a whole number (or dont_know)."),
        ("spec_language", True, "True is not a whole number (or dont_know)."),
        ("opex_volume", -1, "-1 is not between 0 and 1000000000."),
        ("opex_volume", 0.5, "0.5 is not a whole number (or dont_know)."),
        ("why_success", "x" * 601, "must be text of at most 600 characters."),
        ("why_success", 7, "must be text of at most 600 characters."),
    ],
)
def test_an_answer_that_is_not_allowed_names_the_question_and_what_is(
    knowledge: KnowledgeBase, key: str, answer: object, complaint: str
) -> None:
    answers = {key: answer}
    with pytest.raises(AnswerError) as refused:
        check(knowledge, answers)  # type: ignore[arg-type]
    assert str(refused.value).startswith(f"{key}: {complaint}")


def test_an_unknown_question_names_the_known_ones(knowledge: KnowledgeBase) -> None:
    with pytest.raises(AnswerError) as refused:
        check(knowledge, {"where_scop": "function"})
    message = str(refused.value)
    assert message.startswith("where_scop: no such question. Known are where_scope, ")
    assert all(key in message for key in knowledge.questions)


def test_answers_that_do_not_count_are_checked_too(knowledge: KnowledgeBase) -> None:
    with pytest.raises(AnswerError, match="spec_training_data"):
        check(knowledge, situation(spec_language=1, spec_training_data="thousands"))
