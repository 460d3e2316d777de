"""How sure the first place is: lead, robustness draws, completeness.

The draws are numpy's legacy generator, whose numbers are the same in every version of numpy. Its
seed derives from the edition alone, so that no free text or hidden answer can move a status.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from assessor.advice import scenarios
from assessor.advice.possible import possible_answers
from assessor.advice.questionnaire import is_unknown
from assessor.advice.scenarios import Column, Numbers, Outcomes, leaders, model_of, outcomes
from assessor.advice.scoring import BEST_GRADE, Placement
from assessor.knowledge.conditions import Answer, Answers, Fact
from assessor.knowledge.schema import KnowledgeBase

DRAWS = 2000
CONCENTRATION = 30
"""Weights near the stated ones are drawn from Dirichlet(30 · w)."""

GRADE_STEP = 0.1
"""Probability that a grade is one step higher, and that it is one step lower."""


class Confidence(Fact):
    """Four separate readings of how sure the first place is, never merged into one.

    Shares are of ``draws``, in which weights, unknown answers and grades vary. They are None when
    no option is left.
    """

    lead: float | None = Field(description="Points between first and second; None with fewer.")
    near_priorities: float | None = Field(description="Share in which the leader stays first.")
    any_priorities: float | None = Field(description="The same with any weights whatsoever.")
    completeness: float = Field(description="1 when every level is known, 0 when none is.")
    draws: int
    seed: int


@dataclass(frozen=True)
class Noise:
    """The random numbers of an edition, drawn once.

    ``uniform``: draws × questions, ``exponential``: draws × criteria, ``grades``: draws ×
    criteria × levels × options, the catalogue's with an error of one step here and there.
    """

    uniform: Numbers
    exponential: Numbers
    grades: NDArray[np.int8]


def seed_of(knowledge: KnowledgeBase) -> int:
    """Return the seed of an edition's draws, from 0 to 2³² − 1.

    The settings of an organisation leave it as it is: no name or label can move a status.
    """
    return int(knowledge.base_sha256[:8], 16)


@lru_cache(maxsize=4)
def noise_of(knowledge: KnowledgeBase) -> Noise:
    """Draw the random numbers of an edition. Cells that the article's table fixes stay exact."""
    model = model_of(knowledge)
    random = np.random.RandomState(seed_of(knowledge))
    uniform = random.random_sample((DRAWS, len(knowledge.questions)))
    exponential = random.standard_exponential((DRAWS, len(knowledge.criteria)))
    error = random.random_sample((DRAWS, *model.grades.shape))
    step = (error >= 1 - GRADE_STEP).astype(np.int8) - (error < GRADE_STEP)
    grades = model.grades.astype(np.int8) + step * ~model.fixed
    return Noise(uniform, exponential, np.clip(grades, 0, BEST_GRADE).astype(np.int8))


def confidence(
    knowledge: KnowledgeBase,
    answers: Answers,
    ranking: tuple[Placement, ...],
    completeness: float,
) -> Confidence:
    """Return how sure the first place of this ranking is. ``answers`` are those that count."""
    lead = ranking[0].score - ranking[1].score if len(ranking) > 1 else None
    near, anyhow = _shares(knowledge, answers, ranking[0].architecture) if ranking else (None, None)
    return Confidence(
        lead=lead,
        near_priorities=near,
        any_priorities=anyhow,
        completeness=completeness,
        draws=DRAWS,
        seed=seed_of(knowledge),
    )


def completeness(
    knowledge: KnowledgeBase, levels: Mapping[str, frozenset[str]], shares: Mapping[str, float]
) -> float:
    """Return 1 − Σ w·(plausible levels − 1) / (levels − 1)."""
    return 1 - sum(
        share * (len(levels[key]) - 1) / (len(knowledge.criteria[key].levels) - 1)
        for key, share in shares.items()
    )


def drawn(knowledge: KnowledgeBase, answers: Answers) -> dict[str, Column]:
    """Return the answers with every unknown one drawn from those possible, a row for each draw."""
    uniform = noise_of(knowledge).uniform
    columns = {}
    for position, (key, question) in enumerate(knowledge.questions.items()):
        if key in answers and is_unknown(question, answers[key]):
            every: tuple[Answer, ...] = possible_answers(question)
            columns[key] = Column(every, (uniform[:, position] * len(every)).astype(np.intp))
        elif key in answers:
            columns[key] = Column.of(answers[key])
    return columns


def near_weights(knowledge: KnowledgeBase, weights: Numbers) -> Numbers:
    """Draw weights from Dirichlet(30 · w), up to a factor by row that changes no order."""
    random = np.random.RandomState(seed_of(knowledge) ^ 1)
    shares = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1)
    return random.standard_gamma(CONCENTRATION * shares, (DRAWS, shares.shape[1]))


def _shares(knowledge: KnowledgeBase, answers: Answers, leader: str) -> tuple[float, float]:
    """Return the shares of draws that the leader wins near the stated weights, and with any.

    A draw in which nothing is left counts for nobody.
    """
    found = outcomes(knowledge, drawn(knowledge, answers))
    position = list(knowledge.options).index(leader)
    grades = _grades_at(knowledge, found)
    answered = found.weights > 0
    near, anyhow = (
        np.where(found.out, scenarios.NOBODY, np.einsum("dk,kda->da", weights, grades))
        for weights in (
            near_weights(knowledge, found.weights),
            noise_of(knowledge).exponential * answered,
        )
    )
    return float((leaders(near) == position).mean()), float((leaders(anyhow) == position).mean())


def _grades_at(knowledge: KnowledgeBase, found: Outcomes) -> Numbers:
    """Return criteria × draws × options: the drawn grades at the levels of each draw."""
    grades = noise_of(knowledge).grades
    at = found.levels.argmax(axis=2)
    rows = np.arange(DRAWS)
    return np.stack([grades[rows, k, at[:, k]] for k in range(at.shape[1])], axis=0).astype(float)
