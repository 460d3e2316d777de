"""prove(knowledge) → Proof: what must hold before an edition is published.

Names that mean nothing are refused when an edition is read. This is about editions that can be
read and still cannot be meant: rules that never fire, options that never win, and the like.
"""

from assessor.advice.proof import (
    article,
    cases,
    criteria,
    effects,
    left,
    reach,
    rules,
    winners,
)
from assessor.advice.proof.findings import Finding, Part, Proof, Witness
from assessor.knowledge.schema import KnowledgeBase

__all__ = ["Finding", "Part", "Proof", "Witness", "prove"]


def prove(knowledge: KnowledgeBase) -> Proof:
    """Examine an edition, for a few seconds. The same edition always comes to the same proof."""
    witnesses = winners.witnesses(knowledge)
    return Proof(
        parts=(
            reach.part(knowledge),
            rules.part(knowledge),
            criteria.part(knowledge),
            criteria.profiles(knowledge),
            winners.part(knowledge, witnesses),
            left.part(knowledge),
            effects.part(knowledge),
            article.part(knowledge),
            cases.part(knowledge),
        ),
        witnesses=witnesses,
    )
