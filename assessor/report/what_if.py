"""What other answers would lead to, beside what a report says: old, new, and why."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessor.advice import questionnaire
from assessor.advice.eligibility import Exclusion
from assessor.advice.outlook import Outlook, issued
from assessor.advice.scenarios import PRIORITIES
from assessor.advice.status import Status
from assessor.knowledge import Answers, KnowledgeBase
from assessor.knowledge.labels import level_labels
from assessor.report.answers import Given, given
from assessor.report.figures import whole
from assessor.report.record import Record

WORTH_NAMING = 0.05
"""Points: less is written as nothing."""


@dataclass(frozen=True)
class Side:
    """One side of the comparison. ``leader`` is empty where no option is left."""

    leader: str
    score: float | None
    lead: float | None
    status: Status


@dataclass(frozen=True)
class Turn:
    """Options that answers put out or let in; ``text`` says the rule, for who leads only."""

    options: tuple[str, ...]
    text: str
    answers: tuple[Given, ...]


@dataclass(frozen=True)
class Mover:
    """The criterion that changes most: ``points`` for who leads now.

    ``was`` and ``now`` are its levels in words, alike where only its share of all weight changes.
    """

    label: str
    points: float
    was: tuple[str, ...]
    now: tuple[str, ...]
    weight_was: float
    weight_now: float
    answers: tuple[Given, ...]


@dataclass(frozen=True)
class WhatIf:
    """A report beside other answers. ``asked`` are questions that only these would bring up."""

    headline: str
    before: Side
    after: Side
    changed: int
    put_out: tuple[Turn, ...]
    let_in: tuple[Turn, ...]
    mover: Mover | None
    asked: tuple[str, ...]

    @property
    def has_reason(self) -> bool:
        return bool(self.put_out or self.let_in or self.mover)


def what_if(record: Record, answers: Answers, after: Outlook) -> WhatIf:
    """Return how the outlook under these answers differs from the report."""
    knowledge, before = record.knowledge, issued(record.suggestion)
    changed = _changed(record, answers)
    out, now_out = _excluded(before), _excluded(after)
    new, gone = now_out - out, out - now_out
    ruled = before.leader in new or after.leader in gone
    sides = _side(knowledge, before), _side(knowledge, after)
    return WhatIf(
        headline=_headline(*sides),
        before=sides[0],
        after=sides[1],
        changed=len(changed),
        put_out=_turns(
            knowledge, _main_reasons(after.excluded, new, changed), before.leader, answers
        ),
        let_in=_turns(
            knowledge, _main_reasons(before.excluded, gone, changed), after.leader, record.answers
        ),
        mover=None if ruled else _mover(knowledge, before, after, answers, changed),
        asked=_only_asked_now(record, answers),
    )


def _changed(record: Record, answers: Answers) -> tuple[str, ...]:
    return tuple(
        key for key in record.knowledge.questions if answers.get(key) != record.answers.get(key)
    )


def _side(knowledge: KnowledgeBase, found: Outlook) -> Side:
    name = knowledge.options[found.leader].short_name if found.leader else ""
    return Side(name, found.score, found.lead, found.status)


def _headline(before: Side, after: Side) -> str:
    """Say in one sentence what becomes of the first place."""
    if after.score is None:
        if before.score is None:
            return _("Still no option is left.")
        return _("With these answers, no option is left.")
    words = {"name": after.leader, "new": whole(after.score)}
    if before.score is None:
        return _("“%(name)s” is left now, with %(new)s of 100.") % words
    words["old"] = whole(before.score)
    if before.leader != after.leader:
        return _("%(old)s → %(new)s of 100. “%(name)s” now leads.") % words
    if words["old"] != words["new"]:
        return _("%(old)s → %(new)s of 100. “%(name)s” still leads.") % words
    return _("“%(name)s” still leads, with %(new)s of 100 as before.") % words


def _only_asked_now(record: Record, answers: Answers) -> tuple[str, ...]:
    """Return the questions that these answers bring up and that have no answer yet."""
    before = questionnaire.questions_shown(record.knowledge, record.answers)
    now = questionnaire.questions_shown(record.knowledge, answers)
    return tuple(
        question.text for question in now if question not in before and question.key not in answers
    )


# ---------------------------------------------------------------- put out and let in


def _excluded(found: Outlook) -> set[str]:
    return {exclusion.architecture for exclusion in found.excluded}


def _turns(
    knowledge: KnowledgeBase,
    reasons: Mapping[str, Exclusion],
    leader: str | None,
    answers: Answers,
) -> tuple[Turn, ...]:
    """Group options by the answers behind their exclusion; who leads comes first, with the rule."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for key, exclusion in reasons.items():
        if key != leader:
            groups.setdefault(tuple(exclusion.answers), []).append(
                knowledge.options[key].short_name
            )
    others = [
        Turn(tuple(names), "", _given(knowledge, behind, answers))
        for behind, names in groups.items()
    ]
    if leader is None or leader not in reasons:
        return tuple(others)
    main = reasons[leader]
    name = knowledge.options[leader].short_name
    return (Turn((name,), main.reason, _given(knowledge, main.answers, answers)), *others)


