"""The criteria: the situation they describe, and what each adds to the score."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assessor.knowledge import KnowledgeBase
from assessor.knowledge.catalogue import Architecture, ArticleRow
from assessor.knowledge.labels import level_labels
from assessor.report.answers import Given, given_to
from assessor.report.record import Record

GOOD_GRADE = 3
WORTH_NAMING = 1
"""Points: what is worth less is not named as a weakness."""


@dataclass(frozen=True)
class Column:
    """One column of the article's table: the situation assessed, and its nearest row.

    ``yours`` is empty where nothing was answered; with several words it is still open.
    """

    label: str
    yours: tuple[str, ...]
    nearest: str
    differs: bool
    decided_by: tuple[Given, ...]

    @property
    def is_open(self) -> bool:
        return len(self.yours) > 1


@dataclass(frozen=True)
class Contribution:
    """What one criterion adds to the leader's score, and to the next option's.

    ``available`` are the points an ideal option would get; ``grade`` is in words.
    """

    label: str
    levels: tuple[str, ...]
    available: float
    points: float
    next_points: float | None
    mean_grade: float
    grade: str
    note: str
    decided_by: tuple[Given, ...]

    @property
    def advantage(self) -> float:
        """Return the points gained over the next option; nothing without one."""
        return 0.0 if self.next_points is None else self.points - self.next_points

    @property
    def lost(self) -> float:
        """Return the points that an ideal option would have had in addition."""
        return self.available - self.points

    @property
    def is_open(self) -> bool:
        return len(self.levels) > 1


def levels_of(record: Record, criterion: str) -> tuple[str, ...]:
    """Return the plausible levels of a criterion; none where nothing was answered."""
    levels = record.suggestion.levels.get(criterion, ())
    return (levels,) if isinstance(levels, str) else tuple(levels)


def strip(record: Record) -> tuple[Column, ...]:
    """Return the six columns of the article's table beside the nearest row."""
    row = nearest_row(record)
    ideal = record.knowledge.options[record.suggestion.nearest_row].ideal_profile
    columns = []
    for key, criterion in record.knowledge.criteria.items():
        if criterion.core:
            levels = levels_of(record, key)
            columns.append(
                Column(
                    label=criterion.article_column or criterion.label,
                    yours=tuple(level_labels(record.knowledge, key, levels)),
                    nearest=getattr(row, key),
                    differs=bool(levels) and ideal[key] not in levels,
                    decided_by=given_to(record, record.suggestion.decided_by.get(key, ())),
                )
            )
    return tuple(columns)


def nearest_row(record: Record) -> ArticleRow:
    """Return the row of the article's table that is fewest steps away, word for word."""
    row = record.knowledge.options[record.suggestion.nearest_row].article_row
    if row is None:
        raise ValueError(f"{record.suggestion.nearest_row} is not a row of the article's table")
    return row


def contributions(record: Record) -> tuple[Contribution, ...]:
    """Return what each criterion adds to the leader, in the order of the criteria."""
    if not record.suggestion.ranking:
        return ()
    first, *others = record.suggestion.ranking
    second = others[0] if others else None
    leader = record.knowledge.options[first.architecture]
    return tuple(
        Contribution(
            label=criterion.label,
            levels=tuple(level_labels(record.knowledge, key, levels)),
            available=100 * record.suggestion.weights[key],
            points=first.contributions[key],
            next_points=second.contributions[key] if second else None,
            mean_grade=mean_grade(leader, key, levels),
            grade=grade_words(record.knowledge, leader, key, levels),
            note=leader.fit[key].note,
            decided_by=given_to(record, record.suggestion.decided_by.get(key, ())),
        )
        for key, criterion in record.knowledge.criteria.items()
        if key in record.suggestion.weights and (levels := levels_of(record, key))
    )


def speaks_for(lines: Iterable[Contribution], most: int) -> tuple[Contribution, ...]:
    """Return the criteria that say most for the leader, as far as they are known.

    First what sets it apart from the next option, then what adds most.
    """
    fitting = [line for line in lines if line.mean_grade >= GOOD_GRADE and not line.is_open]
    fitting.sort(key=lambda line: (max(line.advantage, 0), line.points), reverse=True)
    return tuple(fitting[:most])


def speaks_against(lines: Iterable[Contribution], most: int) -> tuple[Contribution, ...]:
    """Return the criteria that cost the leader most, if they cost anything worth naming."""
    costly = [line for line in lines if line.lost >= WORTH_NAMING]
    costly.sort(key=lambda line: line.lost, reverse=True)
    return tuple(costly[:most])


def mean_grade(option: Architecture, criterion: str, levels: Sequence[str]) -> float:
    """Return the grade from 0 to 4, the mean where several levels are plausible."""
    return sum(option.grade(criterion, level) for level in levels) / len(levels)


def grade_words(
    knowledge: KnowledgeBase, option: Architecture, criterion: str, levels: Sequence[str]
) -> str:
    """Return the grade in words; from the lowest to the highest where levels are open."""
    grades = sorted({option.grade(criterion, level) for level in levels})
    words = knowledge.architectures.meta.grade_scale
    lowest, highest = words[str(grades[0])], words[str(grades[-1])]
    return lowest if lowest == highest else f"{lowest} to {highest}"
