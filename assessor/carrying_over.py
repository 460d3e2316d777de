"""Which answers of an earlier report the current edition still takes, and which it does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessor.advice import questionnaire
from assessor.knowledge import Answer, Answers, KnowledgeBase
from assessor.knowledge.labels import answer_labels

LONGEST_SHOWN = 200
"""Characters of an answer that nobody can put in words."""

MOST_SHOWN = 20
"""Parts of it."""


@dataclass(frozen=True)
class Refused:
    """An answer that is not taken over: its question and itself in words, and the reason."""

    question: str
    words: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class CarriedOver:
    """The answers that are taken over, and those that are not."""

    answers: Answers
    refused: tuple[Refused, ...]


def carried_over(
    knowledge: KnowledgeBase, answers: Mapping[str, Any], earlier: KnowledgeBase | None
) -> CarriedOver:
    """Sort answers out by what their questions allow now.

    ``earlier`` is the edition they were given under, where it is known here: it has the words.
    """
    taken: dict[str, Answer] = {}
    refused: list[Refused] = []
    for key, answer in answers.items():
        reason = _objection(knowledge, key, answer)
        if reason:
            refused.append(_refused(earlier or knowledge, key, answer, reason))
        else:
            taken[key] = answer
    return CarriedOver(taken, tuple(refused))


def _objection(knowledge: KnowledgeBase, key: str, answer: object) -> str:
    question = knowledge.questions.get(key)
    if question is None:
        return _("This is not asked any more.")
    if any(questionnaire.problems(question, answer)):
        return _("The question does not allow this answer any more.")
    return ""


def _refused(knowledge: KnowledgeBase, key: str, answer: Any, reason: str) -> Refused:
    question = knowledge.questions.get(key)
    text = question.text if question else key
    if question is None or any(questionnaire.problems(question, answer)):
        return Refused(text, _as_they_are(answer), reason)
    return Refused(text, tuple(answer_labels(knowledge, question, answer)), reason)


def _as_they_are(answer: object) -> tuple[str, ...]:
    """Return an answer that no question puts in words, cut to what fits a page."""
    parts = answer if isinstance(answer, list) else [answer]
    return tuple(str(part)[:LONGEST_SHOWN] for part in parts[:MOST_SHOWN])
