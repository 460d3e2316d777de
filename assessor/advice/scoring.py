"""Weights, contributions that add up, and the ranking.

An additive value model over explicit grades. Exact fractions inside: the article's rows come out
at exactly 100, and no rounding can decide an order.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.conditions import Fact
from assessor.knowledge.schema import KnowledgeBase

BEST_GRADE = 4
RANK_ORDER_CENTROID = (Fraction(11, 18), Fraction(5, 18), Fraction(2, 18))
"""Surrogate weights of three ranked priorities (Barron & Barrett 1996)."""

Levels = Mapping[str, Iterable[str]]
"""Criterion key to its plausible levels."""

Weights = Mapping[str, Fraction]
"""Criterion key to its share; the shares add up to 1."""


class Placement(Fact):
    """An architecture in the ranking.

    ``score`` is 0–100, unrounded; ``contributions`` are points by criterion and add up to it.
    """

    architecture: str
    score: float
    contributions: dict[str, float]


def weights(
    knowledge: KnowledgeBase, answered: Iterable[str], priorities: Iterable[str] = ()
) -> dict[str, Fraction]:
    """Return w = b·m / Σ b·m over the criteria answered; m = 1 + 2·Σ ROC of its priorities."""
    raised = _multipliers(knowledge, priorities)
    raw = {
        key: Fraction(str(knowledge.question_bank.base_weights[key])) * raised.get(key, 1)
        for key in knowledge.criteria
        if key in set(answered)
    }
    total = sum(raw.values())
    return {key: weight / total for key, weight in raw.items()}


def _multipliers(knowledge: KnowledgeBase, priorities: Iterable[str]) -> dict[str, Fraction]:
    raised: dict[str, Fraction] = {}
    for priority, share in zip(priorities, RANK_ORDER_CENTROID, strict=False):
        for criterion in knowledge.question_bank.priority_map[priority]:
            raised[criterion] = raised.get(criterion, Fraction(1)) + 2 * share
    return raised


def contributions(option: Architecture, levels: Levels, shares: Weights) -> dict[str, Fraction]:
    """Return the points each criterion adds: 100 · w · mean grade over its plausible levels / 4."""
    return {
        key: 100 * share * _mean_grade(option, key, levels[key]) / BEST_GRADE
        for key, share in shares.items()
    }


def _mean_grade(option: Architecture, criterion: str, levels: Iterable[str]) -> Fraction:
    grades = [option.grade(criterion, level) for level in levels]
    return Fraction(sum(grades), len(grades))


def ranking(
    options: Iterable[Architecture], levels: Levels, shares: Weights
) -> tuple[Placement, ...]:
    """Order the options by score, the first of equals as in the catalogue."""
    points = [(option.key, contributions(option, levels, shares)) for option in options]
    points.sort(key=lambda entry: sum(entry[1].values()), reverse=True)
    return tuple(
        Placement(
            architecture=key,
            score=float(sum(added.values())),
            contributions={criterion: float(point) for criterion, point in added.items()},
        )
        for key, added in points
    )
