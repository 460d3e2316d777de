"""What else could be done, in words: what you would rather do, what comes later, and without AI."""

from dataclasses import dataclass

from assessor.knowledge.catalogue import APPROACH
from assessor.knowledge.labels import answer_labels
from assessor.report.changes import leader_name
from assessor.report.record import Record


@dataclass(frozen=True)
class Preference:
    """What you would rather do, against the ranking.

    ``best`` is the best option left that follows it, ``behind`` its distance to the leader in
    points; without one, ``best`` is empty and ``behind`` None. ``may_decide``: the points do not.
    """

    wish: str
    agrees: bool
    best: str
    behind: float | None
    may_decide: bool


@dataclass(frozen=True)
class LaterStep:
    """An architecture to grow into. ``ruled_out``: not under today's answers."""

    name: str
    when: str
    how: str
    ruled_out: bool


@dataclass(frozen=True)
class Alternative:
    """What could be done without any of the architectures. ``is_open``: it may not apply."""

    title: str
    text: str
    when_better: str
    costs: str
    is_open: bool


def preference(record: Record) -> Preference | None:
    """Return what you would rather do against the ranking, if you would rather do anything."""
    found = record.suggestion.preference
    if found is None:
        return None
    question = record.knowledge.questions[APPROACH]
    return Preference(
        wish=answer_labels(record.knowledge, question, found.preference)[0],
        agrees=found.agrees,
        best=leader_name(record, found.best_with_preference),
        behind=found.points_behind,
        may_decide=found.best_with_preference in record.suggestion.practically_equal,
    )


def growth(record: Record) -> tuple[LaterStep, ...]:
    """Return where the leader can grow, what the answers allow today first."""
    leader = record.suggestion.leader
    if leader is None:
        return ()
    out = {exclusion.architecture for exclusion in record.suggestion.excluded}
    steps = [
        LaterStep(
            leader_name(record, step.architecture), step.when, step.how, step.architecture in out
        )
        for step in record.knowledge.options[leader].grows_into
    ]
    return tuple(sorted(steps, key=lambda step: step.ruled_out))


def alternatives(record: Record) -> tuple[Alternative, ...]:
    """Return what else could be done, in the words of the edition."""
    by_key = {other.key: other for other in record.knowledge.architectures.alternatives}
    return tuple(
        Alternative(
            title=by_key[applied.key].title,
            text=by_key[applied.key].text,
            when_better=by_key[applied.key].when_better,
            costs=by_key[applied.key].what_it_costs_you,
            is_open=applied.open,
        )
        for applied in record.suggestion.alternatives
    )
