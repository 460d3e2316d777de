"""Why something applies, in words: answers, levels of criteria, facts about the architecture."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.advice.reasons import Reason
from assessor.knowledge import KnowledgeBase
from assessor.knowledge.labels import answer_labels, level_labels
from assessor.report.answers import Given, given_to
from assessor.report.record import Record

FACTS: dict[tuple[str, bool | int | str], Promise] = {
    ("data_location", "vendor"): gettext_lazy("Content is processed at the vendor of a product"),
    ("data_location", "provider"): gettext_lazy("Content is processed at the model’s provider"),
    ("data_location", "third_party"): gettext_lazy("Content is processed at a third party"),
    ("data_location", "own_cloud"): gettext_lazy("Content is processed in your part of a cloud"),
    ("data_location", "own_premises"): gettext_lazy("Content is processed on your own premises"),
    ("needs_training_data", True): gettext_lazy("The architecture trains a model on examples"),
    ("needs_point_product", False): gettext_lazy("The architecture is built from several parts"),
    ("model_weights_held", True): gettext_lazy("You hold the model file yourselves"),
    ("version_control", "provider"): gettext_lazy("Versions are those the provider offers"),
    ("version_control", "full"): gettext_lazy("You decide which version runs"),
}
"""The facts that editions have made something hang on; the others speak by their definition."""

EXIT = "exit_rating"


@dataclass(frozen=True)
class Ground:
    """One reason: an answer with the choices that count, else a text.

    ``is_open``: it counts out of caution only. ``raises``: it makes a risk graver.
    """

    answer: Given | None
    text: str
    is_open: bool
    raises: bool = False

    @property
    def subject(self) -> str:
        """Return the key of the question, or the text that stands for what it is about."""
        return self.answer.question if self.answer else self.text


def grounds(record: Record, reasons: Iterable[Reason]) -> tuple[Ground, ...]:
    """Return each reason once, in words."""
    return tuple(dict.fromkeys(_ground(record, reason) for reason in reasons))


def _ground(record: Record, reason: Reason) -> Ground:
    if reason.kind == "answer":
        return Ground(_answer(record, reason), "", reason.open)
    return Ground(None, _text(record.knowledge, reason), reason.open)


def _answer(record: Record, reason: Reason) -> Given:
    """Return the answer; of several choices only those that count."""
    (answer,) = given_to(record, [reason.subject])
    if not isinstance(reason.value, tuple):
        return answer
    question = record.knowledge.questions[reason.subject]
    return replace(
        answer, words=tuple(answer_labels(record.knowledge, question, list(reason.value)))
    )


def _text(knowledge: KnowledgeBase, reason: Reason) -> str:
    if reason.kind == "criterion":
        levels = reason.value if isinstance(reason.value, tuple) else str(reason.value)
        words = " / ".join(level_labels(knowledge, reason.subject, levels))
        return f"{knowledge.criteria[reason.subject].label}: {words}"
    if reason.kind == "architecture":
        return _fact(knowledge, reason)
    return _("True of every use of AI")


def _fact(knowledge: KnowledgeBase, reason: Reason) -> str:
    """Say a fact about the architecture; one without words of its own by its definition."""
    catalogue, value = knowledge.architectures, reason.value
    if reason.subject == EXIT:
        words = catalogue.meta.exit_scale[str(value)]
        return _("Leaving the architecture again: %(words)s") % {"words": words}
    if not isinstance(value, tuple) and (reason.subject, value) in FACTS:
        return str(FACTS[reason.subject, value])
    said = (_("Yes") if value else _("No")) if isinstance(value, bool) else value
    return f"{catalogue.attribute_definitions[reason.subject]} {said}"
