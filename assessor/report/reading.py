"""Everything that page and documents say about a result, as one value.

It reads the frozen suggestion and computes nothing anew: the order, the points and the reasons
are those that were issued.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessor.advice.conditions import Gate
from assessor.advice.suggestion import PRIORITIES
from assessor.knowledge.catalogue import ArticleRow
from assessor.report import criteria, options
from assessor.report.answers import AnswerGroup, Given, by_group, given_to
from assessor.report.architecture import Profile, profile
from assessor.report.criteria import Column, Contribution
from assessor.report.figures import listed, quoted
from assessor.report.method import Method, method
from assessor.report.options import Blocker, Excluded, Ranked, Threat
from assessor.report.record import Record

APPROACH = "how_approach"
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
    """A result in words. ``leader`` and what belongs to it are empty when no option is left."""

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
    unknown: tuple[Given, ...]
    ignored: tuple[Given, ...]
    answer_groups: tuple[AnswerGroup, ...]
    approach: Given | None
    success: Given | None
    method: Method

    @property
    def status(self) -> str:
        return self.record.suggestion.status

    @property
    def longest_bar(self) -> float:
        """Return the points that fill the width of a bar."""
        return max((line.available for line in self.contributions), default=0)


def read(record: Record) -> Reading:
    """Return the result in words."""
    ranked, out = options.ranked(record), options.excluded(record)
    leader = ranked[0] if ranked else None
    equal = tuple(option for option in ranked if option.is_practically_equal)
    contributions = criteria.contributions(record)
    return Reading(
        record=record,
        heading=_heading(record, leader, equal),
        decision=_decision(record, leader, equal),
        leader=leader,
        runner_up=ranked[1] if len(ranked) > 1 else None,
        profile=profile(record.knowledge, leader.architecture) if leader else None,
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
        unknown=given_to(record, record.suggestion.not_known),
        ignored=given_to(record, record.suggestion.ignored),
        answer_groups=by_group(record),
        approach=_known(record, APPROACH),
        success=_known(record, SUCCESS),
        method=method(record),
    )


def _heading(record: Record, leader: Ranked | None, equal: tuple[Ranked, ...]) -> str:
    """Say the answer in one sentence."""
    if leader is None:
        return _("No option is left under your answers")
    name = leader.architecture.short_name
    if record.suggestion.status == "forced":
        return _("Only one option is left: %(name)s") % {"name": name}
    if record.suggestion.status == "fit_with_gaps":
        return _("“%(name)s” fits best, but with gaps") % {"name": name}
    if equal:
        return _("Practically equal: %(names)s") % {"names": _quoted(equal)}
    return _("“%(name)s” fits best") % {"name": name}


def _decision(record: Record, leader: Ranked | None, equal: tuple[Ranked, ...]) -> str:
    """Say what the readers are asked to decide."""
    if leader is None:
        return _("Decide which of the constraints can be relaxed, or do not start.")
    words = {"name": leader.architecture.short_name}
    if record.suggestion.status == "forced":
        return _("Confirm the constraints that leave only “%(name)s”, then approve it.") % words
    if equal:
        return _("Choose between %(names)s.") % {"names": _quoted(equal)}
    return _("Approve “%(name)s” as the deployment architecture.") % words


def _quoted(chosen: tuple[Ranked, ...]) -> str:
    return listed(quoted([option.architecture.short_name for option in chosen]), _("and"))


def _compared(
    record: Record, ranked: tuple[Ranked, ...], equal: tuple[Ranked, ...]
) -> tuple[tuple[Ranked, Profile], ...]:
    """Return the options worth seeing side by side: the equal ones, else the first two."""
    chosen = equal[:MOST_COMPARED] or ranked[:2]
    return tuple((option, profile(record.knowledge, option.architecture)) for option in chosen)


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
    priorities = _known(record, PRIORITIES)
    return priorities.words if priorities else ()


def _known(record: Record, question: str) -> Given | None:
    """Return an answer, or None where it is missing or not known yet."""
    answer = next(iter(given_to(record, [question])), None)
    return None if answer is None or answer.is_unknown else answer
