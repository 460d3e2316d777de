"""Conditions that can never hold, or always do; questions that nobody is ever asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from assessor.advice.proof.answer_sets import combined, told_apart, with_those_it_hangs_on
from assessor.advice.proof.criteria import always_answered
from assessor.advice.proof.findings import EXACT, Finding, Part, Severity
from assessor.advice.proof.places import Condition, Needs, conditions
from assessor.advice.scenarios import NO, RANK, YES, Codes, Column, Ranks, comes_to, whether_shown
from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.conditions import (
    UNKNOWN,
    Answer,
    AttributeClause,
    Clause,
    CriterionClause,
    QuestionClause,
    Situation,
    holds,
)
from assessor.knowledge.findings import CATALOGUE
from assessor.knowledge.schema import KnowledgeBase

NEVER = {"show_if": "no answers make this question appear: it is hidden for ever"}
ALWAYS = {"show_if": "every answer makes this question appear: the condition can go"}

Meant = Answer | Architecture | None
"""What a subject is in a row. None: no level of a criterion, because nothing speaks to it."""


class Tried(NamedTuple):
    """What a condition came to in every combination tried, and how those were made."""

    ranks: Ranks
    method: str


def part(knowledge: KnowledgeBase) -> Part:
    """Try every condition of the edition."""
    found: list[Finding] = []
    methods: list[str] = []
    for condition in conditions(knowledge):
        always = _tried(knowledge, condition.needs, sure=True)
        methods.append(always.method)
        found += list(_never(knowledge, condition)) or list(_always(condition, always))
    return Part.of("Conditions", methods, found)


def _never(knowledge: KnowledgeBase, condition: Condition) -> Iterator[Finding]:
    """Yield when the condition cannot hold, or one of several clauses adds nothing to it."""
    dead: list[tuple[str, str]] = []
    for position, any_of in enumerate(condition.needs):
        reasons = [
            (f"clause {at + 1} ({_words(clause)}) can never hold", tried.method)
            for at, clause in enumerate(any_of)
            if not (
                (tried := _tried_with(knowledge, condition, position, clause)).ranks == YES
            ).any()
        ]
        if len(reasons) == len(any_of):
            method = reasons[0][1] if reasons else EXACT
            reason = NEVER.get(condition.field, "can never hold, whatever is answered")
            yield Finding("error", condition.file, condition.path, reason, method)
            return
        dead += reasons
    for reason, method in dead:
        yield Finding("error", condition.file, condition.path, reason, method)


def _tried_with(
    knowledge: KnowledgeBase, condition: Condition, position: int, clause: Clause
) -> Tried:
    """Try a condition in which one need can be met by one clause only: that is less to combine."""
    needs = (*condition.needs[:position], (clause,), *condition.needs[position + 1 :])
    return _tried(knowledge, needs, sure=False)


def _always(condition: Condition, tried: Tried) -> Iterator[Finding]:
    if (tried.ranks == YES).all():
        severity: Severity = "note"
        if condition.file == CATALOGUE and condition.path.startswith("knockout_rules"):
            severity = "error"
        reason = ALWAYS.get(condition.field, "always holds, whatever is answered")
        yield Finding(severity, condition.file, condition.path, reason, tried.method)


def _words(clause: Clause) -> str:
    (subject,) = clause.model_dump(exclude={"op", "value"}).values()
    return f"{subject} {clause.op} {clause.value}"


# ---------------------------------------------------------------- what a condition is tried with


def _tried(knowledge: KnowledgeBase, needs: Needs, *, sure: bool) -> Tried:
    """Try a condition with everything that can make a difference to it.

    ``sure``: with known answers, and optional questions left out, which can make clauses come to
    NO and never to YES: what holds all the same holds always. Levels are free to differ from the
    answers, so a condition that needs both to agree may escape; nothing is found wrongly.
    """
    clauses = [clause for any_of in needs for clause in any_of]
    keys = with_those_it_hangs_on(knowledge, _questions(clauses))
    named = [*clauses, *(each for key in keys for each in knowledge.questions[key].show_if)]
    answers = {
        key: _answers(knowledge, key, named, sure=sure)
        for key in keys
        if knowledge.questions[key].required or not sure
    }
    others = _other_subjects(knowledge, clauses, sure=sure)
    sizes = {subject: len(values) for subject, values in (answers | others).items()}
    codes, method = combined(knowledge, sizes)
    columns = {key: Column(each, codes[key]) for key, each in answers.items()}
    shown = whether_shown(knowledge, columns)

    def rank(clause: Clause) -> Ranks:
        if isinstance(clause, QuestionClause):
            return comes_to(clause, columns, shown)
        return _rank(clause, others, codes)

    ranks = np.full(1, YES, np.int8)
    for any_of in needs:
        ranks = np.minimum(ranks, _most(map(rank, any_of)))
    return Tried(ranks, method)


def _most(ranks: Iterable[Ranks]) -> Ranks:
    most = np.full(1, NO, np.int8)
    for each in ranks:
        most = np.maximum(most, each)
    return most


def _questions(clauses: Iterable[Clause]) -> set[str]:
    return {clause.question for clause in clauses if isinstance(clause, QuestionClause)}


def _answers(
    knowledge: KnowledgeBase, key: str, clauses: Sequence[Clause], *, sure: bool
) -> tuple[Answer, ...]:
    every = told_apart(knowledge.questions[key], clauses)
    return tuple(answer for answer in every if not (sure and answer == UNKNOWN))


def _other_subjects(
    knowledge: KnowledgeBase, clauses: Iterable[Clause], *, sure: bool
) -> dict[str, tuple[Meant, ...]]:
    """Return the levels of each criterion, and the architectures, that clauses are about."""
    subjects: dict[str, tuple[Meant, ...]] = {}
    for clause in clauses:
        if isinstance(clause, CriterionClause):
            levels = knowledge.criteria[clause.criterion].levels
            left_open = sure and not always_answered(knowledge, clause.criterion)
            subjects[_subject(clause)] = (*levels, None) if left_open else levels
        elif isinstance(clause, AttributeClause):
            subjects[_subject(clause)] = tuple(knowledge.options.values())
    return subjects


def _rank(
    clause: CriterionClause | AttributeClause,
    subjects: Mapping[str, tuple[Meant, ...]],
    codes: Mapping[str, Codes],
) -> Ranks:
    about = _subject(clause)
    ranks = [RANK[holds(clause, _situation(clause, value))] for value in subjects[about]]
    return np.array(ranks, np.int8)[codes[about]]


def _subject(clause: CriterionClause | AttributeClause) -> str:
    """Name what a clause depends on, in words that are the key of no question."""
    return f"level of {clause.criterion}" if isinstance(clause, CriterionClause) else "architecture"


def _situation(clause: CriterionClause | AttributeClause, value: Meant) -> Situation:
    if isinstance(value, Architecture):
        return Situation(attributes=value.attributes)
    if isinstance(clause, CriterionClause) and value is not None:
        return Situation(levels={clause.criterion: frozenset({str(value)})})
    return Situation()
