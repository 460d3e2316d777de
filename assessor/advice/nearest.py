"""The row of the article's table that a situation is nearest to."""

from collections.abc import Mapping

from assessor.advice.levels import Plausible
from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.schema import KnowledgeBase


def nearest_row(knowledge: KnowledgeBase, plausible: Mapping[str, Plausible]) -> str:
    """Return the canonical architecture whose row is the fewest steps away, summed over columns."""
    rows = [option for option in knowledge.options.values() if option.canonical]
    return min(rows, key=lambda row: _steps(knowledge, row, plausible)).key


def _steps(
    knowledge: KnowledgeBase, row: Architecture, plausible: Mapping[str, Plausible]
) -> float:
    """Return the distance to a row: 0 on a column that matches, 1 at the far end of its scale."""
    distance = 0.0
    for key, ideal in row.ideal_profile.items():
        scale = knowledge.criteria[key].levels
        if key in plausible:
            steps = [
                abs(scale.index(level) - scale.index(ideal)) for level in plausible[key].levels
            ]
            distance += min(steps) / (len(scale) - 1)
    return distance
