"""The word that stands before any number."""

from collections.abc import Iterable, Mapping
from typing import Literal

from assessor.advice.confidence import Confidence
from assessor.advice.scoring import Placement
from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.schema import KnowledgeBase

GOOD_ENOUGH = 65
"""Below this score even the leader does not really fit."""

POOR = 1
CLEAR_SHARE = 0.90
CLEAR_LEAD = 3
FAIRLY_CLEAR_SHARE = 0.70

Status = Literal[
    "no_option",
    "forced",
    "fit_with_gaps",
    "clear",
    "fairly_clear",
    "finely_balanced",
    "not_computed",
]
"""``not_computed`` stands in suggestions from before there were words for confidence."""


def status(ranking: tuple[Placement, ...], gaps: tuple[str, ...], confidence: Confidence) -> Status:
    """Return the word for a ranking: what is left, how well it fits, how sure the order is."""
    match ranking:
        case ():
            return "no_option"
        case (_,):
            return "forced"
        case (first, *_) if gaps or first.score < GOOD_ENOUGH:
            return "fit_with_gaps"
    return _how_sure(confidence.near_priorities or 0, confidence.lead or 0)


def _how_sure(share: float, lead: float) -> Status:
    if share >= CLEAR_SHARE and lead >= CLEAR_LEAD:
        return "clear"
    return "fairly_clear" if share >= FAIRLY_CLEAR_SHARE else "finely_balanced"


def gaps_of(
    knowledge: KnowledgeBase, leader: Architecture | None, levels: Mapping[str, Iterable[str]]
) -> tuple[str, ...]:
    """Return the core criteria on which the leader is poor at every plausible level."""
    if leader is None:
        return ()
    return tuple(
        key
        for key, possible in levels.items()
        if knowledge.criteria[key].core
        and all(leader.grade(key, level) <= POOR for level in possible)
    )
