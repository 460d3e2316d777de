"""The words of lists of assessments, whose rows may come from many editions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from assessor.knowledge import UNKNOWN, KnowledgeBase
from assessor.knowledge.labels import answer_labels, scale_points
from assessor.knowledge.question_bank import (
    MultiQuestion,
    NumberQuestion,
    Question,
    RankedQuestion,
    ScaleQuestion,
    SingleQuestion,
)
from assessor.models import Edition, knowledge_of
from assessor.report import figures

Word = TypeVar("Word")

NOTHING = "–"
SITUATION = "situation"


class ResultStatus(TextChoices):
    """The words for the status of a suggestion."""

    NO_OPTION = "no_option", _("Nothing fits")
    FORCED = "forced", _("Forced by the answers")
    FIT_WITH_GAPS = "fit_with_gaps", _("Fits with gaps")
    CLEAR = "clear", _("Clear")
    FAIRLY_CLEAR = "fairly_clear", _("Fairly clear")
    FINELY_BALANCED = "finely_balanced", _("Finely balanced")
    NOT_COMPUTED = "not_computed", _("Fits")


@dataclass(frozen=True)
class Asked:
    """A question that assessments can be found by: its text, and its choices by key in words."""

    text: str
    choices: Mapping[str, str]


@dataclass(frozen=True)
class Labels:
    """What keys stand for. ``questions`` are those that have choices, ``texts`` are of all."""

    architectures: Mapping[str, str]
    situations: Mapping[str, str]
    questions: Mapping[str, Asked]
    texts: Mapping[str, str]
    roles: Mapping[str, str]
    controls: Mapping[str, str]


@cache
def labels_of(edition_pk: int) -> Labels:
    """Return the words of an edition.

    Kept for good: editions never change, and the rows of one list may come from many of them.
    """
    knowledge = knowledge_of(edition_pk)
    return Labels(
        architectures={key: option.short_name for key, option in knowledge.options.items()},
        situations=knowledge.criteria[SITUATION].level_labels,
        questions={
            key: Asked(question.text, choices)
            for key, question in knowledge.questions.items()
            if (choices := dict(_choices(knowledge, question)))
        },
        roles={key: role.label for key, role in knowledge.roles.items()},
        texts={key: question.text for key, question in knowledge.questions.items()},
        controls={control.key: control.title for control in knowledge.controls.controls},
    )


def _choices(knowledge: KnowledgeBase, question: Question) -> Iterable[tuple[str, str]]:
    """Yield what may stand in Fact.value for a question, with its words."""
    if isinstance(question, SingleQuestion | MultiQuestion | RankedQuestion):
        yield from ((choice.key, choice.label) for choice in question.choices)
    if isinstance(question, ScaleQuestion):
        for point in scale_points(question):
            yield str(point), " ".join(answer_labels(knowledge, question, point))
    if isinstance(question, NumberQuestion):
        for scoring in question.scoring:
            yield from knowledge.criteria[scoring.dimension].level_labels.items()
    if question.allow_unknown:
        yield UNKNOWN, knowledge.question_bank.meta.unknown_label


def every_label() -> Labels:
    """Return the words of all editions, where they differ those of the one loaded last."""
    return _merged(tuple(Edition.objects.newest_first().values_list("pk", flat=True)))


@lru_cache(maxsize=2)
def _merged(edition_pks: tuple[int, ...]) -> Labels:
    labels = [labels_of(pk) for pk in edition_pks]
    return Labels(
        architectures=_first(each.architectures for each in labels),
        situations=_first(each.situations for each in labels),
        questions=_first(each.questions for each in labels),
        texts=_first(each.texts for each in labels),
        roles=_first(each.roles for each in labels),
        controls=_first(each.controls for each in labels),
    )


def _first(mappings: Iterable[Mapping[str, Word]]) -> dict[str, Word]:
    """Return all entries; of those with the same key the first."""
    merged: dict[str, Word] = {}
    for mapping in mappings:
        merged |= {key: word for key, word in mapping.items() if key not in merged}
    return merged


def architecture_name(edition_pk: int, key: str | None) -> str:
    return labels_of(edition_pk).architectures.get(key, key) if key else NOTHING


def score_words(score: float | None) -> str:
    return NOTHING if score is None else figures.whole(score)


def result_words(status: str | None) -> str:
    return str(ResultStatus(status).label) if status else NOTHING
