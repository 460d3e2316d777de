"""Many sets of answers at once: the rules of levels, eligibility and scoring on arrays.

What one answer means is asked of those modules; here it is only combined, for thousands of sets
in a few milliseconds. An array has one row for each set, or a single row that stands for all.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import lcm

import numpy as np
from numpy.typing import NDArray

from assessor.advice import scoring
from assessor.advice.eligibility import excludes, shortfall
from assessor.advice.levels import image
from assessor.knowledge.conditions import Answer, Outcome, QuestionClause, Situation, holds
from assessor.knowledge.question_bank import TASKS, Criterion, Question, Scoring, TokenScoring
from assessor.knowledge.schema import KnowledgeBase

PRIORITIES = "why_priorities"
NOBODY = -1
"""In place of the leader where every option is ruled out."""

NO, OPEN, YES = range(3)
RANK = {Outcome.NO: NO, Outcome.OPEN: OPEN, Outcome.YES: YES}

Flags = NDArray[np.bool_]
Ranks = NDArray[np.int8]
Codes = NDArray[np.intp]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """The answers to one question: those that occur, and by row which of them is given."""

    answers: tuple[Answer, ...]
    codes: Codes

    @classmethod
    def of(cls, answer: Answer) -> "Column":
        """Return a column with the same answer in every row."""
        return cls((answer,), np.zeros(1, np.intp))


Columns = Mapping[str, Column]
"""Question key to its answers. A question that is missing was not asked in any row."""


@dataclass(frozen=True)
class Outcomes:
    """What comes of many sets of answers. Options and criteria stand in their usual order.

    ``levels``: rows × criteria × levels, the plausible ones; ``weights``: rows × criteria, whole
    numbers, 0 where nothing speaks to a criterion; ``out``: rows × options, ruled out for certain.
    """

    levels: Flags
    weights: Numbers
    out: Flags


@dataclass(frozen=True)
class Model:
    """An edition as arrays. Criteria with fewer levels than ``depth`` are padded.

    ``grades``, ``enough`` (not below the floor) and ``fixed`` (by the article's table): criteria ×
    levels × options; ``core``: positions of the core criteria; ``excludes``: rules × options;
    ``speaking``: by criterion, the questions whose answers speak to it, and how.
    """

    depth: int
    speaking: Mapping[str, tuple[tuple[Question, Scoring], ...]]
    grades: Numbers
    enough: Flags
    core: Codes
    excludes: Flags
    fixed: Flags


# ---------------------------------------------------------------- the edition as arrays


@lru_cache(maxsize=8)
def model_of(knowledge: KnowledgeBase) -> Model:
    """Return the edition as arrays."""
    criteria, options = list(knowledge.criteria.values()), list(knowledge.options.values())
    depth = max(len(criterion.levels) for criterion in criteria)
    shape = (len(criteria), depth, len(options))
    grades, enough = np.zeros(shape), np.ones(shape, np.bool_)
    fixed = np.zeros(shape, np.bool_)
    for k, criterion in enumerate(criteria):
        for level, name in enumerate(criterion.levels):
            for a, option in enumerate(options):
                cell = k, level, a
                grades[cell] = option.grade(criterion.key, name)
                fixed[cell] = option.canonical and option.ideal_profile.get(criterion.key) == name
                if criterion.core:
                    enough[cell] = shortfall(option, criterion, name) is None
    return Model(
        depth=depth,
        speaking={key: _speaking_to(knowledge, key) for key in knowledge.criteria},
        grades=grades,
        enough=enough,
        core=np.flatnonzero([criterion.core for criterion in criteria]),
        excludes=np.array(
            [
                [excludes(rule, option) for option in options]
                for rule in knowledge.architectures.knockout_rules
            ]
        ),
        fixed=fixed,
    )


def _speaking_to(knowledge: KnowledgeBase, criterion: str) -> tuple[tuple[Question, Scoring], ...]:
    return tuple(
        (question, speaking)
        for question in knowledge.questions.values()
        for speaking in question.scoring
        if speaking.dimension == criterion
    )


# ---------------------------------------------------------------- what comes of the answers


def outcomes(knowledge: KnowledgeBase, columns: Columns) -> Outcomes:
    """Return the plausible levels, the weights and what is ruled out, for every row."""
    shown = whether_shown(knowledge, columns)
    levels = _levels(knowledge, columns, shown)
    return Outcomes(
        levels=levels,
        weights=_weights(knowledge, columns, shown) * levels.any(axis=2),
        out=_knocked_out(knowledge, columns, shown) | _below_floor(knowledge, levels),
    )


def scores(knowledge: KnowledgeBase, found: Outcomes) -> Numbers:
    """Return whole numbers in proportion to the scores, rows × options; -1 where ruled out."""
    model = model_of(knowledge)
    plausible = np.maximum(found.levels.sum(axis=2), 1)
    common = lcm(*range(1, model.depth + 1))
    each = found.weights * common / plausible
    by_level = (found.levels * each[:, :, np.newaxis]).reshape(len(each), -1)
    return np.where(found.out, -1, by_level @ model.grades.reshape(by_level.shape[1], -1))


def leaders(marks: NDArray[np.floating]) -> Codes:
    """Return by row the position of the option with most marks, the first of equals, or NOBODY.

    Options that are ruled out have negative marks.
    """
    first = marks.argmax(axis=1)
    return np.where(marks.max(axis=1) < 0, NOBODY, first)


def whether_shown(knowledge: KnowledgeBase, columns: Columns) -> dict[str, Ranks]:
    """Return, by question answered, whether it is asked: NO, OPEN or YES."""
    shown: dict[str, Ranks] = {}
    for key, question in knowledge.questions.items():
        if key in columns:
            shown[key] = _all_hold(question.show_if, columns, shown)
    return shown


def _all_hold(
    clauses: Iterable[QuestionClause], columns: Columns, shown: Mapping[str, Ranks]
) -> Ranks:
    ranks = np.full(1, YES, np.int8)
    for clause in clauses:
        ranks = np.minimum(ranks, comes_to(clause, columns, shown))
    return ranks


def comes_to(clause: QuestionClause, columns: Columns, shown: Mapping[str, Ranks]) -> Ranks:
    """Return what a clause comes to, by row: NO, OPEN or YES. NO where its question is not asked.

    ``shown``: what whether_shown() says of the same columns.
    """
    column = columns.get(clause.question)
    if column is None:
        return np.full(1, NO, np.int8)
    ranks = [RANK[holds(clause, Situation({clause.question: each}))] for each in column.answers]
    return np.minimum(np.array(ranks, np.int8)[column.codes], shown[clause.question])


def _knocked_out(knowledge: KnowledgeBase, columns: Columns, shown: Mapping[str, Ranks]) -> Flags:
    out = np.zeros((1, len(knowledge.options)), np.bool_)
    for rule, excluded in zip(
        knowledge.architectures.knockout_rules, model_of(knowledge).excludes, strict=True
    ):
        fires = _all_hold(rule.when, columns, shown) == YES
        if fires.any():
            out = out | (fires[:, np.newaxis] & excluded)
    return out


def _below_floor(knowledge: KnowledgeBase, levels: Flags) -> Flags:
    """Return who is below the floor of a core criterion at every plausible level of it."""
    model = model_of(knowledge)
    out = np.zeros((1, len(knowledge.options)), np.bool_)
    for k in model.core:
        plausible = levels[:, k]
        enough: Flags = np.matmul(plausible, model.enough[k])
        out = out | (plausible.any(axis=1, keepdims=True) & ~enough)
    return out


# ---------------------------------------------------------------- levels


def _levels(knowledge: KnowledgeBase, columns: Columns, shown: Mapping[str, Ranks]) -> Flags:
    by_criterion = [
        _combined(_images(knowledge, criterion, columns, shown), model_of(knowledge).depth)
        for criterion in knowledge.criteria.values()
    ]
    rows = max(len(levels) for levels in by_criterion)
    return np.stack(
        [np.broadcast_to(levels, (rows, levels.shape[1])) for levels in by_criterion], axis=1
    )


def _images(
    knowledge: KnowledgeBase, criterion: Criterion, columns: Columns, shown: Mapping[str, Ranks]
) -> Iterator[tuple[str, Flags, Flags]]:
    """Yield how a question combines, the levels its answer can mean, and whether it may not count.

    No level is meant where the question is not asked.
    """
    for question, speaking in model_of(knowledge).speaking[criterion.key]:
        if question.key in columns:
            meant = _meant(knowledge, question, speaking, columns)
            asked = shown[question.key][:, np.newaxis]
            yield speaking.combine, meant & (asked != NO), asked == OPEN


def _meant(
    knowledge: KnowledgeBase, question: Question, speaking: Scoring, columns: Columns
) -> Flags:
    """Return rows × levels: what the answers to a question mean."""
    column = columns[question.key]
    names = knowledge.criteria[speaking.dimension].levels
    padding = [False] * (model_of(knowledge).depth - len(names))

    def row(answer: Answer, tasks: Mapping[str, Answer]) -> list[bool]:
        levels = image(knowledge, question, speaking, answer, tasks)
        return [name in levels for name in names] + padding

    if not isinstance(speaking, TokenScoring) or TASKS not in columns:
        return np.array([row(answer, {}) for answer in column.answers])[column.codes]
    tasks = columns[TASKS]
    table = [[row(answer, {TASKS: each}) for answer in column.answers] for each in tasks.answers]
    return np.array(table)[tasks.codes, column.codes]


def _combined(images: Iterable[tuple[str, Flags, Flags]], depth: int) -> Flags:
    """Return the levels that the images come to: the same as combining all of them by pairs."""
    levels = np.zeros((1, depth), np.bool_)
    absent = np.ones((1, 1), np.bool_)
    for combine, meant, doubtful in images:
        missing = doubtful | ~meant.any(axis=1, keepdims=True)
        levels = _together(combine, levels, meant) | (levels & missing) | (meant & absent)
        absent = absent & missing
    return levels


def _together(combine: str, left: Flags, right: Flags) -> Flags:
    """Return which levels are the least, or the greatest, of one from each side."""
    return (left & _reached(combine, right)) | (right & _reached(combine, left))


def _reached(combine: str, levels: Flags) -> Flags:
    """Return which levels have one among ``levels`` that does not outdo them."""
    if combine == "min":
        return np.logical_or.accumulate(levels[:, ::-1], axis=1)[:, ::-1]
    return np.logical_or.accumulate(levels, axis=1)


# ---------------------------------------------------------------- weights


def _weights(knowledge: KnowledgeBase, columns: Columns, shown: Mapping[str, Ranks]) -> Numbers:
    """Return rows × criteria, as if every criterion were answered."""
    without = _weights_for(knowledge, ())
    column = columns.get(PRIORITIES)
    if column is None:
        return without[np.newaxis]
    table = np.array([_weights_for(knowledge, tuple(chosen(each))) for each in column.answers])
    asked = (shown[PRIORITIES] != NO)[:, np.newaxis]
    return np.where(asked, table[column.codes], without)


@lru_cache(maxsize=2048)
def _weights_for(knowledge: KnowledgeBase, priorities: tuple[str, ...]) -> Numbers:
    """Return the weights under these priorities; there are only so many orders of them."""
    weights = scoring.weights(knowledge, knowledge.criteria, priorities)
    return np.array(list(weights.values()), float)


def chosen(priorities: Answer | None) -> list[str]:
    """Return the ranked priorities; none where they are not known or were not asked."""
    return priorities if isinstance(priorities, list) else []
