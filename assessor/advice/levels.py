"""Answers → the plausible levels of each criterion, and the answers that decided."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from assessor.knowledge.conditions import UNKNOWN, Answer, Answers
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


def plausible_levels(knowledge: KnowledgeBase, answers: Answers) -> dict[str, Plausible]:
    """Return the plausible levels of every criterion that some answer speaks to.

    ``answers`` holds only questions that count. An unknown answer stands for every legal one:
    the levels are the image of combining all of them, never a middle value.
    """
    plausible: dict[str, Plausible] = {}
    for key, criterion in knowledge.criteria.items():
        images = _images(knowledge, criterion, answers)
        if images:
            plausible[key] = _combined(criterion, images)
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
                image = _image(knowledge, question, scoring, answer, answers)
                if image:
                    images[key] = (scoring.combine, image)
    return images


def _image(
    knowledge: KnowledgeBase,
    question: Question,
    scoring: MapScoring | TokenScoring,
    answer: Answer,
    answers: Answers,
) -> Image:
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
    sizes = _tokens_per_request(knowledge, answers.get(TASKS))
    requests = [answer] if isinstance(answer, int) else _all_numbers(question)
    reached = [_volume_level(scoring, number * size) for size in sizes for number in requests]
    return frozenset(VOLUME_LEVELS[min(reached) : max(reached) + 1]) if reached else frozenset()


def _tokens_per_request(knowledge: KnowledgeBase, tasks: Answer | None) -> list[int]:
    """Return the plausible tokens of one request: those of the largest chosen task."""
    by_task = knowledge.question_bank.estimate_defaults.tokens_by_task
    if tasks == UNKNOWN:
        return [tokens.total for tokens in by_task.values()]
    chosen = tasks if isinstance(tasks, list) else []
    return [max(by_task[task].total for task in chosen)] if chosen else []


def _all_numbers(question: Question) -> list[int]:
    """Return both ends of a number question's range: every level between can be reached."""
    limits = getattr(question, "number", None)
    return [limits.min, limits.max] if limits else []


def _volume_level(scoring: TokenScoring, tokens: int) -> int:
    if tokens >= scoring.thresholds.high_from:
        return 2
    return 1 if tokens >= scoring.thresholds.medium_from else 0


def _combined(criterion: Criterion, images: Mapping[str, tuple[str, Image]]) -> Plausible:
    (combine, levels), *others = images.values()
    for _, image in others:
        levels = frozenset(
            _extreme(criterion, combine, {left, right}) for left in levels for right in image
        )
    return Plausible(levels, {key: image for key, (_, image) in images.items()})


def _extreme(criterion: Criterion, combine: str, levels: Iterable[str]) -> str:
    pick = min if combine == "min" else max
    return pick(levels, key=criterion.levels.index)


def in_order(criterion: Criterion, levels: Image) -> str | tuple[str, ...]:
    """Return the one level, or the levels in the criterion's order when there are several."""
    ordered = tuple(level for level in criterion.levels if level in levels)
    return ordered[0] if len(ordered) == 1 else ordered
