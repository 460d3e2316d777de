"""Every architecture can win: answers under which it leads, or why none were found.

Answers are found by going uphill: from some start, always the one step to another answer that
puts the architecture furthest ahead. What is found is proven by advice on it; what is not found
is only a search, unless another architecture is never worse.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, islice

import numpy as np

from assessor.advice import questionnaire
from assessor.advice.eligibility import excludes
from assessor.advice.possible import steps_from
from assessor.advice.proof.answer_sets import columns_of
from assessor.advice.proof.criteria import always_answered
from assessor.advice.proof.findings import EXACT, Finding, Part, Witness, search
from assessor.advice.proof.starts import SOMETHING, State, at_random, ideal, of_cases
from assessor.advice.scenarios import Numbers, model_of, outcomes, scores
from assessor.advice.standing import standing
from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.conditions import Answer
from assessor.knowledge.findings import CATALOGUE
from assessor.knowledge.question_bank import TextQuestion
from assessor.knowledge.schema import KnowledgeBase

STARTS = 40
"""Tried for each architecture: its ideal profile, the worked cases, and answers at random."""


def witnesses(knowledge: KnowledgeBase) -> dict[str, Witness]:
    """Return answers under which each architecture leads, for all for which some were found."""
    found = {key: witness_of(knowledge, option) for key, option in knowledge.options.items()}
    return {key: witness for key, witness in found.items() if witness}


def part(knowledge: KnowledgeBase, found: Mapping[str, Witness]) -> Part:
    """Say which architectures have no witness, and why."""
    missing = [
        _missing(knowledge, option) for key, option in knowledge.options.items() if key not in found
    ]
    methods = [EXACT] * len(found) + [finding.method for finding in missing]
    return Part.of("Architectures that can win", methods, missing)


def _missing(knowledge: KnowledgeBase, option: Architecture) -> Finding:
    path = f"architectures ({option.key})"
    better = never_worse(knowledge, option)
    if better:
        reason = f"can never win: it is never ahead of {better!r}"
        return Finding("error", CATALOGUE, path, reason, EXACT)
    reason = "can never win, as it seems: no answers were found under which it leads"
    return Finding("error", CATALOGUE, path, reason, search(f"{STARTS} starts"))


# ---------------------------------------------------------------- found


def witness_of(knowledge: KnowledgeBase, option: Architecture) -> Witness | None:
    """Search answers under which the architecture leads, unless another is never worse."""
    if never_worse(knowledge, option):
        return None
    for start in _starts(knowledge, option):
        state = _uphill(knowledge, option, start)
        answers = complete(knowledge, state)
        if _leads(knowledge, option, answers):
            return _witness(knowledge, option, state, answers)
    return None


def _starts(knowledge: KnowledgeBase, option: Architecture) -> Iterator[State]:
    rest = (of_cases(knowledge, option), at_random(knowledge, STARTS))
    return islice(chain([ideal(knowledge, option)], *rest), STARTS)


def _uphill(knowledge: KnowledgeBase, option: Architecture, state: State) -> State:
    """Return answers under which the architecture is ahead, or as far ahead as steps lead."""
    while True:
        around = [state, *neighbours(knowledge, state)]
        ahead = leads(knowledge, option, around)
        best = int(ahead.argmax())
        if ahead[0] > 0 or ahead[best] <= ahead[0]:
            return state
        state = around[best]


def neighbours(knowledge: KnowledgeBase, state: State) -> list[State]:
    """Return the answers that are one step away, also in questions that are not asked."""
    return [
        {**state, key: step.answer} for key in state for step in steps_from(knowledge, state, key)
    ]


def leads(knowledge: KnowledgeBase, option: Architecture, sets: list[State]) -> Numbers:
    """Return by set of answers the architecture's share of full marks less the best other's.

    What is ruled out has less than nothing, so that pushing the others down still counts.
    """
    found = outcomes(knowledge, columns_of(sets))
    marks = scores(knowledge, found) / np.maximum(found.weights.sum(axis=1, keepdims=True), 1)
    position = list(knowledge.options).index(option.key)
    ahead: Numbers = marks[:, position] - np.delete(marks, position, axis=1).max(axis=1)
    out = np.broadcast_to(found.out, marks.shape)[:, position]
    return np.broadcast_to(np.where(out, np.minimum(ahead, 0) - 1, ahead), len(sets))


# ---------------------------------------------------------------- proven


def complete(knowledge: KnowledgeBase, state: State) -> dict[str, Answer]:
    """Return the answers to the questions that are asked, with some text where text is required."""
    texts = {
        key: SOMETHING
        for key, question in knowledge.questions.items()
        if isinstance(question, TextQuestion) and question.required
    }
    return questionnaire.asked(knowledge, state | texts)


def _leads(knowledge: KnowledgeBase, option: Architecture, answers: dict[str, Answer]) -> bool:
    questionnaire.check(knowledge, answers)
    return standing(knowledge, answers).leader == option


def _witness(
    knowledge: KnowledgeBase, option: Architecture, state: State, answers: dict[str, Answer]
) -> Witness:
    places = standing(knowledge, answers).ranking
    steps = [step for key in state for step in steps_from(knowledge, state, key)]
    ahead = leads(knowledge, option, neighbours(knowledge, state))
    lost = {step.question for step, lead in zip(steps, ahead, strict=True) if lead <= 0}
    return Witness(
        answers=answers,
        lead=places[0].score - places[1].score if len(places) > 1 else None,
        decisive=tuple(key for key in answers if key in lost),
    )


# ---------------------------------------------------------------- excluded


def never_worse(knowledge: KnowledgeBase, option: Architecture) -> str | None:
    """Return another architecture that leads instead whenever this one could, or None.

    Its grades are at least as good at every level, it is left whenever this one is, and where they
    are equal it leads too: it stands before, or is better at all levels of a criterion that always
    counts.
    """
    for key, other in knowledge.options.items():
        if key != option.key and _covers(knowledge, other, option):
            return key
    return None


def _covers(knowledge: KnowledgeBase, better: Architecture, worse: Architecture) -> bool:
    model, order = model_of(knowledge), list(knowledge.options)
    this, that = order.index(better.key), order.index(worse.key)
    grades = model.grades[:, :, this] >= model.grades[:, :, that]
    enough = model.enough[:, :, this] >= model.enough[:, :, that]
    rules = knowledge.architectures.knockout_rules
    out = all(excludes(rule, worse) for rule in rules if excludes(rule, better))
    first = this < that or _ahead_for_certain(knowledge, better, worse)
    return out and first and bool(grades.all()) and bool(enough.all())


def _ahead_for_certain(knowledge: KnowledgeBase, better: Architecture, worse: Architecture) -> bool:
    return any(
        always_answered(knowledge, key)
        and all(better.grade(key, name) > worse.grade(key, name) for name in criterion.levels)
        for key, criterion in knowledge.criteria.items()
    )
