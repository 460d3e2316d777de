"""Answers for tests: the base situation of the scenarios, and every answer one could give."""

from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from assessor.knowledge import UNKNOWN, Answer
from assessor.knowledge.conditions import QuestionClause, compare
from assessor.knowledge.question_bank import (
    MultiQuestion,
    NumberQuestion,
    Question,
    RankedQuestion,
    ScaleQuestion,
    SingleQuestion,
    TextQuestion,
)
from tests.knowledge.editions import shipped

BASE: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[1] / "scenarios" / "base.yaml").read_text("utf-8")
)


def situation(**different: Answer) -> dict[str, Answer]:
    """Return the answers of a department in a mid-size company, with some of them different."""
    return {**BASE, **different}


def without(answers: dict[str, Answer], *keys: str) -> dict[str, Answer]:
    """Return the answers as if these questions had not been asked."""
    return {key: answer for key, answer in answers.items() if key not in keys}


# ---------------------------------------------------------------- answers for a clause


def satisfying(clause: QuestionClause) -> Answer:
    return next(answer for answer in plain_answers(clause.question) if compare(clause, answer))


def violating(clause: QuestionClause) -> Answer:
    return next(answer for answer in plain_answers(clause.question) if not compare(clause, answer))


def plain_answers(key: str) -> list[Answer]:
    """Return every answer to a question that names one choice or point."""
    match shipped().questions[key]:
        case SingleQuestion(choices=choices):
            return [choice.key for choice in choices]
        case MultiQuestion(choices=choices) | RankedQuestion(choices=choices):
            return [[choice.key] for choice in choices]
        case ScaleQuestion(scale=scale):
            return list(range(scale.min, scale.max + 1))
        case NumberQuestion(number=number):
            return list(number.suggested)
        case TextQuestion():
            return ["Answers in one day instead of five."]


# ---------------------------------------------------------------- answers at random

unhurried = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no reason for a test to fail."""


def legal_answers(question: Question) -> st.SearchStrategy[Answer]:
    """Draw any answer that the question allows."""
    if question.allow_unknown:
        return known_answers(question) | st.just(UNKNOWN)
    return known_answers(question)


def known_answers(question: Question) -> st.SearchStrategy[Answer]:
    """Draw any answer but "I don't know yet"."""
    match question:
        case SingleQuestion(choices=choices):
            return st.sampled_from([choice.key for choice in choices])
        case MultiQuestion(choices=choices):
            return _selections(
                [choice.key for choice in choices if not choice.exclusive], len(choices)
            ) | _alone([choice.key for choice in choices if choice.exclusive])
        case RankedQuestion(choices=choices, max_choices=most):
            return _selections([choice.key for choice in choices], most)
        case ScaleQuestion(scale=limits):
            return st.integers(limits.min, limits.max)
        case NumberQuestion(number=limits):
            return st.sampled_from(limits.suggested) | st.integers(limits.min, limits.max)
        case TextQuestion(text_options=options):
            return st.text(max_size=min(options.max_length, 20)).filter(
                lambda text: text != UNKNOWN
            )


def _selections(keys: list[str], most: int) -> st.SearchStrategy[Answer]:
    return st.lists(st.sampled_from(keys), unique=True, min_size=1, max_size=most)


def _alone(keys: list[str]) -> st.SearchStrategy[Answer]:
    return st.sampled_from([[key] for key in keys]) if keys else st.nothing()


def answer_sets() -> st.SearchStrategy[dict[str, Answer]]:
    """Draw legal answers to some of the questions."""
    questions = shipped().questions.items()
    return st.fixed_dictionaries(
        {}, optional={key: legal_answers(question) for key, question in questions}
    )


@st.composite
def forgotten_and_complete(
    draw: st.DrawFn,
) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """Draw a complete set of answers, and the same before some of them were known."""
    questions = shipped().questions
    complete = draw(
        st.fixed_dictionaries({key: known_answers(asked) for key, asked in questions.items()})
    )
    optional = [key for key, asked in questions.items() if asked.allow_unknown]
    unknown = draw(st.sets(st.sampled_from(optional), max_size=12))
    return {**complete, **dict.fromkeys(unknown, UNKNOWN)}, complete