def _main_reasons(
    exclusions: Iterable[Exclusion], options: Collection[str], changed: Collection[str]
) -> Mapping[str, Exclusion]:
    """Return one exclusion for each option: the first with a changed answer behind it, if any."""
    reasons: dict[str, Exclusion] = {}
    for exclusion in sorted(exclusions, key=lambda each: not _touches(each, changed)):
        if exclusion.architecture in options:
            reasons.setdefault(exclusion.architecture, exclusion)
    return reasons


def _touches(exclusion: Exclusion, changed: Collection[str]) -> bool:
    return any(key in changed for key in exclusion.answers)


def _given(knowledge: KnowledgeBase, keys: Iterable[str], answers: Answers) -> tuple[Given, ...]:
    return tuple(given(knowledge, key, answers[key]) for key in keys if key in answers)


# ---------------------------------------------------------------- what moves the score


def _mover(
    knowledge: KnowledgeBase,
    before: Outlook,
    after: Outlook,
    answers: Answers,
    changed: Collection[str],
) -> Mover | None:
    """Return the criterion that changes most; None where none does, or nobody leads."""
    shifts = _shifts(before, after)
    direction = 1 if sum(shifts.values()) >= 0 else -1
    key = max(shifts, key=lambda each: direction * shifts[each], default="")
    if abs(shifts.get(key, 0)) < WORTH_NAMING:
        return None
    behind = [each for each in changed if each == PRIORITIES or _speaks_to(knowledge, each, key)]
    return Mover(
        label=knowledge.criteria[key].label,
        points=shifts[key],
        was=tuple(level_labels(knowledge, key, before.levels.get(key, ()))),
        now=tuple(level_labels(knowledge, key, after.levels.get(key, ()))),
        weight_was=before.weights.get(key, 0),
        weight_now=after.weights.get(key, 0),
        answers=_given(knowledge, behind, answers),
    )


def _shifts(before: Outlook, after: Outlook) -> dict[str, float]:
    """Return, by criterion, the points that who leads now gains: on who led, or on itself."""
    if before.leader is None or after.leader is None:
        return {}
    gained = _difference(before, after, after.leader)
    if before.leader == after.leader:
        return gained
    rival = _difference(before, after, before.leader)
    return {key: points - rival.get(key, 0) for key, points in gained.items()}


def _difference(before: Outlook, after: Outlook, option: str) -> dict[str, float]:
    was, now = (
        next(place.contributions for place in found.ranking if place.architecture == option)
        for found in (before, after)
    )
    return {key: now.get(key, 0) - was.get(key, 0) for key in {**was, **now}}


def _speaks_to(knowledge: KnowledgeBase, question: str, criterion: str) -> bool:
    return any(
        speaking.dimension == criterion for speaking in knowledge.questions[question].scoring
    )
