"""Which disagreements change the leader, alone or together with others, and which do not matter.

METHOD 3.8 f: every combination of the answers given is tried, so that a conversation said to be
needless is needless however the others end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import Literal

import numpy as np

from assessor.advice.camps import Camp
from assessor.advice.scenarios import PRIORITIES, Codes, Column, leaders, outcomes, scores
from assessor.advice.standing import standing
from assessor.advice.voices import Working
from assessor.knowledge.conditions import Answer, Answers, Fact
from assessor.knowledge.question_bank import TASKS
from assessor.knowledge.schema import KnowledgeBase

MOST_COMBINATIONS = 20_000
"""So many take a tenth of a second, and every further disagreement at least doubles them."""

Effect = Literal["decides", "together", "none"]
EFFECTS: tuple[Effect, ...] = ("decides", "together", "none")
"""In the order in which people should talk."""


class Stand(Fact):
    """An answer given, and who leads if it counts and everything else stays as it is.

    ``voices`` gave it, nobody where it was settled and nobody stands by it; ``leader`` and
    ``score`` are None where nothing is left.
    """

    answer: Answer
    voices: tuple[str, ...]
    is_working: bool
    leader: str | None
    score: float | None


class Disagreement(Fact):
    """A question with different answers, the working one first.

    ``effect``: "decides" where another answer alone changes the leader; "together" where it does
    so only with other disputed answers; "none" where it does so with none of them: this
    conversation can be skipped.
    """

    question: str
    stands: tuple[Stand, ...]
    effect: Effect


class Disagreements(Fact):
    """All of them, the deciding ones first, otherwise in the order of the questions.

    ``exhaustive``: every combination was tried. If not, only single answers and pairs were, and
    "none" means: not with any one other answer.
    """

    disagreements: tuple[Disagreement, ...]
    exhaustive: bool


@dataclass(frozen=True)
class Trials:
    """Combinations of disputed answers to try, one a row.

    ``codes``: rows × questions, which of the answers is given, 0 the working one; ``without``:
    rows × questions, the row with the working answer to that question and otherwise the same.
    """

    codes: Codes
    without: Codes


def disagreements(
    knowledge: KnowledgeBase, working: Working, disputed: Mapping[str, tuple[Camp, ...]]
) -> Disagreements:
    """Return what the disputes come to. The first camp of each has the working answer."""
    able = {key: camps for key, camps in disputed.items() if key in _able(knowledge)}
    sizes = [len(camps) for camps in able.values()]
    exhaustive = prod(sizes) <= MOST_COMBINATIONS
    trials = every_combination(sizes) if exhaustive else singles_and_pairs(sizes)
    effects = dict(zip(able, _effects(knowledge, working.answers, able, trials), strict=True))
    found = [
        Disagreement(
            question=key,
            stands=tuple(_stands(knowledge, working.answers, key, camps)),
            effect=effects.get(key, "none"),
        )
        for key, camps in disputed.items()
    ]
    found.sort(key=lambda disagreement: EFFECTS.index(disagreement.effect))
    return Disagreements(disagreements=tuple(found), exhaustive=exhaustive)


def _able(knowledge: KnowledgeBase) -> set[str]:
    """Return the questions whose answer can change a ranking at all; the others need no trial."""
    questions = knowledge.questions.values()
    conditions = [rule.when for rule in knowledge.architectures.knockout_rules]
    conditions += [question.show_if for question in questions]
    named = {clause.question for clauses in conditions for clause in clauses}
    scored = {question.key for question in questions if question.scoring}
    return named | scored | {PRIORITIES, TASKS}


def _stands(
    knowledge: KnowledgeBase, answers: Answers, key: str, camps: Sequence[Camp]
) -> Iterator[Stand]:
    for position, camp in enumerate(camps):
        ranking = standing(knowledge, {**answers, key: camp.answer}).ranking
        yield Stand(
            answer=camp.answer,
            voices=camp.voices,
            is_working=position == 0,
            leader=ranking[0].architecture if ranking else None,
            score=ranking[0].score if ranking else None,
        )


# ---------------------------------------------------------------- what is tried


def every_combination(sizes: Sequence[int]) -> Trials:
    """Return all combinations of this many answers to each question."""
    rows = np.arange(prod(sizes), dtype=np.intp)[:, np.newaxis]
    strides = np.cumprod([1, *sizes], dtype=np.intp)[:-1]
    codes = rows // strides % np.array(sizes, np.intp)
    return Trials(codes, rows - codes * strides)


def singles_and_pairs(sizes: Sequence[int]) -> Trials:
    """Return the working answers, every other answer alone, and any two to different questions."""
    others = [(at, code) for at, size in enumerate(sizes) for code in range(1, size)]
    taken: list[tuple[tuple[int, int], ...]] = [(), *((each,) for each in others)]
    taken += [(one, other) for one, other in combinations(others, 2) if one[0] != other[0]]
    rows = {each: row for row, each in enumerate(taken)}
    codes = np.zeros((len(taken), len(sizes)), np.intp)
    without = np.repeat(np.arange(len(taken), dtype=np.intp)[:, np.newaxis], len(sizes), axis=1)
    for row, each in enumerate(taken):
        for at, code in each:
            codes[row, at] = code
            without[row, at] = rows[tuple(entry for entry in each if entry[0] != at)]
    return Trials(codes, without)


def _effects(
    knowledge: KnowledgeBase,
    answers: Answers,
    able: Mapping[str, tuple[Camp, ...]],
    trials: Trials,
) -> Iterator[Effect]:
    first = _leaders(knowledge, answers, able, trials)
    alone = (trials.codes > 0).sum(axis=1) == 1
    for at in range(len(able)):
        changes = first != first[trials.without[:, at]]
        if (changes & alone).any():
            yield "decides"
        else:
            yield "together" if changes.any() else "none"


def _leaders(
    knowledge: KnowledgeBase,
    answers: Answers,
    able: Mapping[str, tuple[Camp, ...]],
    trials: Trials,
) -> Codes:
    """Return who leads in each row. Unknown answers stay unknown, as in standing()."""
    columns = {key: Column.of(answer) for key, answer in answers.items()}
    for at, (key, camps) in enumerate(able.items()):
        columns[key] = Column(tuple(camp.answer for camp in camps), trials.codes[:, at])
    first = leaders(scores(knowledge, outcomes(knowledge, columns)))
    return np.broadcast_to(first, len(trials.codes))
