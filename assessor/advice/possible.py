"""The answers that a question could have instead: all of them, and those one step away."""

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations
from math import ceil
from typing import assert_never

from assessor.advice.levels import tokens_per_request
from assessor.advice.questionnaire import is_unknown
from assessor.knowledge.conditions import Answer, Answers, Fact, QuestionClause
from assessor.knowledge.question_bank import (
    TASKS,
    Choice,
    MultiQuestion,
    NumberQuestion,
    Question,
    RankedQuestion,
    ScaleQuestion,
    SingleQuestion,
    TextQuestion,
    TokenScoring,
)
from assessor.knowledge.schema import KnowledgeBase


class Step(Fact):
    """Another answer to a question, and how far it is from the one given (1: next to it)."""

    question: str
    answer: Answer
    size: int


def possible_answers(question: Question) -> tuple[Answer, ...]:
    """Return the answers that an unknown one is drawn from, each as likely as the others.

    A question that takes several choices is drawn as one of them: drawing any selection would
    have every choice apply in half of all draws, which is pessimism and not ignorance. A number
    is one of those suggested, because a draw from the whole range is nearly always huge.
    """
    match question:
        case SingleQuestion(choices=choices):
            return tuple(choice.key for choice in choices)
        case MultiQuestion(choices=choices):
            return tuple([choice.key] for choice in choices)
        case RankedQuestion(choices=choices, max_choices=most):
            keys = [choice.key for choice in choices]
            lengths = range(1, most + 1)
            return tuple(list(order) for n in lengths for order in permutations(keys, n))
        case ScaleQuestion(scale=scale):
            return tuple(range(scale.min, scale.max + 1))
        case NumberQuestion(number=number):
            return tuple(number.suggested)
        case TextQuestion():
            return ()
        case _:
            assert_never(question)


def steps_from(knowledge: KnowledgeBase, answers: Answers, key: str) -> Iterator[Step]:
    """Yield every other answer to one question: those next to the answer given, and all beyond."""
    question, given = knowledge.questions[key], answers[key]
    for answer, size in _steps(knowledge, answers, question, given):
        yield Step(question=key, answer=answer, size=size)


def _steps(
    knowledge: KnowledgeBase, answers: Answers, question: Question, given: Answer
) -> Iterator[tuple[Answer, int]]:
    if isinstance(question, RankedQuestion) and isinstance(given, list):
        yield from _reordered(given, question)
    elif isinstance(question, MultiQuestion) and isinstance(given, list):
        yield from _reselected(given, question.choices)
    elif isinstance(question, NumberQuestion) and isinstance(given, int):
        yield from _other_numbers(knowledge, answers, question, given)
    elif is_unknown(question, given):
        yield from ((answer, 1) for answer in _first_thoughts(question))
    elif isinstance(question, SingleQuestion | ScaleQuestion):
        every = possible_answers(question)
        here = every.index(given)
        yield from ((answer, abs(at - here)) for at, answer in enumerate(every) if at != here)


def _first_thoughts(question: Question) -> tuple[Answer, ...]:
    """Return what an unknown answer could be; of the many rankings, those of one place."""
    if isinstance(question, RankedQuestion):
        return tuple([choice.key] for choice in question.choices)
    return possible_answers(question)


def _reselected(given: list[str], choices: Sequence[Choice]) -> Iterator[tuple[Answer, int]]:
    """Yield selections with one choice taken away, added, or in place of the only one."""
    together = {choice.key for choice in choices if not choice.exclusive} & set(given)
    for choice in choices:
        if choice.key in given:
            selections = [set(given) - {choice.key}]
        elif choice.exclusive:
            selections = [{choice.key}]
        else:
            selections = [together | {choice.key}]
            if len(together) == 1:
                selections.append({choice.key})
        for selected in filter(None, selections):
            answer = [each.key for each in choices if each.key in selected]
            yield answer, len(selected ^ set(given))


def _reordered(given: list[str], question: RankedQuestion) -> Iterator[tuple[Answer, int]]:
    """Yield rankings with two places swapped, one place given to another, or one more place."""
    for first, second in combinations(range(len(given)), 2):
        swapped = list(given)
        swapped[first], swapped[second] = given[second], given[first]
        yield swapped, second - first
    others = [choice.key for choice in question.choices if choice.key not in given]
    for other in others:
        for place in range(len(given)):
            yield [*given[:place], other, *given[place + 1 :]], len(given) - place
        if len(given) < question.max_choices:
            yield [*given, other], 1


def _other_numbers(
    knowledge: KnowledgeBase, answers: Answers, question: NumberQuestion, given: int
) -> Iterator[tuple[Answer, int]]:
    """Yield the nearest number of every range within which nothing changes."""
    limits = question.number
    starts = sorted(
        {limits.min}
        | {
            start
            for start in _turning_points(knowledge, answers, question)
            if limits.min < start <= limits.max
        }
    )
    here = max(at for at, start in enumerate(starts) if start <= given)
    for at, start in enumerate(starts):
        if at != here:
            yield (start if at > here else starts[at + 1] - 1), abs(at - here)


def _turning_points(
    knowledge: KnowledgeBase, answers: Answers, question: NumberQuestion
) -> Iterator[int]:
    """Yield the numbers from which a rule or a level changes."""
    for clause in _clauses_of_rules(knowledge):
        if clause.question == question.key and isinstance(clause.value, int):
            yield from (clause.value, clause.value + 1)
    for scoring in question.scoring:
        if isinstance(scoring, TokenScoring):
            for tokens in tokens_per_request(knowledge, answers.get(TASKS)):
                if tokens:
                    yield ceil(scoring.thresholds.medium_from / tokens)
                    yield ceil(scoring.thresholds.high_from / tokens)


def _clauses_of_rules(knowledge: KnowledgeBase) -> Iterator[QuestionClause]:
    for rule in knowledge.architectures.knockout_rules:
        yield from rule.when
    for question in knowledge.questions.values():
        yield from question.show_if
