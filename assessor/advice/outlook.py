"""The first lines of a suggestion alone: who leads, by how much, and how sure that is.

For what has to be there while somebody waits: all of advise() takes several times as long.
"""

from dataclasses import dataclass

from assessor.advice import questionnaire, scoring
from assessor.advice.confidence import completeness, confidence
from assessor.advice.eligibility import Exclusion
from assessor.advice.levels import in_order
from assessor.advice.scoring import Placement
from assessor.advice.standing import standing
from assessor.advice.status import Status, gaps_of, status
from assessor.advice.suggestion import Suggestion
from assessor.knowledge.conditions import Answers
from assessor.knowledge.schema import KnowledgeBase


@dataclass(frozen=True)
class Outlook:
    """What advise() says first; see Suggestion for what the fields hold."""

    status: Status
    ranking: tuple[Placement, ...]
    excluded: tuple[Exclusion, ...]
    levels: dict[str, str | tuple[str, ...]]
    weights: dict[str, float]

    @property
    def leader(self) -> str | None:
        return self.ranking[0].architecture if self.ranking else None

    @property
    def score(self) -> float | None:
        return self.ranking[0].score if self.ranking else None

    @property
    def lead(self) -> float | None:
        """Return the points between first and second; None with fewer."""
        return self.ranking[0].score - self.ranking[1].score if len(self.ranking) > 1 else None


def outlook(knowledge: KnowledgeBase, answers: Answers) -> Outlook:
    """Return what advise() would say first under these answers.

    Raises questionnaire.AnswerError for an unknown question or an answer it does not allow.
    """
    questionnaire.check(knowledge, answers)
    found = standing(knowledge, answers)
    weights = scoring.shares(found.weights)
    complete = completeness(knowledge, found.levels, weights)
    sure = confidence(knowledge, found.situation.answers, found.ranking, complete)
    return Outlook(
        status=status(found.ranking, gaps_of(knowledge, found.leader, found.levels), sure),
        ranking=found.ranking,
        excluded=found.excluded,
        levels={
            key: in_order(knowledge.criteria[key], levels) for key, levels in found.levels.items()
        },
        weights=weights,
    )


def issued(suggestion: Suggestion) -> Outlook:
    """Return what a suggestion said, without computing anything."""
    return Outlook(
        status=suggestion.status,
        ranking=suggestion.ranking,
        excluded=suggestion.excluded,
        levels=suggestion.levels,
        weights=suggestion.weights,
    )
