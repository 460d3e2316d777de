"""What differs between two editions, in words: for the page of a draft and for the command."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessor.knowledge import KnowledgeBase
from assessor.knowledge.conditions import UNKNOWN
from assessor.knowledge.differences import (
    ORDER,
    Difference,
    Nothing,
    Section,
    Topic,
    differences,
)
from assessor.report.figures import listed, quoted

TITLES: Mapping[Topic, Promise] = {
    "groups": gettext_lazy("Groups, headings and roles"),
    "questions": gettext_lazy("Questions"),
    "choices": gettext_lazy("Choices"),
    "shown": gettext_lazy("When a question is asked"),
    "criteria": gettext_lazy("Criteria"),
    "scoring": gettext_lazy("What answers mean for the criteria"),
    "grades": gettext_lazy("Grades of the architectures"),
    "weights": gettext_lazy("Weights and priorities"),
    "rules": gettext_lazy("Rules that rule out"),
    "conditions": gettext_lazy("Conditions and warnings"),
    "architectures": gettext_lazy("Architectures and their parts"),
    "controls": gettext_lazy("Controls"),
    "risks": gettext_lazy("Risks"),
    "law": gettext_lazy("Law and sources"),
    "estimates": gettext_lazy("Estimates of cost and footprint"),
    "cases": gettext_lazy("Worked cases"),
    "settings": gettext_lazy("Settings of the organisation"),
    "about": gettext_lazy("Version, dates and notes"),
}

ASPECTS: Mapping[str, Promise] = {
    "text": gettext_lazy("Text"),
    "help": gettext_lazy("Help"),
    "label": gettext_lazy("Label"),
    "title": gettext_lazy("Title"),
    "intro": gettext_lazy("Introduction"),
    "required": gettext_lazy("Must be answered"),
    "allow_unknown": gettext_lazy("“I don’t know yet” is offered"),
    "answered_by": gettext_lazy("Who usually knows"),
    "when": gettext_lazy("When it holds"),
    "applies": gettext_lazy("When it applies"),
    "applies.any": gettext_lazy("Applies when any of these holds"),
    "applies.always": gettext_lazy("Applies always"),
    "raised_by": gettext_lazy("What makes it graver"),
    "exclude_where": gettext_lazy("What it rules out"),
    "applies_where": gettext_lazy("What it holds for"),
    "reason": gettext_lazy("Reason"),
    "message": gettext_lazy("Message"),
    "severity": gettext_lazy("Severity"),
    "what": gettext_lazy("What to do"),
    "evidence": gettext_lazy("Evidence"),
    "owner": gettext_lazy("Owner"),
    "phase": gettext_lazy("Phase"),
    "summary": gettext_lazy("Summary"),
    "note": gettext_lazy("Note"),
    "notes": gettext_lazy("Notes for editors"),
    "trace": gettext_lazy("Sentences of the article"),
    "order": gettext_lazy("Order"),
    "short_name": gettext_lazy("Short name"),
    "name": gettext_lazy("Name"),
    "content_version": gettext_lazy("Version"),
    "as_of": gettext_lazy("As of"),
    "question_count": gettext_lazy("Number of questions"),
}
"""Names in the files that people meet often; the others stand as they are."""

SUBJECTS: Mapping[tuple[Topic, str], Promise] = {
    ("settings", "settings"): gettext_lazy("What is set"),
    ("settings", "revision"): gettext_lazy("How often it was set over the edition"),
    ("settings", "base"): gettext_lazy("The edition it lies over"),
}
"""What has no words in an edition."""

LINKING: Mapping[str, tuple[Promise, Promise]] = {
    "eq": (gettext_lazy("%(subject)s is %(value)s"),) * 2,
    "ne": (gettext_lazy("%(subject)s is not %(value)s"),) * 2,
    "in": (
        gettext_lazy("%(subject)s is %(value)s"),
        gettext_lazy("%(subject)s is one of %(value)s"),
    ),
    "not_in": (
        gettext_lazy("%(subject)s is not %(value)s"),
        gettext_lazy("%(subject)s is none of %(value)s"),
    ),
    "contains_any": (
        gettext_lazy("%(subject)s includes %(value)s"),
        gettext_lazy("%(subject)s includes any of %(value)s"),
    ),
    "not_contains_any": (
        gettext_lazy("%(subject)s does not include %(value)s"),
        gettext_lazy("%(subject)s includes none of %(value)s"),
    ),
    "gte": (gettext_lazy("%(subject)s is at least %(value)s"),) * 2,
    "lte": (gettext_lazy("%(subject)s is at most %(value)s"),) * 2,
}
"""How a condition reads with one value, and with several."""


@dataclass(frozen=True)
class Row:
    """A difference in words: what it is about, what of it, and what it says then and now."""

    subject: str
    aspect: str
    kind: str
    then: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """The differences about one topic."""

    topic: str
    title: str
    rows: tuple[Row, ...]

    @property
    def count(self) -> str:
        """Say how many there are of each kind."""
        kinds = [row.kind for row in self.rows]
        said = [
            ngettext("%(count)d added", "%(count)d added", kinds.count("added"))
            % {"count": kinds.count("added")},
            ngettext("%(count)d removed", "%(count)d removed", kinds.count("removed"))
            % {"count": kinds.count("removed")},
            ngettext("%(count)d changed", "%(count)d changed", kinds.count("changed"))
            % {"count": kinds.count("changed")},
        ]
        return ", ".join(words for words in said if not words.startswith("0 "))


def parts(then: KnowledgeBase, now: KnowledgeBase) -> tuple[Part, ...]:
    """Return everything that differs, by topic, in words."""
    words = Words(now, then)
    return tuple(_part(words, section) for section in differences(then, now))


def _part(words: "Words", section: Section) -> Part:
    rows = tuple(_row(words, each) for each in section.differences)
    return Part(section.topic, str(TITLES[section.topic]), rows)


def _row(words: "Words", difference: Difference) -> Row:
    kind = "added" if difference.is_added else "removed" if difference.is_gone else "changed"
    return Row(
        subject=str(SUBJECTS.get((difference.topic, difference.subject), difference.subject)),
        aspect=_aspect(difference.aspect),
        kind=kind,
        then=tuple(words.of(difference, difference.then)),
        now=tuple(words.of(difference, difference.now)),
    )


def _aspect(path: str) -> str:
    """Say the last name of a path in words where there are any."""
    if path in ASPECTS:
        return str(ASPECTS[path])
    before, _dot, last = path.rpartition(".")
    return f"{before}: {ASPECTS[last]}" if before and last in ASPECTS else path


class Words:
    """Values and conditions in the words of the first edition that has them."""

    def __init__(self, *editions: KnowledgeBase) -> None:
        self._editions = editions

    def of(self, difference: Difference, value: Any) -> Iterator[str]:
        """Yield what a value says, one entry for each line."""
        if value is Nothing.HERE:
            return
        if difference.topic == "grades" and isinstance(value, int):
            yield self._grade(value)
        elif isinstance(value, list) and difference.place[-1] != ORDER:
            yield from map(self._value, value) if value else [_("nothing")]
        elif isinstance(value, dict) and "op" not in value:
            yield from self._entries(value)
        else:
            yield self._value(value)

    def _entries(self, value: Mapping[str, Any]) -> Iterator[str]:
        """Yield an entry as a whole, without what it leaves empty."""
        for name, each in value.items():
            if each not in (None, "", [], {}):
                yield f"{_aspect(name)}: {self._value(each)}"

    def _value(self, value: Any) -> str:
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if value is None:
            return _("nothing")
        if isinstance(value, dict):
            return self.condition(value) if "op" in value else "; ".join(self._entries(value))
        if isinstance(value, list):
            return "; ".join(map(self._value, value))
        return str(value)

    def _grade(self, grade: int) -> str:
        scale = self._editions[0].architectures.meta.grade_scale
        return f"{grade} ({scale[str(grade)]})" if str(grade) in scale else str(grade)

    def condition(self, clause: Mapping[str, Any]) -> str:
        """Return a condition as a sentence."""
        subject, labels = self._subject(clause)
        values = clause["value"] if isinstance(clause["value"], list) else [clause["value"]]
        shown = [labels.get(str(value), self._value(value)) for value in values]
        one, several = LINKING[clause["op"]]
        value = listed(quoted(shown), _("or")) if shown else _("nothing")
        return str(one if len(shown) == 1 else several) % {"subject": subject, "value": value}

    def _subject(self, clause: Mapping[str, Any]) -> tuple[str, Mapping[str, str]]:
        """Return what a condition is about, and the words for its values."""
        if "question" in clause:
            return self._question(clause["question"])
        if "dimension" in clause:
            return self._criterion(clause["dimension"])
        for edition in self._editions:
            meaning = edition.architectures.attribute_definitions.get(clause["attribute"])
            if meaning:
                return f"“{meaning}”", {}
        return str(clause["attribute"]), {}

    def _question(self, key: str) -> tuple[str, Mapping[str, str]]:
        found = [edition for edition in self._editions if key in edition.questions]
        labels: dict[str, str] = {}
        for edition in reversed(found):
            labels[UNKNOWN] = edition.question_bank.meta.unknown_label
            choices = getattr(edition.questions[key], "choices", ())
            labels |= {choice.key: choice.label for choice in choices}
        return (f"“{found[0].questions[key].text}”" if found else key), labels

    def _criterion(self, key: str) -> tuple[str, Mapping[str, str]]:
        found = [edition for edition in self._editions if key in edition.criteria]
        labels: dict[str, str] = {}
        for edition in reversed(found):
            labels |= edition.criteria[key].level_labels
        return (found[0].criteria[key].label if found else key), labels


def architecture(key: str, *editions: KnowledgeBase) -> str:
    """Return the short name of an architecture, from the first edition that has it."""
    for edition in editions:
        if key in edition.options:
            return edition.options[key].short_name
    return key or _("None is left")


def questions(keys: Iterable[str], *editions: KnowledgeBase) -> Sequence[str]:
    """Return the texts of questions, each from the first edition that has it."""
    return [
        next((each.questions[key].text for each in editions if key in each.questions), key)
        for key in keys
    ]
