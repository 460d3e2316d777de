"""How another answer differs from the one given, in words."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from assessor.advice.questionnaire import is_unknown
from assessor.knowledge import Answer, KnowledgeBase
from assessor.knowledge.labels import answer_labels
from assessor.knowledge.question_bank import MultiQuestion, NumberQuestion, RankedQuestion
from assessor.report.figures import listed

Kind = Literal["known", "instead", "added", "left_out", "swapped", "placed", "rose", "fell"]
"""``known``: the answer was not known yet. ``placed``: a priority takes a place."""


@dataclass(frozen=True)
class OtherAnswer:
    """Another answer to one question.

    ``given`` is what it replaces, ``to`` what it brings: several entries have the same effect, each
    on its own. ``place`` counts from 1 and is set for ``placed`` only.
    """

    question: str
    text: str
    kind: Kind
    given: tuple[str, ...]
    to: tuple[str, ...]
    place: int | None = None


def other_answer(knowledge: KnowledgeBase, key: str, given: Answer, instead: Answer) -> OtherAnswer:
    """Return how ``instead`` differs from ``given``; both must be allowed by the question."""
    question = knowledge.questions[key]
    text = question.text
    old, new = (answer_labels(knowledge, question, answer) for answer in (given, instead))
    if is_unknown(question, given):
        return OtherAnswer(key, text, "known", (), (in_one(new),))
    if isinstance(question, RankedQuestion):
        return _ranked(key, text, old, new)
    if isinstance(question, MultiQuestion):
        return _selected(key, text, old, new)
    if isinstance(question, NumberQuestion) and isinstance(given, int) and isinstance(instead, int):
        near = answer_labels(knowledge, question, _rounded(instead))
        return OtherAnswer(key, text, "rose" if instead > given else "fell", tuple(old), (near[0],))
    return OtherAnswer(key, text, "instead", tuple(old), (new[0],))


def in_one(labels: list[str]) -> str:
    """Return an answer of several choices as one text."""
    return listed(labels, _("and"))


def _rounded(number: int) -> int:
    """Return a number with two significant digits: where a level turns is an estimate."""
    return int(float(f"{number:.2g}"))


def _selected(key: str, text: str, old: list[str], new: list[str]) -> OtherAnswer:
    added = [label for label in new if label not in old]
    gone = [label for label in old if label not in new]
    if not gone:
        return OtherAnswer(key, text, "added", (), (in_one(added),))
    if not added:
        return OtherAnswer(key, text, "left_out", (), (in_one(gone),))
    return OtherAnswer(key, text, "instead", tuple(gone), (in_one(new),))


def _ranked(key: str, text: str, old: list[str], new: list[str]) -> OtherAnswer:
    """Say what moves: two places are swapped, one is given to another, or one is added."""
    changed = [at for at, label in enumerate(new) if at >= len(old) or label != old[at]]
    first = changed[0]
    if set(old) == set(new):
        return OtherAnswer(key, text, "swapped", (new[first], old[first]), ())
    return OtherAnswer(key, text, "placed", tuple(old[first : first + 1]), (new[first],), first + 1)
