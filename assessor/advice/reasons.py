"""Whether something applies, and because of which answers, levels and attributes."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, assert_never

from assessor.advice.levels import in_order
from assessor.knowledge.applicability import Always, AnyOf, Applicability
from assessor.knowledge.conditions import (
    UNKNOWN,
    Answer,
    AttributeClause,
    Clause,
    CriterionClause,
    Fact,
    Outcome,
    QuestionClause,
    Situation,
    holds,
)
from assessor.knowledge.schema import KnowledgeBase

Applies = Literal["yes", "open", "no"]
"""``open``: it hangs on something not known yet, and counts as applying."""


class Reason(Fact):
    """A clause that holds, and what it holds for. ``open``: it holds only out of caution."""

    kind: Literal["always", "answer", "criterion", "architecture"]
    subject: str = ""
    """The key of the question, criterion or attribute; empty for ``always``."""

    value: bool | int | str | tuple[str, ...] = ""
    """The answer (of several choices, those that count), the plausible levels, the attribute."""

    open: bool = False


class Because(NamedTuple):
    """Whether something applies, with a reason for each clause that holds or may hold."""

    applies: Applies
    reasons: tuple[Reason, ...]


def because(
    knowledge: KnowledgeBase, applicability: Applicability, situation: Situation
) -> Because:
    """Return whether an entry applies and why; it never applies without a reason."""
    match applicability:
        case Always():
            return Because("yes", (Reason(kind="always"),))
        case AnyOf(any=clauses):
            return _any(tuple(dict.fromkeys(reasons_of(knowledge, clauses, situation))))
        case _:
            assert_never(applicability)


def reasons_of(
    knowledge: KnowledgeBase, clauses: Iterable[Clause], situation: Situation
) -> tuple[Reason, ...]:
    """Return one reason for each clause that holds or may hold, in order."""
    outcomes = [(clause, _outcome(clause, situation)) for clause in clauses]
    return tuple(
        _reason(knowledge, clause, situation, open_=outcome is Outcome.OPEN)
        for clause, outcome in outcomes
        if outcome is not Outcome.NO
    )


def _any(reasons: tuple[Reason, ...]) -> Because:
    if all(reason.open for reason in reasons):
        return Because("open" if reasons else "no", reasons)
    return Because("yes", reasons)


def _outcome(clause: Clause, situation: Situation) -> Outcome:
    # Where no option is left there is no architecture: nothing can be said of one, so nothing is
    # to be done because of one. Taking such clauses as open would list every control there is.
    if isinstance(clause, AttributeClause) and not situation.attributes:
        return Outcome.NO
    outcome = holds(clause, situation)
    return Outcome.OPEN if outcome is Outcome.YES and _unknown(clause, situation) else outcome


def _unknown(clause: Clause, situation: Situation) -> bool:
    """Say whether a clause speaks of an unknown answer, as one that lists ``dont_know`` can."""
    return isinstance(clause, QuestionClause) and situation.answers.get(clause.question) == UNKNOWN


def _reason(
    knowledge: KnowledgeBase, clause: Clause, situation: Situation, *, open_: bool
) -> Reason:
    match clause:
        case QuestionClause(question=key):
            answer = _counting(clause, situation.answers[key])
            return Reason(kind="answer", subject=key, value=answer, open=open_)
        case CriterionClause(criterion=key):
            levels = in_order(knowledge.criteria[key], situation.levels[key])
            return Reason(kind="criterion", subject=key, value=levels, open=open_)
        case AttributeClause(attribute=key):
            attribute = situation.attributes[key]
            return Reason(kind="architecture", subject=key, value=attribute, open=open_)
        case _:
            assert_never(clause)


def _counting(clause: QuestionClause, answer: Answer) -> int | str | tuple[str, ...]:
    """Return the answer; of several choices only those that the clause names, if it names any."""
    if not isinstance(answer, list):
        return answer
    named = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    return tuple(choice for choice in answer if choice in named) or tuple(answer)
