"""Everything that page and documents say about a result, as one value.

It reads the frozen suggestion and computes nothing anew: the order, the points and the reasons
are those that were issued.
"""

from dataclasses import dataclass

from assessor.advice.conditions import Gate
from assessor.advice.questionnaire import unanswered
from assessor.advice.scenarios import PRIORITIES
from assessor.knowledge.catalogue import APPROACH, ArticleRow
from assessor.knowledge.question_bank import Question
from assessor.report import alternatives, criteria, options, verdict
from assessor.report.alternatives import Alternative, LaterStep, Preference
from assessor.report.answers import AnswerGroup, Given, by_group, given_to, known
from assessor.report.architecture import Profile, profile
from assessor.report.certainty import Certainty, certainty
from assessor.report.changes import WhatWouldChange, what_would_change
from assessor.report.controls import ControlPlan, plan
from assessor.report.costs import Costs, costs
from assessor.report.criteria import Column, Contribution
from assessor.report.disputes import Remark, Together, remarks, together
from assessor.report.law import Law, law
from assessor.report.method import Method, method
from assessor.report.options import Blocker, Excluded, Ranked, Threat
from assessor.report.pilot import Pilot, pilot
from assessor.report.record import Record
from assessor.report.review import Review, review
from assessor.report.risks import FacedRisk, gravest
from assessor.report.sign_off import SignedOff, signed_off
from assessor.report.unknowns import ToFindOut, to_find_out

SUCCESS = "why_success"
REASONS_FOR = 4
REASONS_AGAINST = 2
MOST_COMPARED = 3


@dataclass(frozen=True)
class Priorities:
    """What ranking the priorities did. ``chosen`` is empty when none were ranked."""

    chosen: tuple[str, ...]
    first_without: str
    score_without: float
    same_first: bool


@dataclass(frozen=True)
class Reading:
    """A result in words. ``leader`` and what belongs to it are empty when no option is left.

    What an earlier version did not compute is None or empty.
    """

    record: Record
    heading: str
    decision: str
    leader: Ranked | None
    runner_up: Ranked | None
    profile: Profile | None
    compared: tuple[tuple[Ranked, Profile], ...]
    equal: tuple[Ranked, ...]
    ranked: tuple[Ranked, ...]
    out: tuple[Excluded, ...]
    blockers: tuple[Blocker, ...]
    threats: tuple[Threat, ...]
    gates: tuple[Gate, ...]
    gaps: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    speaks_for: tuple[Contribution, ...]
    speaks_against: tuple[Contribution, ...]
    strip: tuple[Column, ...]
    nearest_row: ArticleRow
    priorities: Priorities | None
    sure: Certainty | None
    changes: WhatWouldChange | None
    together: Together | None
    remarks: tuple[Remark, ...]
    unknown: tuple[Given, ...]
    find_out: tuple[ToFindOut, ...]
    preference: Preference | None
    growth: tuple[LaterStep, ...]
    risks: tuple[FacedRisk, ...]
    controls: ControlPlan | None
    law: Law | None
    costs: Costs | None
    pilot: Pilot | None
    alternatives: tuple[Alternative, ...]
    ignored: tuple[Given, ...]
    unanswered: tuple[Question, ...]
    answer_groups: tuple[AnswerGroup, ...]
    approach: Given | None
    success: Given | None
    method: Method
    review: Review
    sign_off: SignedOff | None

    @property
    def status(self) -> str:
        return self.record.suggestion.status

    @property
    def is_close(self) -> bool:
        """Say whether a second option has to be looked at beside the leader."""
        return bool(self.equal) or self.status == "finely_balanced"

    @property
    def blocking_alone(self) -> tuple[Blocker, ...]:
        """Return those that hold an option back which nothing else does."""
        return tuple(blocker for blocker in self.blockers if blocker.alone)

    @property
    def longest_bar(self) -> float:
        """Return the points that fill the width of a bar. Without a leader no bar is drawn."""
        return max(line.available for line in self.contributions)


def read(record: Record) -> Reading:
    """Return the result in words."""
    ranked, out = options.ranked(record), options.excluded(record)
    leader = ranked[0] if ranked else None
    equal = verdict.equal_ones(ranked)
    contributions = criteria.contributions(record)
    described = _profile(record, leader) if leader else None
    risks, dates = gravest(record), law(record)
    return Reading(
        record=record,
        heading=verdict.heading(record, ranked),
        decision=verdict.decision(record, ranked),
        leader=leader,
        runner_up=ranked[1] if len(ranked) > 1 else None,
        profile=described,
        compared=_compared(record, ranked, equal),
        equal=equal,
        ranked=ranked,
        out=out,
        blockers=options.blockers(record),
        threats=options.threats(record),
        gates=record.suggestion.gates,
        gaps=tuple(record.knowledge.criteria[key].label for key in record.suggestion.gaps),
        contributions=contributions,
        speaks_for=criteria.speaks_for(contributions, REASONS_FOR),
        speaks_against=criteria.speaks_against(contributions, REASONS_AGAINST),
        strip=criteria.strip(record),
        nearest_row=criteria.nearest_row(record),
        priorities=_priorities(record),
        sure=certainty(record),
        changes=what_would_change(record),
        together=together(record.knowledge, record.voices),
        remarks=remarks(record.knowledge, record.voices),
        unknown=given_to(record, record.suggestion.not_known),
        find_out=to_find_out(record),
        preference=alternatives.preference(record),
        growth=alternatives.growth(record),
        risks=risks,
        controls=plan(record),
        law=dates,
        costs=costs(record),
        pilot=pilot(record, described) if described else None,
        alternatives=alternatives.alternatives(record),
        ignored=given_to(record, record.suggestion.ignored),
        unanswered=unanswered(record.knowledge, record.answers),
        answer_groups=by_group(record),
        approach=known(record, APPROACH),
        success=known(record, SUCCESS),
        method=method(record),
        review=review(record, risks, dates),
        sign_off=signed_off(record),
    )


def _compared(
    record: Record, ranked: tuple[Ranked, ...], equal: tuple[Ranked, ...]
) -> tuple[tuple[Ranked, Profile], ...]:
    """Return the options worth seeing side by side: the equal ones, else the first two."""
    chosen = equal[:MOST_COMPARED] or ranked[:2]
    return tuple((option, _profile(record, option)) for option in chosen)


def _profile(record: Record, option: Ranked) -> Profile:
    return profile(record.knowledge, option.architecture, record.answers)


def _priorities(record: Record) -> Priorities | None:
    """Return what the ranked priorities changed, or None when no option is left."""
    if not record.suggestion.without_priorities:
        return None
    first = record.suggestion.without_priorities[0]
    return Priorities(
        chosen=_chosen(record),
        first_without=record.knowledge.options[first.architecture].short_name,
        score_without=first.score,
        same_first=first.architecture == record.suggestion.leader,
    )


def _chosen(record: Record) -> tuple[str, ...]:
    priorities = known(record, PRIORITIES)
    return priorities.words if priorities else ()
