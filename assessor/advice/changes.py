"""What would change the result: single answers, weights, and what opens an option when none is."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np

from assessor.advice.possible import Step, steps_from
from assessor.advice.scenarios import Codes, Column, leaders, outcomes, scores
from assessor.advice.scoring import Placement
from assessor.knowledge.conditions import Answer, Answers, Fact
from assessor.knowledge.question_bank import TextQuestion
from assessor.knowledge.schema import KnowledgeBase

MOST_OPENINGS = 12
"""Openings named: beyond a dozen, more pairs say nothing new."""


class Flip(Fact):
    """Another answer to one question, and who would lead then; None: nobody.

    ``step``: how far the answer is from the one given, 1 for one next to it.
    """

    question: str
    given: Answer
    instead: Answer
    step: int
    leader: str | None


class Overtaking(Fact):
    """The share of all weight at which the runner-up would overtake on one criterion."""

    criterion: str
    share: float
    needed: float


class Opening(Fact):
    """The answers, one or two, that would have to change for an option to be left."""

    answers: dict[str, Answer]
    leader: str


class Changes(Fact):
    """``answers``: single answers with another leader, the smallest step first; ``weights``: the
    nearest first; ``openings``: only where nothing is left."""

    answers: tuple[Flip, ...]
    weights: tuple[Overtaking, ...]
    openings: tuple[Opening, ...]


def all_steps(knowledge: KnowledgeBase, answers: Answers, asked: Iterable[str]) -> list[Step]:
    """Return every other answer to every question that is asked, the smallest step first."""
    steps = [
        step
        for key in asked
        if not isinstance(knowledge.questions[key], TextQuestion)
        for step in steps_from(knowledge, answers, key)
    ]
    return sorted(steps, key=lambda step: step.size)


def one_by_one(steps: Sequence[Step]) -> Codes:
    """Return a row for each step alone."""
    return np.arange(len(steps), dtype=np.intp)[:, np.newaxis]


def leaders_after(
    knowledge: KnowledgeBase, answers: Answers, steps: Sequence[Step], taken: Codes
) -> list[str | None]:
    """Return who leads after taking steps together, None for nobody.

    ``taken``: rows × steps taken together, by their position. ``answers`` may name questions that
    are not asked: a step can make them count.
    """
    columns = {key: _column(given, key, steps, taken) for key, given in answers.items()}
    options = [*knowledge.options, None]
    first = leaders(scores(knowledge, outcomes(knowledge, columns)))
    return [options[position] for position in np.broadcast_to(first, len(taken))]


def _column(given: Answer, key: str, steps: Sequence[Step], taken: Codes) -> Column:
    """Return a column with the answer given, except in the rows that take a step away from it."""
    mine = [position for position, step in enumerate(steps) if step.question == key]
    if not mine:
        return Column.of(given)
    code = np.zeros(len(steps), np.intp)
    code[mine] = range(1, len(mine) + 1)
    answers = (given, *(steps[position].answer for position in mine))
    return Column(answers, code[taken].max(axis=1))


def flips(
    answers: Answers, leader: str | None, steps: Sequence[Step], after: Sequence[str | None]
) -> tuple[Flip, ...]:
    """Return the steps after which somebody else leads."""
    return tuple(
        Flip(
            question=step.question,
            given=answers[step.question],
            instead=step.answer,
            step=step.size,
            leader=new,
        )
        for step, new in zip(steps, after, strict=True)
        if new != leader
    )


def openings(
    knowledge: KnowledgeBase,
    answers: Answers,
    steps: Sequence[Step],
    after: Sequence[str | None],
) -> tuple[Opening, ...]:
    """Return the smallest sets of one or two steps after which an option is left."""
    singles = [
        Opening(answers={step.question: step.answer}, leader=leader)
        for step, leader in zip(steps, after, strict=True)
        if leader
    ]
    return tuple((singles or _in_pairs(knowledge, answers, steps))[:MOST_OPENINGS])


def _in_pairs(knowledge: KnowledgeBase, answers: Answers, steps: Sequence[Step]) -> list[Opening]:
    ruling = _questions_that_rule_out(knowledge)
    able = [position for position, step in enumerate(steps) if step.question in ruling]
    pairs = [
        (one, other)
        for one, other in combinations(able, 2)
        if steps[one].question != steps[other].question
    ]
    pairs.sort(key=lambda pair: steps[pair[0]].size + steps[pair[1]].size)
    after = leaders_after(knowledge, answers, steps, np.array(pairs, np.intp).reshape(-1, 2))
    return [
        Opening(answers={steps[at].question: steps[at].answer for at in pair}, leader=leader)
        for pair, leader in zip(pairs, after, strict=True)
        if leader
    ]


def _questions_that_rule_out(knowledge: KnowledgeBase) -> set[str]:
    """Return the questions whose answer a knock-out, the floor, or another question hangs on."""
    rules = knowledge.architectures.knockout_rules
    named = {clause.question for rule in rules for clause in rule.when}
    named |= {
        clause.question for question in knowledge.questions.values() for clause in question.show_if
    }
    return named | {
        question.key
        for question in knowledge.questions.values()
        for scoring in question.scoring
        if knowledge.criteria[scoring.dimension].core
    }


def overtakings(
    ranking: Sequence[Placement], shares: Mapping[str, float]
) -> tuple[Overtaking, ...]:
    """Return where the runner-up overtakes when one criterion counts differently.

    Closed form: λ* = ρ / (ρ − δ), with δ the difference in value between first and second on the
    criterion and ρ the weighted difference of the rest divided by 1 − w.
    """
    if len(ranking) < 2:
        return ()
    first, second = ranking[0].contributions, ranking[1].contributions
    found = []
    for criterion, share in shares.items():
        difference = first[criterion] - second[criterion]
        rest = ranking[0].score - ranking[1].score - difference
        needed = _overtaken_at(difference / share, rest / (1 - share)) if share < 1 else None
        if needed is not None:
            found.append(Overtaking(criterion=criterion, share=share, needed=needed))
    return tuple(sorted(found, key=lambda entry: abs(entry.needed - entry.share)))


def _overtaken_at(delta: float, rho: float) -> float | None:
    """Return λ* where it is a share; None where no weight of the criterion makes up the lead."""
    if delta * rho >= 0:
        return None
    return rho / (rho - delta)
