"""Weights, contributions that add up, and the ranking.

An additive value model over explicit grades. Whole numbers inside: the article's rows come out at
exactly 100, and no rounding can decide an order.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import lcm

from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.conditions import Fact
from assessor.knowledge.schema import KnowledgeBase

BEST_GRADE = 4
RANK_ORDER_CENTROID = (11, 5, 2)
"""Surrogate weights of three ranked priorities, in eighteenths (Barron & Barrett 1996)."""

Levels = Mapping[str, Iterable[str]]
"""Criterion key to its plausible levels."""

Weights = Mapping[str, int]
"""Criterion key to its weight: whole numbers that stand in the right proportion."""


class Placement(Fact):
    """An architecture in the ranking.

    ``score`` is 0–100, unrounded; ``contributions`` are points by criterion and add up to it.
    """

    architecture: str
    score: float
    contributions: dict[str, float]


def weights(
    knowledge: KnowledgeBase, answered: Iterable[str], priorities: Iterable[str] = ()
) -> dict[str, int]:
    """Return w ∝ b·m over the criteria answered; m = 1 + 2·Σ ROC of its priorities."""
    ninths = _ninths(knowledge, priorities)
    answered = set(answered)
    return {
        key: weight * ninths.get(key, 9)
        for key, weight in _base_weights(knowledge).items()
        if key in answered
    }


def shares(weights: Weights) -> dict[str, float]:
    """Return the weights as shares of 1."""
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()}


@lru_cache(maxsize=8)
def _base_weights(knowledge: KnowledgeBase) -> dict[str, int]:
    """Return the base weights b as whole numbers in their proportion, by criterion in order."""
    exact = {
        key: Fraction(str(knowledge.question_bank.base_weights[key])) for key in knowledge.criteria
    }
    common = lcm(*(weight.denominator for weight in exact.values()))
    return {key: int(weight * common) for key, weight in exact.items()}


def _ninths(knowledge: KnowledgeBase, priorities: Iterable[str]) -> dict[str, int]:
    """Return the multipliers m, in ninths, of the criteria that priorities raise."""
    raised: dict[str, int] = {}
    for priority, eighteenths in zip(priorities, RANK_ORDER_CENTROID, strict=False):
        for criterion in knowledge.question_bank.priority_map[priority]:
            raised[criterion] = raised.get(criterion, 9) + eighteenths
    return raised


def ranking(
    options: Iterable[Architecture], levels: Levels, weights: Weights
) -> tuple[Placement, ...]:
    """Order the options by score, the first of equals as in the catalogue.

    A criterion adds 100 · w · mean grade over its plausible levels / 4, with w as a share of 1.
    """
    common = lcm(*(len(set(levels[key])) for key in weights))
    full = BEST_GRADE * common * sum(weights.values()) or 1
    marked = [(option.key, _marks(option, levels, weights, common)) for option in options]
    marked.sort(key=lambda entry: sum(entry[1].values()), reverse=True)
    return tuple(
        Placement(
            architecture=key,
            score=100 * sum(marks.values()) / full,
            contributions={criterion: 100 * mark / full for criterion, mark in marks.items()},
        )
        for key, marks in marked
    )


def _marks(option: Architecture, levels: Levels, weights: Weights, common: int) -> dict[str, int]:
    """Return weight times mean grade by criterion, as multiples of 1 / ``common``."""
    marks = {}
    for key, weight in weights.items():
        grades = [option.grade(key, level) for level in levels[key]]
        marks[key] = weight * sum(grades) * (common // len(grades))
    return marks
