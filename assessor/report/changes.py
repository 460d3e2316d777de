"""What would change the result, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assessor.advice.changes import Flip, Opening
from assessor.report.other_answers import OtherAnswer, other_answer
from assessor.report.record import Record

MOST_CHANGES = 7
MOST_WEIGHTS = 3


@dataclass(frozen=True)
class Change:
    """Other answers, one or two together, and who would lead then; empty: nobody."""

    answers: tuple[OtherAnswer, ...]
    leader: str


@dataclass(frozen=True)
class CriterionWeight:
    """The share of all weight at which the runner-up would overtake on one criterion."""

    label: str
    share: float
    needed: float


@dataclass(frozen=True)
class WhatWouldChange:
    """``answers``: single answers, the smallest step first; ``more``: how many are not named.

    ``openings`` are there only where nothing is left; then the rest is empty.
    """

    answers: tuple[Change, ...]
    more: int
    weights: tuple[CriterionWeight, ...]
    openings: tuple[Change, ...]


def what_would_change(record: Record) -> WhatWouldChange | None:
    """Return what would change the result; None in a report from before it was computed."""
    found = record.suggestion.changes
    if found is None:
        return None
    flips = found.answers if record.suggestion.leader else ()
    told, more = _told([_flip(record, flip) for flip in flips])
    openings, _more = _told([_opening(record, opening) for opening in found.openings])
    weights = tuple(
        CriterionWeight(record.knowledge.criteria[each.criterion].label, each.share, each.needed)
        for each in found.weights[:MOST_WEIGHTS]
    )
    return WhatWouldChange(answers=told, more=more, weights=weights, openings=openings)


def leader_name(record: Record, key: str | None) -> str:
    """Return the name of who leads; empty for nobody."""
    return record.knowledge.options[key].short_name if key else ""


def _flip(record: Record, flip: Flip) -> Change:
    other = other_answer(record.knowledge, flip.question, flip.given, flip.instead)
    return Change((other,), leader_name(record, flip.leader))


def _opening(record: Record, opening: Opening) -> Change:
    others = tuple(
        other_answer(record.knowledge, key, record.answers[key], opening.answers[key])
        for key in record.knowledge.questions
        if key in opening.answers
    )
    return Change(others, leader_name(record, opening.leader))


def _told(changes: Sequence[Change]) -> tuple[tuple[Change, ...], int]:
    """Join changes of one question with the same effect; return the first, and how many follow."""
    groups: dict[object, list[Change]] = {}
    for change in _without_repetition(changes):
        groups.setdefault(_effect(change), []).append(change)
    first, rest = list(groups.values())[:MOST_CHANGES], list(groups.values())[MOST_CHANGES:]
    return tuple(map(_joined, first)), sum(map(len, rest))


def _effect(change: Change) -> object:
    """Return what two changes must share to be told in one sentence."""
    *before, last = change.answers
    return (*before, replace(last, to=()), change.leader)


def _joined(changes: Sequence[Change]) -> Change:
    *before, last = changes[0].answers
    every = tuple(to for change in changes for to in change.answers[-1].to)
    return replace(changes[0], answers=(*before, replace(last, to=every)))


def _without_repetition(changes: Sequence[Change]) -> Iterable[Change]:
    """Leave out what is chosen alone where adding it to the choices already does the same."""
    added = {
        (change.answers[0].question, change.answers[0].to, change.leader)
        for change in changes
        if change.answers[0].kind == "added"
    }
    for change in changes:
        first = change.answers[0]
        if first.kind != "instead" or (first.question, first.to, change.leader) not in added:
            yield change
