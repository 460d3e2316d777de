"""Where every option stands under some answers: what is ruled out, and the order of the rest."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessor.advice import eligibility, questionnaire, scoring
from assessor.advice.eligibility import Exclusion, OpenExclusion
from assessor.advice.levels import Image, Plausible, plausible_levels
from assessor.advice.scenarios import PRIORITIES, chosen
from assessor.advice.scoring import Placement
from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.conditions import Answers, Situation
from assessor.knowledge.schema import KnowledgeBase


@dataclass(frozen=True)
class Standing:
    """The ranking and what it was made from. ``ranking`` is empty when nothing is left."""

    knowledge: KnowledgeBase
    situation: Situation
    plausible: dict[str, Plausible]
    excluded: tuple[Exclusion, ...]
    open_exclusions: tuple[OpenExclusion, ...]
    weights: dict[str, int]
    ranking: tuple[Placement, ...]

    @property
    def leader(self) -> Architecture | None:
        return self.knowledge.options[self.ranking[0].architecture] if self.ranking else None

    @property
    def levels(self) -> dict[str, Image]:
        """Return the plausible levels of every criterion that some answer speaks to."""
        return {key: plausible.levels for key, plausible in self.plausible.items()}

    def ranked_with(self, priorities: Iterable[str]) -> tuple[Placement, ...]:
        """Return the same options under other priorities."""
        left = {place.architecture for place in self.ranking}
        options = [option for key, option in self.knowledge.options.items() if key in left]
        weights = scoring.weights(self.knowledge, self.levels, priorities)
        return scoring.ranking(options, self.levels, weights)


def standing(knowledge: KnowledgeBase, answers: Answers) -> Standing:
    """Return the standing under these answers, which must be allowed by their questions."""
    situation = questionnaire.situation_of(knowledge, answers)
    plausible = plausible_levels(knowledge, situation)
    reasons = list(eligibility.exclusions(knowledge, situation, plausible))
    excluded = tuple(reason for reason in reasons if isinstance(reason, Exclusion))
    out = {reason.architecture for reason in excluded}
    levels = {key: each.levels for key, each in plausible.items()}
    weights = scoring.weights(knowledge, levels, chosen(situation.answers.get(PRIORITIES)))
    return Standing(
        knowledge=knowledge,
        situation=situation,
        plausible=plausible,
        excluded=excluded,
        open_exclusions=tuple(
            reason
            for reason in reasons
            if isinstance(reason, OpenExclusion) and reason.architecture not in out
        ),
        weights=weights,
        ranking=scoring.ranking(
            [option for key, option in knowledge.options.items() if key not in out],
            levels,
            weights,
        ),
    )
