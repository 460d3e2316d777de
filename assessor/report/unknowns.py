"""What is worth finding out next, in words."""

from dataclasses import dataclass

from assessor.advice.unknowns import Unknown
from assessor.knowledge.labels import answer_labels
from assessor.report.answers import Given, given_to
from assessor.report.changes import leader_name
from assessor.report.other_answers import in_one
from assessor.report.record import Record


@dataclass(frozen=True)
class Effect:
    """Possible answers, and who leads with each of them; empty: nobody. ``stays``: as now."""

    answers: tuple[str, ...]
    leader: str
    stays: bool


@dataclass(frozen=True)
class ToFindOut:
    """An answer not known yet. ``value``: share of draws in which the first place hangs on it.

    ``roles`` usually know it.
    """

    answer: Given
    roles: tuple[str, ...]
    value: float
    effects: tuple[Effect, ...]

    @property
    def decides_alone(self) -> bool:
        """Say whether some possible answer puts another option first, or leaves none."""
        return not all(effect.stays for effect in self.effects)

    @property
    def matters(self) -> bool:
        return self.value > 0 or self.decides_alone


def to_find_out(record: Record) -> tuple[ToFindOut, ...]:
    """Return the answers not known yet, the most worth finding out first."""
    return tuple(_to_find_out(record, unknown) for unknown in record.suggestion.unknowns)


def _to_find_out(record: Record, unknown: Unknown) -> ToFindOut:
    (answer,) = given_to(record, [unknown.question])
    roles = record.knowledge.questions[unknown.question].answered_by
    return ToFindOut(
        answer=answer,
        roles=tuple(record.knowledge.roles[role].label for role in roles),
        value=unknown.value,
        effects=_effects(record, unknown),
    )


def _effects(record: Record, unknown: Unknown) -> tuple[Effect, ...]:
    """Group the possible answers by who leads, in the order of the answers."""
    question = record.knowledge.questions[unknown.question]
    by_leader: dict[str | None, list[str]] = {}
    for possibility in unknown.possibilities:
        words = in_one(answer_labels(record.knowledge, question, possibility.answer))
        by_leader.setdefault(possibility.leader, []).append(words)
    return tuple(
        Effect(tuple(words), leader_name(record, leader), leader == record.suggestion.leader)
        for leader, words in by_leader.items()
    )
