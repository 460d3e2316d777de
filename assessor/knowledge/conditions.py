"""The closed set of conditions, and what they come to: yes, no, or not known yet.

A condition is a value read from the knowledge base, never text that is evaluated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

UNKNOWN = "dont_know"
"""The answer that says: I don't know yet."""

Answer = str | int | list[str]
"""single and text: str; scale and number: int; multi and ranked: list; or ``UNKNOWN``."""

Answers = Mapping[str, Answer]
"""Question key to answer. A question that is missing was not asked."""

Attribute = bool | int | str
Operator = Literal["eq", "ne", "in", "not_in", "contains_any", "not_contains_any", "gte", "lte"]
Operand = bool | int | str | tuple[bool | int | str, ...]


Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=60)]
"""What an entry is called by others, in addresses and in columns of the database."""


class Fact(BaseModel):
    """A frozen value that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Outcome(Enum):
    """What a condition comes to. OPEN means that an answer is not known yet."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


class Comparison(Fact):
    """An operator and what to compare with."""

    op: Operator
    value: Operand


class QuestionClause(Comparison):
    """Something about the answer to one question."""

    question: str


class CriterionClause(Comparison):
    """Something about the level of one criterion."""

    criterion: str = Field(alias="dimension")


class AttributeClause(Comparison):
    """Something about an architecture."""

    attribute: str


SUBJECTS: dict[type, str] = {
    QuestionClause: "question",
    CriterionClause: "dimension",
    AttributeClause: "attribute",
}


def _subject(clause: object) -> str | None:
    """Name the subject of a clause; a clause without one is refused by pydantic."""
    if isinstance(clause, Mapping):
        return next((subject for subject in SUBJECTS.values() if subject in clause), None)
    return SUBJECTS.get(type(clause))


Clause = Annotated[
    Annotated[QuestionClause, Tag("question")]
    | Annotated[CriterionClause, Tag("dimension")]
    | Annotated[AttributeClause, Tag("attribute")],
    Discriminator(
        _subject,
        custom_error_type="clause_subject",
        custom_error_message="A clause needs one of the keys question, dimension, attribute",
    ),
]


@dataclass(frozen=True)
class Situation:
    """What clauses are tested against.

    ``answers`` holds only questions that were asked, ``uncertain`` those of them that would not be
    asked under some of the answers not known yet, ``levels`` the plausible levels of each
    criterion that has any, ``attributes`` those of the architecture in question.
    """

    answers: Answers = field(default_factory=dict)
    uncertain: frozenset[str] = frozenset()
    levels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


def holds(clause: Clause, situation: Situation) -> Outcome:
    """Return what the clause comes to.

    A question not asked and a criterion without a level make it NO, negative operators included;
    an unknown answer makes it OPEN unless the clause lists ``dont_know``; an answer that may turn
    out not to count makes it OPEN instead of YES.
    """
    match clause:
        case QuestionClause():
            outcome = _holds_for_answer(clause, situation.answers.get(clause.question))
            doubtful = outcome is Outcome.YES and clause.question in situation.uncertain
            return Outcome.OPEN if doubtful else outcome
        case CriterionClause():
            return _holds_for_levels(clause, situation.levels.get(clause.criterion, frozenset()))
        case AttributeClause():
            return _outcome(held=compare(clause, situation.attributes[clause.attribute]))
        case _:
            assert_never(clause)


def all_hold(clauses: Iterable[Clause], situation: Situation) -> Outcome:
    """Return YES when every clause holds, NO when one does not, else OPEN. No clauses: YES."""
    return _first_decisive(clauses, situation, Outcome.NO, Outcome.YES)


def any_holds(clauses: Iterable[Clause], situation: Situation) -> Outcome:
    """Return YES when one clause holds, NO when none can, else OPEN. No clauses: NO."""
    return _first_decisive(clauses, situation, Outcome.YES, Outcome.NO)


def _first_decisive(
    clauses: Iterable[Clause], situation: Situation, decisive: Outcome, otherwise: Outcome
) -> Outcome:
    """Return the outcome that decides it as soon as one clause has it, else whether one is OPEN."""
    verdict = otherwise
    for clause in clauses:
        outcome = holds(clause, situation)
        if outcome is decisive:
            return decisive
        if outcome is Outcome.OPEN:
            verdict = outcome
    return verdict


def compare(comparison: Comparison, actual: Answer | Attribute) -> bool:
    """Say whether ``actual`` stands in the stated relation to the stated value."""
    expected = comparison.value
    match comparison.op:
        case "eq":
            return actual == expected
        case "ne":
            return actual != expected
        case "in" | "contains_any":
            return bool(_members(actual) & _members(expected))
        case "not_in" | "not_contains_any":
            return not _members(actual) & _members(expected)
        case "gte":
            return _number(actual) >= _number(expected)
        case "lte":
            return _number(actual) <= _number(expected)
        case _:
            assert_never(comparison.op)


def _holds_for_answer(clause: QuestionClause, answer: Answer | None) -> Outcome:
    if answer is None:
        return Outcome.NO
    if answer == UNKNOWN and UNKNOWN not in _members(clause.value):
        return Outcome.OPEN
    return _outcome(held=compare(clause, answer))


def _holds_for_levels(clause: CriterionClause, levels: frozenset[str]) -> Outcome:
    results = {compare(clause, level) for level in levels}
    if len(results) > 1:
        return Outcome.OPEN
    return _outcome(held=results == {True})


def _outcome(*, held: bool) -> Outcome:
    return Outcome.YES if held else Outcome.NO


def _members(value: object) -> set[object]:
    return set(value) if isinstance(value, list | tuple) else {value}


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is not a number")
    return value
