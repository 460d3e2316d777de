"""advise(knowledge, answers) → Suggestion: what page, PDF and exports are made from."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field

from assessor.advice import conditions, eligibility, questionnaire, scoring
from assessor.advice.conditions import Condition, Gate
from assessor.advice.eligibility import Exclusion, OpenExclusion
from assessor.advice.levels import Plausible, in_order, plausible_levels
from assessor.advice.scoring import Placement
from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.conditions import UNKNOWN, Answers, Fact
from assessor.knowledge.schema import KnowledgeBase

PRIORITIES = "why_priorities"
GOOD_ENOUGH = 65
"""Below this score even the leader does not really fit."""

POOR = 1
PRACTICALLY_EQUAL = 2
"""Points of difference under which two options count as equal."""

EXACT_DECIMALS = 9
"""Scores are exact fractions until they become floats: a difference is right to this many."""

WITH_CONDITIONS = 3
"""Conditions are attached to this many options."""

Status = Literal["no_option", "forced", "fit_with_gaps", "not_computed"]
"""``not_computed`` stands where the confidence words will be."""


class Suggestion(Fact):
    """The computed result. Scores are unrounded, 0–100; levels are one key, or several if open.

    ``version`` is that of this schema; it changes when a key changes its meaning or goes away.
    """

    version: Literal[1] = 1
    edition: str
    edition_sha256: str
    status: Status
    leader: str | None
    lead: float | None = Field(description="Points between first and second; None with fewer.")
    practically_equal: tuple[str, ...] = Field(description="Options within 2 points of the leader.")
    ranking: tuple[Placement, ...]
    excluded: tuple[Exclusion, ...]
    open_exclusions: tuple[OpenExclusion, ...]
    levels: dict[str, str | tuple[str, ...]]
    decided_by: dict[str, tuple[str, ...]] = Field(description="Criterion to question keys.")
    weights: dict[str, float] = Field(description="Shares of the criteria; they add up to 1.")
    without_priorities: tuple[Placement, ...]
    gaps: tuple[str, ...] = Field(description="Core criteria on which the leader grades poor.")
    conditions: dict[str, tuple[Condition, ...]] = Field(description="Of the first three options.")
    gates: tuple[Gate, ...]
    nearest_row: str = Field(description="Architecture of the nearest row of the article's table.")
    not_known: tuple[str, ...] = Field(description="Questions answered with dont_know.")
    ignored: tuple[str, ...] = Field(description="Answered, but not asked, so they do not count.")


def advise(knowledge: KnowledgeBase, answers: Answers) -> Suggestion:
    """Return the suggestion for these answers.

    A question left out was not asked; answers to questions that are not shown do not count.
    Raises questionnaire.AnswerError for an unknown question or an answer it does not allow.
    """
    questionnaire.check(knowledge, answers)
    counting = questionnaire.asked(knowledge, answers)
    plausible = plausible_levels(knowledge, counting)
    reasons = list(eligibility.exclusions(knowledge, counting, plausible))
    excluded = tuple(reason for reason in reasons if isinstance(reason, Exclusion))
    out = {reason.architecture for reason in excluded}
    left = [option for option in knowledge.options.values() if option.key not in out]
    levels = {key: plausible[key].levels for key in plausible}
    shares = scoring.weights(knowledge, levels, _priorities(counting))
    ranked = scoring.ranking(left, levels, shares)
    gaps = _gaps(knowledge, knowledge.options[ranked[0].architecture], levels) if ranked else ()
    return Suggestion(
        edition=knowledge.version,
        edition_sha256=knowledge.sha256,
        status=_status(ranked, gaps),
        leader=ranked[0].architecture if ranked else None,
        lead=ranked[0].score - ranked[1].score if len(ranked) > 1 else None,
        practically_equal=_practically_equal(ranked),
        ranking=ranked,
        excluded=excluded,
        open_exclusions=tuple(
            reason
            for reason in reasons
            if isinstance(reason, OpenExclusion) and reason.architecture not in out
        ),
        levels={key: in_order(knowledge.criteria[key], levels[key]) for key in levels},
        decided_by={key: plausible[key].deciding for key in plausible},
        weights={key: float(share) for key, share in shares.items()},
        without_priorities=scoring.ranking(left, levels, scoring.weights(knowledge, levels)),
        gaps=gaps,
        conditions={
            place.architecture: conditions.conditions_of(
                knowledge, knowledge.options[place.architecture], counting
            )
            for place in ranked[:WITH_CONDITIONS]
        },
        gates=conditions.gates(knowledge, counting),
        nearest_row=_nearest_row(knowledge, plausible),
        not_known=tuple(
            key
            for key, answer in counting.items()
            if questionnaire.is_unknown(knowledge.questions[key], answer)
        ),
        ignored=tuple(key for key in knowledge.questions if key in answers and key not in counting),
    )


def _priorities(answers: Answers) -> list[str]:
    chosen = answers.get(PRIORITIES, UNKNOWN)
    return chosen if isinstance(chosen, list) else []


def _status(ranked: tuple[Placement, ...], gaps: tuple[str, ...]) -> Status:
    match ranked:
        case ():
            return "no_option"
        case (_,):
            return "forced"
        case (first, *_) if gaps or first.score < GOOD_ENOUGH:
            return "fit_with_gaps"
    return "not_computed"


def _gaps(
    knowledge: KnowledgeBase, leader: Architecture, levels: Mapping[str, Iterable[str]]
) -> tuple[str, ...]:
    """Return the core criteria on which the leader is poor at every plausible level."""
    return tuple(
        key
        for key, possible in levels.items()
        if knowledge.criteria[key].core
        and all(leader.grade(key, level) <= POOR for level in possible)
    )


def _practically_equal(ranked: tuple[Placement, ...]) -> tuple[str, ...]:
    return tuple(
        place.architecture
        for place in ranked[1:]
        if round(ranked[0].score - place.score, EXACT_DECIMALS) < PRACTICALLY_EQUAL
    )


def _nearest_row(knowledge: KnowledgeBase, plausible: Mapping[str, Plausible]) -> str:
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
