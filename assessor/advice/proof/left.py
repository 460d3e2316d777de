"""Answers after which no architecture can be left, whatever else is answered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product

import numpy as np

from assessor.advice.eligibility import excludes, shortfall
from assessor.advice.levels import image
from assessor.advice.possible import possible_answers
from assessor.advice.proof.answer_sets import columns_of, told_apart
from assessor.advice.proof.findings import EXACT, Finding, Part, search
from assessor.advice.proof.starts import State, at_random, ideal, of_cases
from assessor.advice.scenarios import (
    NOBODY,
    YES,
    leaders,
    model_of,
    outcomes,
    scores,
    whether_shown,
)
from assessor.knowledge.conditions import (
    UNKNOWN,
    Answer,
    Answers,
    Outcome,
    QuestionClause,
    Situation,
    all_hold,
    compare,
    holds,
)
from assessor.knowledge.findings import BANK, CATALOGUE
from assessor.knowledge.question_bank import MapScoring, RankedQuestion
from assessor.knowledge.schema import KnowledgeBase

COMMON = ("where_scope", "where_dev_team", "reg_residency")
"""Questions of which every combination of answers is a common situation."""

AT_RANDOM = 500
"""Sets of answers tried besides those that suit an architecture or stand in a worked case."""

Fixed = dict[str, Answer]
"""The answers under examination; everything else may be answered in any way."""


def part(knowledge: KnowledgeBase) -> Part:
    """Look for answers, alone, in pairs, and in common situations, that leave nothing."""
    singles, pairs = list(_singles(knowledge)), list(_pairs(knowledge))
    common = list(_common(knowledge))
    starts = _starts(knowledge)
    found: list[Finding] = []
    methods = [EXACT] * len(pairs)
    for fixed, leaves, method in _examined(knowledge, singles, starts):
        methods.append(method)
        found += [] if leaves else [_impossible(fixed, method)]
    nothing: dict[str, list[Fixed]] = {}
    for fixed, leaves, method in _examined(knowledge, common, starts):
        methods.append(method)
        if not leaves:
            nothing.setdefault(method, []).append(fixed)
    found += [_nothing_here(situations, method) for method, situations in nothing.items()]
    found += _conflicts(fixed for fixed in pairs if _all_out(knowledge, fixed))
    return Part.of("Answers that leave an option", methods, found)


def _impossible(fixed: Fixed, method: str) -> Finding:
    ((key, _),) = fixed.items()
    reason = f"{_words(fixed)} leaves no architecture, whatever else is answered"
    return Finding("error", BANK, f"questions ({key})", reason, method)


def _nothing_here(situations: Iterable[Fixed], method: str) -> Finding:
    listed = ", ".join("/".join(map(str, fixed.values())) for fixed in situations)
    reason = f"common situations ({'/'.join(COMMON)}) that leave no architecture: {listed}"
    return Finding("note", CATALOGUE, "knockout_rules", reason, method)


def _conflicts(pairs: Iterable[Fixed]) -> Iterator[Finding]:
    """Yield one note that lists the pairs, by their first answer."""
    by_first: dict[str, list[str]] = {}
    for fixed in pairs:
        first, second = ({key: answer} for key, answer in fixed.items())
        by_first.setdefault(_words(first), []).append(_words(second))
    listed = "; ".join(f"{first} with {' or '.join(each)}" for first, each in by_first.items())
    if listed:
        reason = f"pairs of answers that leave no architecture, whatever else is answered: {listed}"
        yield Finding("note", CATALOGUE, "knockout_rules", reason)


def _words(fixed: Answers) -> str:
    return ", ".join(
        f"{key}={'+'.join(answer) if isinstance(answer, list) else answer}"
        for key, answer in fixed.items()
    )


# ---------------------------------------------------------------- what is examined


def _singles(knowledge: KnowledgeBase) -> Iterator[Fixed]:
    for key in knowledge.questions:
        yield from ({key: answer} for answer in _single_answers(knowledge, key))


def _pairs(knowledge: KnowledgeBase) -> Iterator[Fixed]:
    """Yield pairs of answers to questions that knock-outs are about, if both can be asked."""
    named = {each.question for r in knowledge.architectures.knockout_rules for each in r.when}
    keys = [key for key in knowledge.questions if key in named]
    for one, other in combinations(keys, 2):
        for answers in product(_single_answers(knowledge, one), _single_answers(knowledge, other)):
            fixed = dict(zip((one, other), answers, strict=True))
            if _can_both_be_asked(knowledge, fixed):
                yield fixed


def _common(knowledge: KnowledgeBase) -> Iterator[Fixed]:
    if set(COMMON) <= set(knowledge.questions):
        for answers in product(*(_single_answers(knowledge, key) for key in COMMON)):
            yield dict(zip(COMMON, answers, strict=True))


def _single_answers(knowledge: KnowledgeBase, key: str) -> Sequence[Answer]:
    """Return every choice or point of a question alone, and of numbers those suggested."""
    question = knowledge.questions[key]
    if isinstance(question, RankedQuestion):
        return [[choice.key] for choice in question.choices]
    return possible_answers(question)


def _can_both_be_asked(knowledge: KnowledgeBase, fixed: Fixed) -> bool:
    return all(
        holds(clause, Situation(fixed)) is Outcome.YES
        for key in fixed
        for clause in knowledge.questions[key].show_if
        if clause.question in fixed
    )


# ---------------------------------------------------------------- by the rules alone


def _all_out(knowledge: KnowledgeBase, fixed: Fixed) -> bool:
    """Say whether these answers alone rule out everything: by knock-outs, or below the floor.

    The floor counts where nothing but one of the answers decides the level.
    """
    options = set(knowledge.options)
    for rule in knowledge.architectures.knockout_rules:
        if all_hold(rule.when, Situation(fixed)) is Outcome.YES:
            options -= {key for key in options if excludes(rule, knowledge.options[key])}
    for criterion, level in _decided(knowledge, fixed):
        options -= {
            key
            for key in options
            if shortfall(knowledge.options[key], knowledge.criteria[criterion], level)
        }
    return not options


def _decided(knowledge: KnowledgeBase, fixed: Fixed) -> Iterator[tuple[str, str]]:
    """Yield the core criteria that one of the answers decides, with the level."""
    for key, speaking in model_of(knowledge).speaking.items():
        if knowledge.criteria[key].core and len(speaking) == 1:
            ((question, scoring),) = speaking
            if question.key in fixed and isinstance(scoring, MapScoring):
                (level,) = image(knowledge, question, scoring, fixed[question.key], fixed)
                yield key, level


# ---------------------------------------------------------------- by trying


def _starts(knowledge: KnowledgeBase) -> list[State]:
    options = list(knowledge.options.values())
    suiting = [ideal(knowledge, option) for option in options]
    return [*suiting, *of_cases(knowledge, options[0]), *at_random(knowledge, AT_RANDOM)]


def _examined(
    knowledge: KnowledgeBase, every: Sequence[Fixed], starts: Sequence[State]
) -> Iterator[tuple[Fixed, bool, str]]:
    """Yield whether an architecture is left for some completion of each, and how that was found.

    The likely completions are tried first, all at once; those at random only where none does.
    """
    likely = starts[:-AT_RANDOM]
    for fixed, leaves in zip(every, _leave_something(knowledge, every, likely), strict=True):
        if leaves:
            yield fixed, True, EXACT
        elif _all_out(knowledge, fixed):
            yield fixed, False, EXACT
        else:
            (found,) = _leave_something(knowledge, [fixed], starts)
            yield fixed, found, EXACT if found else search(f"{len(starts)} sets of answers")


def _leave_something(
    knowledge: KnowledgeBase, every: Sequence[Fixed], starts: Sequence[State]
) -> list[bool]:
    sets = [_with(knowledge, start, fixed) for fixed in every for start in starts]
    if not sets:
        return []
    columns = columns_of(sets)
    first = leaders(scores(knowledge, outcomes(knowledge, columns)))
    left = (np.broadcast_to(first, len(sets)) != NOBODY).reshape(len(every), len(starts))
    shown = whether_shown(knowledge, columns)
    asked = np.stack([np.broadcast_to(shown[key], len(sets)) == YES for key in shown])
    position = {key: at for at, key in enumerate(shown)}
    by_fixed = asked.reshape(len(shown), len(every), len(starts))
    return [
        bool((left[at] & by_fixed[[position[key] for key in fixed], at].all(axis=0)).any())
        for at, fixed in enumerate(every)
    ]


def _with(knowledge: KnowledgeBase, start: State, fixed: Mapping[str, Answer]) -> State:
    """Return the answers with some fixed, and others such that those questions are asked."""
    state = {**start, **fixed}
    waiting = list(fixed)
    while waiting:
        for clause in knowledge.questions[waiting.pop()].show_if:
            waiting.append(clause.question)
            if clause.question not in fixed and not compare(clause, state[clause.question]):
                state[clause.question] = _satisfying(knowledge, clause, state)
    return state


def _satisfying(knowledge: KnowledgeBase, clause: QuestionClause, state: State) -> Answer:
    every = told_apart(knowledge.questions[clause.question], [clause])
    known = (answer for answer in every if answer != UNKNOWN)
    given = state[clause.question]
    return next((answer for answer in known if compare(clause, answer)), given)
