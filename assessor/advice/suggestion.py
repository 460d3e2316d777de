"""advise(knowledge, answers) → Suggestion: what page, PDF and exports are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from pydantic import Field

from assessor.advice import changes, conditions, questionnaire, scoring
from assessor.advice.changes import Changes
from assessor.advice.conditions import Condition, Gate
from assessor.advice.confidence import Confidence, completeness, confidence
from assessor.advice.controls import AppliedControl, AppliedRisk, controls_for, risks_for
from assessor.advice.eligibility import Exclusion, OpenExclusion
from assessor.advice.estimates import Estimates, estimates_for
from assessor.advice.law import LegalDuty, calendar_for, questions_for_counsel
from assessor.advice.levels import in_order
from assessor.advice.nearest import nearest_row
from assessor.advice.parts import (
    AppliedAlternative,
    ComponentNeeded,
    PreferenceCheck,
    alternatives_for,
    components_for,
    preference_check,
)
from assessor.advice.possible import Step
from assessor.advice.scoring import Placement
from assessor.advice.standing import Standing, standing
from assessor.advice.status import Status, gaps_of, status
from assessor.advice.unknowns import Unknown, unknowns
from assessor.knowledge.conditions import Answers, Fact, Situation
from assessor.knowledge.schema import KnowledgeBase

PRACTICALLY_EQUAL = 2
"""Points of difference under which two options count as equal."""

EXACT_DECIMALS = 9
"""Scores are exact until they become floats: a difference is right to this many."""

WITH_CONDITIONS = 3
"""Conditions are attached to this many options."""


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
    confidence: Confidence | None = Field(None, description="None before there were draws.")
    changes: Changes | None = Field(None, description="What would change the result.")
    unknowns: tuple[Unknown, ...] = Field((), description="Most worth finding out first.")
    components: tuple[ComponentNeeded, ...] = Field((), description="Of the leader, and by task.")
    preference: PreferenceCheck | None = Field(None, description="None without a preference.")
    alternatives: tuple[AppliedAlternative, ...] = ()
    controls: tuple[AppliedControl, ...] = Field((), description="Those that apply, by phase.")
    controls_left_out: tuple[str, ...] = Field((), description="Those that do not apply.")
    risks: tuple[AppliedRisk, ...] = Field((), description="The most severe first.")
    calendar: tuple[LegalDuty, ...] = Field((), description="Legal dates that matter, in order.")
    counsel_questions: tuple[str, ...] = ()
    estimates: Estimates | None = Field(None, description="None without a cost model or an option.")


def advise(knowledge: KnowledgeBase, answers: Answers) -> Suggestion:
    """Return the suggestion for these answers.

    A question left out was not asked; answers to questions that are not shown do not count.
    Raises questionnaire.AnswerError for an unknown question or an answer it does not allow.
    """
    questionnaire.check(knowledge, answers)
    found = standing(knowledge, answers)
    counting, ranking = found.situation.answers, found.ranking
    shares = scoring.shares(found.weights)
    sure = confidence(knowledge, counting, ranking, completeness(knowledge, found.levels, shares))
    gaps = gaps_of(knowledge, found.leader, found.levels)
    not_known = _not_known(found)
    case = _case(found)
    controls = controls_for(knowledge, case)
    steps = changes.all_steps(knowledge, answers, counting)
    after = changes.leaders_after(knowledge, answers, steps, changes.one_by_one(steps))
    return Suggestion(
        edition=knowledge.version,
        edition_sha256=knowledge.sha256,
        status=status(ranking, gaps, sure),
        leader=found.leader.key if found.leader else None,
        lead=sure.lead,
        practically_equal=_practically_equal(ranking),
        ranking=ranking,
        excluded=found.excluded,
        open_exclusions=found.open_exclusions,
        levels={
            key: in_order(knowledge.criteria[key], levels) for key, levels in found.levels.items()
        },
        decided_by={key: plausible.deciding for key, plausible in found.plausible.items()},
        weights=shares,
        without_priorities=found.ranked_with([]),
        gaps=gaps,
        conditions=_conditions(found),
        gates=conditions.gates(knowledge, found.situation),
        nearest_row=nearest_row(knowledge, found.plausible),
        not_known=not_known,
        ignored=tuple(key for key in knowledge.questions if key in answers and key not in counting),
        confidence=sure,
        changes=_changes(found, answers, steps, after, shares),
        unknowns=unknowns(knowledge, counting, not_known, steps, after),
        components=components_for(knowledge, found.leader, counting) if found.leader else (),
        preference=preference_check(knowledge, counting, ranking),
        alternatives=alternatives_for(knowledge, counting),
        controls=tuple(control for control in controls if control.applies != "no"),
        controls_left_out=tuple(each.control for each in controls if each.applies == "no"),
        risks=risks_for(knowledge, case, controls),
        calendar=calendar_for(knowledge, case),
        counsel_questions=questions_for_counsel(knowledge, case),
        estimates=estimates_for(
            knowledge, counting, [place.architecture for place in found.ranking]
        ),
    )


def _case(found: Standing) -> Situation:
    """Return the answers with their levels, and the attributes of the leader if there is one."""
    attributes = found.leader.attributes if found.leader else {}
    return replace(found.situation, levels=found.levels, attributes=attributes)


def _changes(
    found: Standing,
    answers: Answers,
    steps: Sequence[Step],
    after: Sequence[str | None],
    shares: Mapping[str, float],
) -> Changes:
    leader = found.leader.key if found.leader else None
    return Changes(
        answers=changes.flips(answers, leader, steps, after),
        weights=changes.overtakings(found.ranking, shares),
        openings=() if leader else changes.openings(found.knowledge, answers, steps, after),
    )


def _conditions(found: Standing) -> dict[str, tuple[Condition, ...]]:
    first = [place.architecture for place in found.ranking[:WITH_CONDITIONS]]
    return {
        key: conditions.conditions_of(
            found.knowledge, found.knowledge.options[key], found.situation
        )
        for key in first
    }


def _not_known(found: Standing) -> tuple[str, ...]:
    return tuple(
        key
        for key, answer in found.situation.answers.items()
        if questionnaire.is_unknown(found.knowledge.questions[key], answer)
    )


def _practically_equal(ranked: tuple[Placement, ...]) -> tuple[str, ...]:
    return tuple(
        place.architecture
        for place in ranked[1:]
        if round(ranked[0].score - place.score, EXACT_DECIMALS) < PRACTICALLY_EQUAL
    )
