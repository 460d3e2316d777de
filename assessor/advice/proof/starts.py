"""Where searches start: answers that suit an architecture, and the worked cases."""

from collections.abc import Iterator

import numpy as np

from assessor.advice.confidence import seed_of
from assessor.advice.eligibility import excludes
from assessor.advice.levels import image
from assessor.advice.possible import possible_answers
from assessor.knowledge.catalogue import Architecture
from assessor.knowledge.conditions import UNKNOWN, Answer, compare
from assessor.knowledge.question_bank import Question, TextQuestion
from assessor.knowledge.schema import KnowledgeBase

State = dict[str, Answer]
"""A known answer to every question but free text, also to those that are not asked."""

RULED_OUT = -100.0
"""What an answer is worth that rules the architecture out: more than any grades make up for."""

SOMETHING = "…"
"""An answer to a question for free text, which no rule can be about."""


def ideal(knowledge: KnowledgeBase, option: Architecture) -> State:
    """Return the answers that, each for itself, suit the architecture better than the others."""
    state: State = {}
    for question in _with_rules(knowledge):
        worth = [
            _worth(knowledge, option, question, answer, state)
            for answer in possible_answers(question)
        ]
        state[question.key] = possible_answers(question)[worth.index(max(worth))]
    return state


def of_cases(knowledge: KnowledgeBase, option: Architecture) -> Iterator[State]:
    """Yield the answers of the worked cases, where known, and otherwise those that suit."""
    suiting = ideal(knowledge, option)
    for case in knowledge.golden_cases.cases:
        known = {key: each for key, each in case.answers.items() if each != UNKNOWN}
        if known:
            yield suiting | {key: each for key, each in known.items() if key in suiting}


def at_random(knowledge: KnowledgeBase, count: int) -> Iterator[State]:
    """Yield answers drawn for the edition: always the same for the same one."""
    random = np.random.RandomState(seed_of(knowledge))
    every = {question.key: possible_answers(question) for question in _with_rules(knowledge)}
    for _ in range(count):
        yield {key: answers[random.randint(len(answers))] for key, answers in every.items()}


def _with_rules(knowledge: KnowledgeBase) -> list[Question]:
    return [each for each in knowledge.questions.values() if not isinstance(each, TextQuestion)]


def _worth(
    knowledge: KnowledgeBase, option: Architecture, question: Question, answer: Answer, state: State
) -> float:
    """Return how much better the answer suits this architecture than an average one."""
    worth = 0.0
    for scoring in question.scoring:
        for level in image(knowledge, question, scoring, answer, state):
            grades = [each.grade(scoring.dimension, level) for each in knowledge.options.values()]
            worth += option.grade(scoring.dimension, level) - sum(grades) / len(grades)
    against = (rule for rule in knowledge.architectures.knockout_rules if excludes(rule, option))
    clauses = [each for rule in against for each in rule.when if each.question == question.key]
    return RULED_OUT if any(compare(each, answer) for each in clauses) else worth
