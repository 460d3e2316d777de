from itertools import product

import pytest
from pydantic import ValidationError

from assessor.knowledge.catalogue import KnockoutRule
from assessor.knowledge.conditions import (
    UNKNOWN,
    Answer,
    Attribute,
    AttributeClause,
    Comparison,
    CriterionClause,
    Operand,
    Operator,
    Outcome,
    QuestionClause,
    Situation,
    all_hold,
    any_holds,
    compare,
    holds,
)
from assessor.knowledge.library import Control

YES, NO, OPEN = Outcome.YES, Outcome.NO, Outcome.OPEN

OPERATORS: list[tuple[Operator, Operand]] = [
    ("eq", "a"),
    ("ne", "a"),
    ("in", ("a", "b")),
    ("not_in", ("a", "b")),
    ("contains_any", ("a", "b")),
    ("not_contains_any", ("a", "b")),
    ("gte", 3),
    ("lte", 3),
]

PAIRS = list(product(Outcome, repeat=2))

SITUATION = Situation(answers={"yes": "y", "no": "n", "open": UNKNOWN})


def clause(outcome: Outcome) -> QuestionClause:
    """Return a clause that comes to this outcome in SITUATION."""
    return QuestionClause(question=outcome.value, op="eq", value="y")


# ---------------------------------------------------------------- operators


@pytest.mark.parametrize(
    ("actual", "op", "value", "expected"),
    [
        ("region", "eq", "region", True),
        ("region", "eq", "anywhere", False),
        (True, "eq", True, True),
        (True, "eq", False, False),
        ("region", "ne", "anywhere", True),
        ("region", "ne", "region", False),
        ("region", "in", ("region", "sovereign"), True),
        ("anywhere", "in", ("region", "sovereign"), False),
        ("anywhere", "not_in", ("region", "sovereign"), True),
        ("region", "not_in", ("region", "sovereign"), False),
        (["personal", "internal"], "contains_any", ("personal", "classified"), True),
        (["public"], "contains_any", ("personal", "classified"), False),
        (["public"], "not_contains_any", ("personal", "classified"), True),
        (["personal", "internal"], "not_contains_any", ("personal",), False),
        (3, "gte", 3, True),
        (2, "gte", 3, False),
        (3, "lte", 3, True),
        (4, "lte", 3, False),
    ],
)
def test_each_operator(
    actual: Answer | Attribute, op: Operator, value: Operand, *, expected: bool
) -> None:
    assert compare(Comparison(op=op, value=value), actual) is expected


@pytest.mark.parametrize("op", ["gte", "lte"])
def test_only_numbers_have_an_order(op: Operator) -> None:
    with pytest.raises(TypeError, match="'many' is not a number"):
        compare(Comparison(op=op, value=3), "many")


# ---------------------------------------------------------------- one clause


@pytest.mark.parametrize(("op", "value"), OPERATORS)
def test_a_question_not_asked_makes_every_clause_no(op: Operator, value: Operand) -> None:
    not_asked = QuestionClause(question="never_asked", op=op, value=value)
    assert holds(not_asked, SITUATION) is NO


@pytest.mark.parametrize(("op", "value"), OPERATORS)
def test_an_unknown_answer_makes_every_clause_open(op: Operator, value: Operand) -> None:
    assert holds(QuestionClause(question="open", op=op, value=value), SITUATION) is OPEN


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("eq", UNKNOWN, YES),
        ("ne", UNKNOWN, NO),
        ("in", ("a", UNKNOWN), YES),
        ("not_in", ("a", UNKNOWN), NO),
        ("contains_any", ("a", UNKNOWN), YES),
        ("not_contains_any", ("a", UNKNOWN), NO),
    ],
)
def test_a_clause_that_lists_dont_know_is_settled_by_it(
    op: Operator, value: Operand, expected: Outcome
) -> None:
    assert holds(QuestionClause(question="open", op=op, value=value), SITUATION) is expected


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (frozenset({"high"}), YES),
        (frozenset({"medium", "high"}), YES),
        (frozenset({"low", "high"}), OPEN),
        (frozenset({"low"}), NO),
        (frozenset(), NO),
    ],
)
def test_a_clause_on_a_criterion_must_hold_at_every_plausible_level(
    levels: frozenset[str], expected: Outcome
) -> None:
    raised = CriterionClause(criterion="sensitivity", op="in", value=("medium", "high"))
    assert holds(raised, Situation(levels={"sensitivity": levels})) is expected


def test_a_negative_clause_on_a_criterion_without_a_level_is_no() -> None:
    not_low = CriterionClause(criterion="sensitivity", op="ne", value="low")
    assert holds(not_low, Situation()) is NO


def test_a_clause_on_an_attribute_is_never_open() -> None:
    held = AttributeClause(attribute="model_weights_held", op="eq", value=True)
    assert holds(held, Situation(attributes={"model_weights_held": True})) is YES
    assert holds(held, Situation(attributes={"model_weights_held": False})) is NO


# ---------------------------------------------------------------- several clauses


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_all_hold_is_kleenes_and(left: Outcome, right: Outcome) -> None:
    expected = NO if NO in (left, right) else OPEN if OPEN in (left, right) else YES
    assert all_hold([clause(left), clause(right)], SITUATION) is expected


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_any_holds_is_kleenes_or(left: Outcome, right: Outcome) -> None:
    expected = YES if YES in (left, right) else OPEN if OPEN in (left, right) else NO
    assert any_holds([clause(left), clause(right)], SITUATION) is expected


def test_without_clauses_all_hold_and_none_holds() -> None:
    assert all_hold([], SITUATION) is YES
    assert any_holds([], SITUATION) is NO


# ---------------------------------------------------------------- a closed set


def test_there_is_no_other_operator() -> None:
    with pytest.raises(ValidationError, match="op"):
        QuestionClause.model_validate({"question": "reg_data", "op": "matches", "value": ".*"})


def test_a_rule_of_the_catalogue_cannot_test_anything_but_answers() -> None:
    with pytest.raises(ValidationError, match="question"):
        KnockoutRule.model_validate(
            {
                "key": "k",
                "when": [{"attribute": "own_premises", "op": "eq", "value": True}],
                "exclude_where": {"attribute": "own_premises", "op": "eq", "value": True},
                "reason": "",
                "trace": [],
            }
        )


def test_a_clause_needs_a_subject() -> None:
    with pytest.raises(ValidationError, match="one of the keys question, dimension, attribute"):
        Control.model_validate({"applies": {"any": [{"op": "eq", "value": "x"}]}})
