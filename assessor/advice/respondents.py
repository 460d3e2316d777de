"""How often each architecture comes first when chance decides whose answers count.

METHOD 3.8 c: respondents and weights are drawn, and what nobody knows; grades stay as they are.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from assessor.advice.camps import Camp
from assessor.advice.confidence import DRAWS, drawn, near_weights, noise_of
from assessor.advice.scenarios import (
    NOBODY,
    Codes,
    Column,
    Columns,
    Numbers,
    Outcomes,
    leaders,
    model_of,
    outcomes,
)
from assessor.advice.voices import Working
from assessor.knowledge.schema import KnowledgeBase


def first_places(
    knowledge: KnowledgeBase, working: Working, disputed: Mapping[str, tuple[Camp, ...]]
) -> dict[str, float]:
    """Return the share of draws that each architecture comes first in, the greatest first.

    A draw in which nothing is left counts for nobody.
    """
    found = outcomes(knowledge, _respondents_drawn(knowledge, working, disputed))
    weights = near_weights(knowledge, found.weights)
    marks = np.einsum("dk,dka->da", weights, _grades_at(knowledge, found))
    first = leaders(np.where(found.out, NOBODY, marks))
    shares = {
        option: float((first == position).sum() / DRAWS)
        for position, option in enumerate(knowledge.options)
    }
    ordered = sorted(shares.items(), key=lambda entry: entry[1], reverse=True)
    return {option: share for option, share in ordered if share > 0}


def _grades_at(knowledge: KnowledgeBase, found: Outcomes) -> Numbers:
    """Return draws × criteria × options. Where every answer is drawn, a criterion has one level."""
    at = found.levels.argmax(axis=2)
    grades: Numbers = model_of(knowledge).grades[np.arange(at.shape[1]), at]
    return grades


def _respondents_drawn(
    knowledge: KnowledgeBase, working: Working, disputed: Mapping[str, tuple[Camp, ...]]
) -> Columns:
    """Return the answers, a row for each draw, each that of a voice drawn for its question."""
    columns = drawn(knowledge, working.answers)
    for position, key in enumerate(knowledge.questions):
        if key in disputed:
            uniform = noise_of(knowledge).uniform[:, position]
            lots = _lots(disputed[key], working.by[key])
            columns[key] = Column(
                tuple(camp.answer for camp in disputed[key]),
                lots[(uniform * len(lots)).astype(np.intp)],
            )
    return columns


def _lots(camps: Sequence[Camp], counting: str) -> Codes:
    """Return the position of a camp for each of its voices, twice for the one that counts."""
    lots = [len(camp.voices) + (counting in camp.voices) for camp in camps]
    return np.repeat(np.arange(len(camps), dtype=np.intp), lots)
