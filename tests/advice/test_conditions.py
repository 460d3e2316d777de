import pytest

from assessor.advice.conditions import conditions_of, gates
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase
from assessor.knowledge.catalogue import ConditionRule
from assessor.knowledge.conditions import Situation, compare
from tests.advice.answers import satisfying, situation, violating
from tests.knowledge.editions import shipped

every_rule = pytest.mark.parametrize(
    "rule", shipped().architectures.condition_rules, ids=lambda rule: rule.key
)


def meeting(rule: ConditionRule) -> dict[str, Answer]:
    """Return answers that make the rule apply."""
    return situation(**{clause.question: satisfying(clause) for clause in rule.when})


def under_condition(
    knowledge: KnowledgeBase, rule: ConditionRule, answers: dict[str, Answer]
) -> dict[str, bool]:
    """Return the options that stand under the rule, and whether it is open."""
    return {
        key: condition.open
        for key, option in knowledge.options.items()
        for condition in conditions_of(knowledge, option, Situation(answers))
        if condition.rule == rule.key
    }


def matching(knowledge: KnowledgeBase, rule: ConditionRule) -> set[str]:
    attribute = rule.applies_where.attribute
    return {
        key
        for key, option in knowledge.options.items()
        if compare(rule.applies_where, option.attributes[attribute])
    }


# ---------------------------------------------------------------- only if …


@every_rule
def test_each_rule_applies_to_the_options_it_speaks_of(
    knowledge: KnowledgeBase, rule: ConditionRule
) -> None:
    under = under_condition(knowledge, rule, meeting(rule))
    assert under == dict.fromkeys(matching(knowledge, rule), False) != {}


@every_rule
def test_a_rule_does_not_apply_when_a_clause_fails(
    knowledge: KnowledgeBase, rule: ConditionRule
) -> None:
    for clause in rule.when:
        answers = {**meeting(rule), clause.question: violating(clause)}
        assert under_condition(knowledge, rule, answers) == {}


@every_rule
def test_a_rule_does_not_apply_when_its_question_was_not_asked(
    knowledge: KnowledgeBase, rule: ConditionRule
) -> None:
    answers = meeting(rule)
    del answers[rule.when[0].question]
    assert under_condition(knowledge, rule, answers) == {}


def test_a_condition_on_an_unknown_answer_applies_as_open(knowledge: KnowledgeBase) -> None:
    option = knowledge.options["foundation_api_rag"]
    (condition,) = conditions_of(knowledge, option, Situation({"reg_residency": UNKNOWN}))
    assert (condition.rule, condition.open) == ("region_by_contract", True)


def test_a_condition_that_lists_dont_know_is_certain(knowledge: KnowledgeBase) -> None:
    """Whether training would help hangs on the same answer, and stays open."""
    option = knowledge.options["small_llm_vpc_private_cloud"]
    conditions = conditions_of(knowledge, option, Situation({"how_small_model_evidence": UNKNOWN}))
    assert {condition.rule: condition.open for condition in conditions} == {
        "test_small_model": False,
        "tune_small_model": True,
    }


def test_a_condition_says_what_to_do_and_which_answer_asks_for_it(
    knowledge: KnowledgeBase,
) -> None:
    option = knowledge.options["fine_tuned_small_llm"]
    (condition,) = conditions_of(knowledge, option, Situation({"spec_training_data": "some"}))
    assert condition.text.startswith("Only after the number of examples")
    assert condition.answers == {"spec_training_data": "some"}


# ---------------------------------------------------------------- before anything else


def gates_open(knowledge: KnowledgeBase, **answers: Answer) -> dict[str, bool]:
    return {gate.key: gate.open for gate in gates(knowledge, Situation(answers))}


def test_decisions_about_people_in_the_eu_go_to_legal_first(knowledge: KnowledgeBase) -> None:
    about_people: dict[str, Answer] = {"reg_people_decisions": "supports"}
    asked = gates_open(knowledge, **about_people, reg_jurisdiction=["uk", "eu"])
    assert asked == {"prohibited_practice": False}
    assert gates_open(knowledge, **about_people, reg_jurisdiction=["uk"]) == {}


def test_not_knowing_is_reason_enough_to_ask_legal(knowledge: KnowledgeBase) -> None:
    unknown = gates_open(knowledge, reg_people_decisions=UNKNOWN, reg_jurisdiction=UNKNOWN)
    assert unknown == {"prohibited_practice": False}


def test_unknown_data_might_be_classified(knowledge: KnowledgeBase) -> None:
    assert gates_open(knowledge, reg_data=["classified", "personal"]) == {"classified": False}
    assert gates_open(knowledge, reg_data=UNKNOWN) == {"classified": True}
    assert gates_open(knowledge, reg_data=["personal"]) == {}


def test_pictures_are_out_of_scope(knowledge: KnowledgeBase) -> None:
    assert gates_open(knowledge, how_tasks=["draft", "other_media"]) == {
        "out_of_scope_media": False
    }


def test_gates_come_in_the_order_of_the_bank_with_their_words(knowledge: KnowledgeBase) -> None:
    raised = gates(knowledge, Situation({"how_tasks": ["other_media"], "reg_data": ["classified"]}))
    assert [(gate.key, gate.severity) for gate in raised] == [
        ("classified", "ask_security"),
        ("out_of_scope_media", "scope"),
    ]
    assert all(gate.message for gate in raised)
