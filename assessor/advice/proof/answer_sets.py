"""Sets of answers to try: all that rules can tell apart, or a sample where those are too many."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import assert_never

import numpy as np

from assessor.advice.confidence import seed_of
from assessor.advice.proof.findings import EXACT, search
from assessor.advice.scenarios import Codes, Column
from assessor.knowledge.conditions import UNKNOWN, Answer, Answers, Clause, QuestionClause
from assessor.knowledge.question_bank import (
    Choice,
    MultiQuestion,
    NumberQuestion,
    Question,
    RankedQuestion,
    ScaleQuestion,
    SingleQuestion,
    TextQuestion,
)
from assessor.knowledge.references import answers_named
from assessor.knowledge.schema import KnowledgeBase

MOST_ROWS = 200_000
"""Beyond this many combinations a sample of them is tried."""

SAMPLE = 50_000


def told_apart(question: Question, clauses: Iterable[Clause]) -> tuple[Answer, ...]:
    """Return an answer for every way in which the clauses about the question can come out.

    "I don't know yet" is among them where it is allowed.
    """
    mine = [
        clause
        for clause in clauses
        if isinstance(clause, QuestionClause) and clause.question == question.key
    ]
    known = _known(question, mine)
    return (*known, UNKNOWN) if question.allow_unknown else known


def _known(question: Question, clauses: Sequence[QuestionClause]) -> tuple[Answer, ...]:
    match question:
        case SingleQuestion() | ScaleQuestion():
            return answers_named(question)
        case MultiQuestion(choices=choices):
            return _selections(choices, clauses, len(choices))
        case RankedQuestion(choices=choices, max_choices=most):
            return _selections(choices, clauses, most)
        case NumberQuestion(number=limits):
            named = [clause.value for clause in clauses if isinstance(clause.value, int)]
            beside = {number + step for number in named for step in (-1, 0, 1)}
            inside = {number for number in beside if limits.min <= number <= limits.max}
            return tuple(sorted({limits.min, limits.max} | inside))
        case TextQuestion():
            return ("…",)
        case _:
            assert_never(question)


def _selections(
    choices: Sequence[Choice], clauses: Sequence[QuestionClause], most: int
) -> tuple[Answer, ...]:
    """Return selections of choices, one choice for all that no clause tells apart."""
    first: dict[tuple[bool, ...], str] = {}
    for choice in choices:
        named = (choice.key in _values(clause) for clause in clauses)
        first.setdefault((choice.exclusive, *named), choice.key)
    alone = [[key] for (exclusive, *_), key in first.items() if exclusive]
    others = [key for (exclusive, *_), key in first.items() if not exclusive]
    together = [
        list(keys)
        for size in range(1, min(most, len(others)) + 1)
        for keys in combinations(others, size)
    ]
    return (*alone, *together)


def _values(clause: QuestionClause) -> tuple[object, ...]:
    return clause.value if isinstance(clause.value, tuple) else (clause.value,)


def with_those_it_hangs_on(knowledge: KnowledgeBase, keys: Iterable[str]) -> tuple[str, ...]:
    """Return the questions, and those that decide whether they are asked, in order."""
    found: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += [clause.question for clause in knowledge.questions[key].show_if]
    return tuple(key for key in knowledge.questions if key in found)


def combined(knowledge: KnowledgeBase, sizes: Mapping[str, int]) -> tuple[dict[str, Codes], str]:
    """Return every combination of positions below the sizes, by subject, and how it was made.

    A sample, the same for the same edition, where there would be more than MOST_ROWS.
    """
    shape = tuple(sizes.values())
    rows = int(np.prod(shape, dtype=float))
    if rows <= MOST_ROWS:
        codes = np.unravel_index(np.arange(rows), shape) if shape else ()
        return dict(zip(sizes, codes, strict=True)), EXACT
    random = np.random.RandomState(seed_of(knowledge))
    sample = {subject: random.randint(0, size, SAMPLE) for subject, size in sizes.items()}
    return sample, search(f"{SAMPLE:,} of {rows:,} combinations")


def columns_of(sets: Sequence[Answers]) -> dict[str, Column]:
    """Return sets of answers to the same questions as columns."""
    return {key: _column([answers[key] for answers in sets]) for key in sets[0]}


def _column(given: Sequence[Answer]) -> Column:
    codes: dict[object, int] = {}
    answers: list[Answer] = []
    for answer in given:
        if codes.setdefault(_hashable(answer), len(answers)) == len(answers):
            answers.append(answer)
    return Column(tuple(answers), np.array([codes[_hashable(answer)] for answer in given]))


def _hashable(answer: Answer) -> object:
    return tuple(answer) if isinstance(answer, list) else answer
