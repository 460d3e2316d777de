"""The answers that a result hangs on most."""

from collections.abc import Iterator

from assessor.advice.suggestion import Suggestion
from assessor.knowledge.conditions import Answers

MOST = 5
FEWEST = 3


def hinges(answers: Answers, suggestion: Suggestion) -> tuple[str, ...]:
    """Return three to five questions that were answered, those first that move most.

    Fewer only where fewer answers count. Of what changes the leader: first what is not known yet,
    by its value, then the smallest steps to another leader.
    """
    found = _once(_that_change_the_leader(suggestion), answers)[:MOST]
    if len(found) >= FEWEST:
        return tuple(found)
    return tuple(_once((*found, *_behind_the_heaviest(suggestion)), answers)[:FEWEST])


def _that_change_the_leader(suggestion: Suggestion) -> Iterator[str]:
    yield from (unknown.question for unknown in suggestion.unknowns if unknown.value > 0)
    if suggestion.changes is not None:
        yield from (flip.question for flip in suggestion.changes.answers)
        for opening in suggestion.changes.openings:
            yield from opening.answers


def _behind_the_heaviest(suggestion: Suggestion) -> Iterator[str]:
    """Yield the questions that decided a criterion, the criterion with most weight first."""
    weights = suggestion.weights
    for criterion in sorted(weights, key=lambda key: weights[key], reverse=True):
        yield from suggestion.decided_by.get(criterion, ())


def _once(questions: Iterator[str] | tuple[str, ...], answers: Answers) -> list[str]:
    return [key for key in dict.fromkeys(questions) if key in answers]
