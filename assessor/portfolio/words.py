"""The words of what is counted, which may be of any edition."""

from collections.abc import Mapping
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.finding.words import Labels, every_label
from assessor.models import Edition, knowledge_of

SUPPLIERS: Mapping[str, Promise] = {
    "vendor": gettext_lazy("The vendor of a finished product"),
    "provider": gettext_lazy("The provider of a large model"),
    "third_party": gettext_lazy("A provider that runs a model for you"),
    "own_cloud": gettext_lazy("Nobody else: in your own account in a cloud"),
    "own_premises": gettext_lazy("Nobody else: on your own premises"),
}
"""Who processes content, by the attribute ``data_location`` of an architecture."""


class Words:
    """Finds words. A key that no edition knows stands for itself."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels

    @classmethod
    def of_all(cls) -> "Words":
        """Return the words of all editions."""
        return cls(every_label())

    def architecture(self, key: str) -> str:
        return self._labels.architectures.get(key, key) if key else _("None")

    def situation(self, level: str) -> str:
        return self._labels.situations.get(level, level)

    def question(self, key: str) -> str:
        return self._labels.texts.get(key, key)

    def control(self, key: str) -> str:
        return self._labels.controls.get(key, key)

    def choice(self, question: str, key: str) -> str:
        asked = self._labels.questions.get(question)
        return asked.choices.get(key, key) if asked else key


def supplier_classes() -> Mapping[str, str]:
    """Return the key of ``SUPPLIERS`` by architecture; of the newest edition where they differ."""
    classes: dict[str, str] = {}
    for edition in Edition.objects.order_by("loaded_at", "pk").values_list("pk", flat=True):
        classes |= _classes_of(edition)
    return classes


@cache
def _classes_of(edition_pk: int) -> Mapping[str, str]:
    """Kept for good: editions never change."""
    options = knowledge_of(edition_pk).options
    return {
        key: str(option.attributes["data_location"])
        for key, option in options.items()
        if "data_location" in option.attributes
    }
