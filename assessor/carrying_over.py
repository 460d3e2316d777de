"""Which answers of before an edition still takes, and what any of them says in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessor.advice import questionnaire
from assessor.knowledge import Answer, Answers, KnowledgeBase
from assessor.knowledge.labels import answer_labels

LONGEST_SHOWN = 1000
"""Characters of an answer that is not taken over: a file may hold any number."""

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


def in_words(knowledge: KnowledgeBase, key: str, answer: Any) -> list[str]:
    """Return an answer in words, as it stands where the edition has none; none for no answer."""
    if answer is None:
        return []
    if questionnaire.takes(knowledge, key, answer):
        return answer_labels(knowledge, knowledge.questions[key], answer)
    return [str(part) for part in (answer if isinstance(answer, list) else [answer])]


def _objection(knowledge: KnowledgeBase, key: str, answer: object) -> str:
    if key not in knowledge.questions:
        return _("This is not asked any more.")
    if not questionnaire.takes(knowledge, key, answer):
        return _("The question does not allow this answer any more.")
    return ""


def _refused(knowledge: KnowledgeBase, key: str, answer: Any, reason: str) -> Refused:
    question = knowledge.questions.get(key)
    words = in_words(knowledge, key, answer)
    return Refused(
        question=question.text if question else key,
        words=tuple(word[:LONGEST_SHOWN] for word in words[:MOST_SHOWN]),
        reason=reason,
    )
