"""What is not known yet, and how much finding out is worth."""

from collections.abc import Sequence

import numpy as np

from assessor.advice.confidence import drawn
from assessor.advice.possible import Step
from assessor.advice.scenarios import Column, Columns, leaders, outcomes, scores
from assessor.knowledge.conditions import Answer, Answers, Fact
from assessor.knowledge.schema import KnowledgeBase

ROWS = 100
"""Draws of the other unknown answers that each possible answer is tried under."""


class Possibility(Fact):
    """One possible answer, and who leads if it is the one; None: nobody."""

    answer: Answer
    leader: str | None


class Unknown(Fact):
    """A question answered "I don't know yet".

    ``value`` is the share of draws of the other unknown answers in which the leader hangs on this
    one; ``possibilities`` leave the others unknown.
    """

    question: str
    value: float
    possibilities: tuple[Possibility, ...]


def unknowns(
    knowledge: KnowledgeBase,
    answers: Answers,
    not_known: Sequence[str],
    steps: Sequence[Step],
    after: Sequence[str | None],
) -> tuple[Unknown, ...]:
    """Return what is not known, the most worth finding out first.

    ``after`` names who leads after each of ``steps``.
    """
    columns = drawn(knowledge, answers)
    rows = ROWS if len(not_known) > 1 else 1
    found = []
    for key in not_known:
        possibilities = tuple(
            Possibility(answer=step.answer, leader=leader)
            for step, leader in zip(steps, after, strict=True)
            if step.question == key
        )
        every = tuple(possibility.answer for possibility in possibilities)
        value = _value(knowledge, columns, key, every, rows)
        found.append(Unknown(question=key, value=value, possibilities=possibilities))
    return tuple(sorted(found, key=lambda unknown: unknown.value, reverse=True))


def _value(
    knowledge: KnowledgeBase, columns: Columns, key: str, every: tuple[Answer, ...], rows: int
) -> float:
    """Return how often the leader differs between the possible answers to one question."""
    repeated = {
        other: Column(column.answers, np.tile(column.codes[:rows], len(every)))
        if len(column.codes) > 1
        else column
        for other, column in columns.items()
    }
    repeated[key] = Column(every, np.repeat(np.arange(len(every)), rows))
    leading = leaders(scores(knowledge, outcomes(knowledge, repeated)))
    by_answer = np.broadcast_to(leading, len(every) * rows).reshape(len(every), rows)
    return float((by_answer != by_answer[0]).any(axis=0).mean())
