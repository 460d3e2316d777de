"""What another edition makes of the same answers: who led then, who leads now, and why.

The points of an option add up by criterion, so what one option gains on another is told exactly:
by another grade, by another level of the criterion, or by another weight.
"""

from collections.abc import Collection, Generator, Iterable, Iterator
from typing import Literal

from pydantic import Field

from assessor.advice.eligibility import Exclusion
from assessor.advice.levels import in_order
from assessor.advice.scenarios import PRIORITIES
from assessor.advice.standing import Standing, standing
from assessor.knowledge.conditions import Answers, Fact
from assessor.knowledge.schema import KnowledgeBase

MOST_CAUSES = 4
"""Criteria named: what moved the order least says nothing more."""

LEAST_GAIN = 1e-9
"""Points; less comes from the arithmetic."""

Kind = Literal["gone", "new", "ruled_out", "not_ruled_out", "grade", "level", "weight", "equal"]
"""``gone``, ``new``: the architecture is in one edition only. ``equal``: both have the same points
and stand in the order of the catalogue."""


class Graded(Fact):
    """The mean grade of an architecture at the levels of a criterion, then and now."""

    architecture: str
    then: float
    now: float


class Cause(Fact):
    """One reason why somebody else leads.

    ``rule`` is as in Exclusion, ``reason`` its words. ``gain``: points that the new leader gains
    on the former one by ``criterion``. ``lost``: questions whose answers are behind it and were
    not carried over.
    """

    kind: Kind
    architecture: str = ""
    rule: str = ""
    reason: str = ""
    criterion: str = ""
    gain: float = 0
    grades: tuple[Graded, ...] = ()
    levels_then: tuple[str, ...] = ()
    levels_now: tuple[str, ...] = ()
    weight_then: float = 0
    weight_now: float = 0
    lost: tuple[str, ...] = ()


class Effect(Fact):
    """Who led and who leads; None: nobody. ``causes`` is empty where that is the same."""

    then: str | None
    now: str | None
    causes: tuple[Cause, ...] = Field((), description="The first is the plainest.")


def effect(
    then: KnowledgeBase,
    now: KnowledgeBase,
    answers: Answers,
    carried: Answers,
    former: str | None,
) -> Effect:
    """Return what another edition makes of some answers.

    ``carried`` are those that it takes, ``former`` who led with ``answers``.
    """
    after = standing(now, carried)
    leader = after.leader.key if after.leader else None
    if leader == former:
        return Effect(then=former, now=leader)
    before = standing(then, answers)
    lost = frozenset(answers) - frozenset(carried)
    causes = tuple(_causes(before, after, former, leader, lost))
    return Effect(then=former, now=leader, causes=causes)


def _causes(
    before: Standing, after: Standing, former: str | None, leader: str | None, lost: Collection[str]
) -> Iterator[Cause]:
    stays = yield from _fell(after, former)
    was_left = yield from _rose(before, after, leader, lost)
    if former and leader and stays and was_left:
        yield from _overtook(before, after, former, leader, lost)


# ---------------------------------------------------------------- ruled out, then or now


def _fell(after: Standing, former: str | None) -> Generator[Cause, None, bool]:
    """Yield why the former leader is not left any more; return whether it is."""
    if former is None:
        return True
    if former not in after.knowledge.options:
        yield Cause(kind="gone", architecture=former)
        return False
    reasons = _against(after, former)
    for reason in reasons:
        yield Cause(kind="ruled_out", architecture=former, rule=reason.rule, reason=reason.reason)
    return not reasons


def _rose(
    before: Standing, after: Standing, leader: str | None, lost: Collection[str]
) -> Generator[Cause, None, bool]:
    """Yield why the new leader was not left before; return whether it was."""
    if leader is None:
        return True
    if leader not in before.knowledge.options:
        yield Cause(kind="new", architecture=leader)
        return False
    reasons = _against(before, leader)
    for reason in reasons:
        yield Cause(
            kind="not_ruled_out",
            architecture=leader,
            rule=reason.rule,
            reason=reason.reason,
            lost=_among(reason.answers, lost),
        )
    return not reasons


def _against(standing: Standing, architecture: str) -> list[Exclusion]:
    return [reason for reason in standing.excluded if reason.architecture == architecture]


def _among(questions: Iterable[str], lost: Collection[str]) -> tuple[str, ...]:
    return tuple(question for question in questions if question in lost)


# ---------------------------------------------------------------- overtaken by points


def _overtook(
    before: Standing, after: Standing, former: str, leader: str, lost: Collection[str]
) -> Iterator[Cause]:
    """Yield the criteria on which the new leader gained most on the former one."""
    was, is_now = _ahead(before, leader, former), _ahead(after, leader, former)
    gains = {key: is_now.get(key, 0) - was.get(key, 0) for key in {**was, **is_now}}
    gaining = [key for key, gain in gains.items() if gain > LEAST_GAIN]
    gaining.sort(key=lambda key: -gains[key])
    options = (leader, former)
    for key in gaining[:MOST_CAUSES]:
        cause = _moved(before, after, options, key)
        lost_here = _among(_behind(before, cause), lost)
        yield cause.model_copy(update={"gain": gains[key], "lost": lost_here})
    if not gaining:
        yield Cause(kind="equal", architecture=leader)


def _behind(before: Standing, cause: Cause) -> Iterable[str]:
    """Return the questions that a weight, or the level of a criterion, hung on."""
    if cause.kind == "weight":
        return (PRIORITIES,)
    found = before.plausible.get(cause.criterion)
    return found.images if found else ()


def _ahead(standing: Standing, one: str, other: str) -> dict[str, float]:
    """Return how many points one is ahead of the other, by criterion."""
    points = {place.architecture: place.contributions for place in standing.ranking}
    if one not in points or other not in points:
        return {}
    return {key: points[one][key] - points[other][key] for key in points[one]}


def _moved(before: Standing, after: Standing, options: tuple[str, str], criterion: str) -> Cause:
    """Say by what points moved: grades at the same levels, levels, else weights."""
    then, now = _levels(before, criterion), _levels(after, criterion)
    grades = tuple(_graded(before, after, options, criterion)) if then == now else ()
    return Cause(
        kind="grade" if grades else "weight" if then == now else "level",
        criterion=criterion,
        grades=grades,
        levels_then=then,
        levels_now=now,
        weight_then=_share(before, criterion),
        weight_now=_share(after, criterion),
    )


def _levels(standing: Standing, criterion: str) -> tuple[str, ...]:
    if criterion not in standing.plausible:
        return ()
    levels = in_order(standing.knowledge.criteria[criterion], standing.levels[criterion])
    return (levels,) if isinstance(levels, str) else levels


def _graded(
    before: Standing, after: Standing, options: Iterable[str], criterion: str
) -> Iterator[Graded]:
    for option in options:
        then, now = (_grade(each, option, criterion) for each in (before, after))
        if then != now:
            yield Graded(architecture=option, then=then, now=now)


def _grade(standing: Standing, option: str, criterion: str) -> float:
    levels = _levels(standing, criterion)
    architecture = standing.knowledge.options[option]
    return sum(architecture.grade(criterion, level) for level in levels) / len(levels)


def _share(standing: Standing, criterion: str) -> float:
    total = sum(standing.weights.values())
    return standing.weights.get(criterion, 0) / total if total else 0.0
