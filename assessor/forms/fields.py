"""One form field for each type of question; its ``clean`` gives an answer, or None for none."""

import re
from abc import abstractmethod
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, assert_never

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessor.advice import questionnaire
from assessor.forms.text import CountedField
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase
from assessor.knowledge.question_bank import (
    Choice,
    MultiQuestion,
    NumberQuestion,
    Question,
    RankedQuestion,
    ScaleQuestion,
    SingleQuestion,
    TextQuestion,
)

UNKNOWN_SUFFIX = "-unknown"
GROUPED_DIGITS = re.compile(r"[0-9]{1,3}(?:[ ,'\u00a0\u202f][0-9]{3})+|[0-9]+")
LONGEST_NUMBER = 20


class SingleField(forms.ChoiceField):
    """One choice → its key."""

    def clean(self, value: Any) -> Answer | None:
        return super().clean(value) or None


class ScaleField(forms.ChoiceField):
    """A point on a scale → a whole number."""

    def clean(self, value: Any) -> Answer | None:
        chosen: str = super().clean(value)
        return int(chosen) if chosen and chosen != UNKNOWN else chosen or None


class MultiField(forms.MultipleChoiceField):
    """Several choices → their keys, each once, in the order of the question."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, labels: list[tuple[str, str]], exclusive: frozenset[str]) -> None:
        super().__init__(choices=labels, required=False)
        self.labels = dict(labels)
        self.exclusive = exclusive

    def clean(self, value: Any) -> Answer | None:
        chosen = set(super().clean(value))
        keys = [key for key in self.labels if key in chosen]
        alone = [key for key in keys if key in self.exclusive]
        if alone and len(keys) > 1:
            raise ValidationError(
                _("“%(choice)s” cannot be combined with other choices. Untick it or the others."),
                params={"choice": self.labels[alone[0]]},
            )
        return UNKNOWN if keys == [UNKNOWN] else keys or None


class WithUnknown(forms.Widget):
    """Reads the controls ``name`` … and a box ``name-unknown`` that says: I don't know yet."""

    names: tuple[str, ...] = ("",)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return what was typed in each control, then UNKNOWN or nothing for the box."""
        typed = [str(data.get(name + suffix, "")).strip() for suffix in self.names]
        return [*typed, UNKNOWN if data.get(name + UNKNOWN_SUFFIX) else ""]


class FieldWithUnknown(forms.Field):
    """A field whose controls stand beside an "I don't know yet" box."""

    widget: WithUnknown

    def __init__(self, question: Question, widget: WithUnknown) -> None:
        super().__init__(required=False, widget=widget)
        self.question = question

    def clean(self, value: list[str]) -> Answer | None:
        *typed, unknown = value
        given = [text for text in typed if text]
        if not unknown:
            return self.answer(given) if given else None
        if not self.question.allow_unknown:
            raise ValidationError(_("This question needs an answer."))
        if given:
            raise ValidationError(
                _("Give an answer, or say that you don’t know yet, but not both.")
            )
        return UNKNOWN

    @abstractmethod
    def answer(self, given: list[str]) -> Answer:
        """Return the answer that was typed (never nothing). Raises ValidationError."""


class NumberField(FieldWithUnknown):
    """A whole number, digits grouped as people write them → int."""

    question: NumberQuestion

    def answer(self, given: list[str]) -> Answer:
        text = given[0]
        limits = self.question.number
        if len(text) > LONGEST_NUMBER or not GROUPED_DIGITS.fullmatch(text):
            raise ValidationError(
                _("Enter a whole number of %(unit)s, such as 10,000."), params={"unit": limits.unit}
            )
        number = int(re.sub(r"[^0-9]", "", text))
        if not limits.min <= number <= limits.max:
            raise ValidationError(
                _("Enter a number between %(min)s and %(max)s."),
                params={"min": f"{limits.min:,}", "max": f"{limits.max:,}"},
            )
        return number


class RankedField(FieldWithUnknown):
    """Up to three choices, the most important first → their keys."""

    question: RankedQuestion

    def answer(self, given: list[str]) -> Answer:
        if len(set(given)) < len(given):
            raise ValidationError(_("Choose each priority only once."))
        for problem in questionnaire.problems(self.question, given):
            raise ValidationError(_("Choose from the list."), params={"problem": problem})
        return given


class TextField(CountedField):
    """Free text → str, with line ends as one character."""

    def clean(self, value: Any) -> Answer | None:
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        return super().clean(text) or None


@lru_cache(maxsize=8)
def fields_of(knowledge: KnowledgeBase) -> Mapping[str, forms.Field]:
    """Return the form field for each question of an edition. All forms share them: change none."""
    return {key: field_for(knowledge, question) for key, question in knowledge.questions.items()}


def field_for(knowledge: KnowledgeBase, question: Question) -> forms.Field:
    """Return the form field for a question; its ``clean`` gives an answer, or None for none."""
    match question:
        case SingleQuestion(choices=choices):
            return SingleField(choices=_choices(knowledge, question, choices), required=False)
        case ScaleQuestion(scale=scale):
            points = [(str(point), str(point)) for point in range(scale.min, scale.max + 1)]
            return ScaleField(choices=points + _unknown(knowledge, question), required=False)
        case MultiQuestion(choices=choices):
            alone = {choice.key for choice in choices if choice.exclusive}
            return MultiField(_choices(knowledge, question, choices), frozenset({UNKNOWN, *alone}))
        case RankedQuestion(max_choices=most):
            widget = WithUnknown()
            widget.names = tuple(f"-{rank}" for rank in range(1, most + 1))
            return RankedField(question, widget)
        case NumberQuestion():
            return NumberField(question, WithUnknown())
        case TextQuestion(text_options=options):
            return TextField(max_length=options.max_length, required=False)
        case _:
            assert_never(question)


def _choices(
    knowledge: KnowledgeBase, question: Question, choices: tuple[Choice, ...]
) -> list[tuple[str, str]]:
    return [(choice.key, choice.label) for choice in choices] + _unknown(knowledge, question)


def _unknown(knowledge: KnowledgeBase, question: Question) -> list[tuple[str, str]]:
    label = knowledge.question_bank.meta.unknown_label
    return [(UNKNOWN, label)] if question.allow_unknown else []
