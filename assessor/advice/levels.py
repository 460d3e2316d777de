"""Answers → the plausible levels of each criterion, and the answers that decided."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from assessor.advice.sizes import request_sizes
from assessor.knowledge.conditions import UNKNOWN, Answer, Answers, Situation
from assessor.knowledge.question_bank import (
    TASKS,
    Criterion,
    MapScoring,
    Question,
    TokenScoring,
)
from assessor.knowledge.schema import KnowledgeBase

VOLUME_LEVELS = ("low", "medium", "high")


Image = frozenset[str]
"""The levels that an answer can mean: one, or all of a question's when it is not known yet."""


@dataclass(frozen=True)
class Plausible:
    """The levels a criterion can take, and what each question that speaks to it says alone."""

    levels: Image
    images: Mapping[str, Image] = field(default_factory=dict)

    @property
    def deciding(self) -> tuple[str, ...]:
        """Return the questions whose answer leads to the level, or leaves it open."""
        if len(self.levels) > 1:
            return tuple(key for key, image in self.images.items() if len(image) > 1)
        return tuple(key for key, image in self.images.items() if image == self.levels)

    def enough_for(self, levels: Collection[str]) -> tuple[str, ...]:
        """Return the questions whose answer alone keeps the criterion within these levels."""
        alone = tuple(key for key, image in self.images.items() if image <= set(levels))
        return alone or self.deciding


def plausible_levels(knowledge: KnowledgeBase, situation: Situation) -> dict[str, Plausible]:
    """Return the plausible levels of every criterion that some answer speaks to.

    An unknown answer stands for every legal one: the levels are the image of combining all of
    them, never a middle value. An answer that may turn out not to count adds the levels it leads
    to without taking away those that stand without it.
    """
    plausible: dict[str, Plausible] = {}
    for key, criterion in knowledge.criteria.items():
        images = _images(knowledge, criterion, situation.answers)
        if images:
            plausible[key] = _combined(criterion, images, situation.uncertain)
    return plausible


def _images(
    knowledge: KnowledgeBase, criterion: Criterion, answers: Answers
) -> dict[str, tuple[str, Image]]:
    """Return, by question key, how it combines and the levels its answer can mean."""
    images: dict[str, tuple[str, Image]] = {}
    for key, answer in answers.items():
        question = knowledge.questions[key]
        for scoring in question.scoring:
            if scoring.dimension == criterion.key:
                meant = image(knowledge, question, scoring, answer, answers)
                if meant:
                    images[key] = (scoring.combine, meant)
    return images


def image(
    knowledge: KnowledgeBase,
    question: Question,
    scoring: MapScoring | TokenScoring,
    answer: Answer,
    answers: Answers,
) -> Image:
    """Return the levels that one answer can mean; none when it says nothing without another."""
    match scoring:
        case MapScoring():
            return _mapped(knowledge.criteria[scoring.dimension], scoring, answer)
        case TokenScoring():
            return _volume(knowledge, question, scoring, answer, answers)
        case _:
            assert_never(scoring)


def _mapped(criterion: Criterion, scoring: MapScoring, answer: Answer) -> Image:
    """Return the levels of a mapped answer: of all choices when it is not known yet.

    Choosing several can mean no level that one of them does not mean alone.
    """
    if answer == UNKNOWN:
        return frozenset(scoring.map.values())
    chosen = answer if isinstance(answer, list) else [answer]
    levels = {scoring.map[str(key)] for key in chosen}
    return frozenset({_extreme(criterion, scoring.combine, levels)})


def _volume(
    knowledge: KnowledgeBase,
    question: Question,
    scoring: TokenScoring,
    answer: Answer,
    answers: Answers,
) -> Image:
    """Return the levels of tokens a month; none when the tasks were not asked."""
    sizes = tokens_per_request(knowledge, answers.get(TASKS))
    requests = [answer] if isinstance(answer, int) else _all_numbers(question)
    reached = [_volume_level(scoring, number * size) for size in sizes for number in requests]
    return frozenset(VOLUME_LEVELS[min(reached) : max(reached) + 1]) if reached else frozenset()


def tokens_per_request(knowledge: KnowledgeBase, tasks: Answer | None) -> list[int]:
    """Return the plausible tokens of one request: those of the largest chosen task."""
    return [size.total for size in request_sizes(knowledge, tasks)]


def _all_numbers(question: Question) -> list[int]:
    """Return both ends of a number question's range: every level between can be reached."""
    limits = getattr(question, "number", None)
    return [limits.min, limits.max] if limits else []


def _volume_level(scoring: TokenScoring, tokens: int) -> int:
    if tokens >= scoring.thresholds.high_from:
        return 2
    return 1 if tokens >= scoring.thresholds.medium_from else 0


def _combined(
    criterion: Criterion, images: Mapping[str, tuple[str, Image]], uncertain: Collection[str]
) -> Plausible:
    levels: Image = frozenset()
    may_be_absent = True
    for key, (combine, meant) in images.items():
        together = {
            _extreme(criterion, combine, {left, right}) for left in levels for right in meant
        }
        alone = meant if may_be_absent else frozenset()
        without = levels if key in uncertain else frozenset()
        levels = alone | without | together
        may_be_absent = may_be_absent and key in uncertain
    return Plausible(levels, {key: meant for key, (_, meant) in images.items()})


def _extreme(criterion: Criterion, combine: str, levels: Iterable[str]) -> str:
    pick = min if combine == "min" else max
    return pick(levels, key=criterion.levels.index)


def in_order(criterion: Criterion, levels: Image) -> str | tuple[str, ...]:
    """Return the one level, or the levels in the criterion's order when there are several."""
    ordered = tuple(level for level in criterion.levels if level in levels)
    return ordered[0] if len(ordered) == 1 else ordered
