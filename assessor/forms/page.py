"""A page of questions as a form that gives answers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessor.advice import questionnaire
from assessor.forms.fields import fields_of
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase
from assessor.knowledge.conditions import Outcome
from assessor.knowledge.question_bank import (
    MultiQuestion,
    NumberQuestion,
    Question,
    RankedQuestion,
    TextQuestion,
)
from assessor.pages import Page
from assessor.viewpoint import Counting
from assessor.workflow.drafts import PageSave

SEEN = re.compile(r"[\w-]+:[0-9]{1,9}(?: [\w-]+:[0-9]{1,9})*", re.ASCII)

MOST_TURNS = 1_000_000
"""Nobody types so long on one page."""


class SeenField(forms.CharField):
    """The revision of each answer that the page shows, as ``question:revision`` and spaces."""

    def prepare_value(self, value: Any) -> Any:
        return seen_text(value) if isinstance(value, Mapping) else value

    def clean(self, value: Any) -> dict[str, int]:
        """Return the revisions by question. Raises ValidationError for anything else."""
        text: str = super().clean(value)
        if not SEEN.fullmatch(text):
            raise ValidationError("not revisions")
        pairs = (entry.split(":") for entry in text.split(" "))
        return {key: int(revision) for key, revision in pairs}


def seen_text(seen: Mapping[str, int]) -> str:
    """Return the revisions as the hidden field carries them."""
    return " ".join(f"{key}:{revision}" for key, revision in seen.items())


class PageForm(forms.Form):
    """One page of the wizard.

    ``counting`` is the whole assessment so far: it decides which questions are shown, together
    with what is being sent. A required question may stay empty that somebody else has answered;
    ``partial`` lets all of them.
    """

    use_required_attribute = False
    seen = SeenField(widget=forms.HiddenInput)
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    turn = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=MOST_TURNS
    )

    def __init__(
        self,
        *args: Any,
        page: Page,
        knowledge: KnowledgeBase,
        counting: Counting,
        partial: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self.knowledge = knowledge
        self.partial = partial
        here = frozenset(question.key for question in page.questions)
        self.counting = counting.without(here)
        self.answered_by_others = here & counting.others.keys()
        self.questions = {question.key: question for question in self._possible()}
        every = fields_of(knowledge)
        self.fields |= {key: every[key] for key in self.questions}
        if "seen" in self.initial:
            seen = self.initial["seen"].items()
            self.initial["seen"] = {key: at for key, at in seen if key in self.questions}

    def _possible(self) -> Iterator[Question]:
        """Return the questions that can be shown, whatever is answered on this page."""
        open_here = dict.fromkeys((question.key for question in self.page.questions), UNKNOWN)
        return self._asked(open_here, self.page.questions)

    def _asked(
        self, given: Mapping[str, Answer], questions: Iterable[Question]
    ) -> Iterator[Question]:
        """Yield those of the questions that are asked once this page sends what is given."""
        sets = [questionnaire.asked(self.knowledge, each) for each in self.counting.sets(given)]
        for question in questions:
            if any(questionnaire.shown(question, each) is not Outcome.NO for each in sets):
                yield question

    def shown(self, answers: Mapping[str, Answer | None]) -> set[str]:
        """Return the questions of this page that are asked, given its answers."""
        asked = self._asked(_present(answers), self.questions.values())
        return {question.key for question in asked}

    def clean(self) -> dict[str, Any]:
        """Require an answer to every shown question that needs one; forgive those not shown."""
        shown = self.shown(self.answers())
        for key, question in self.questions.items():
            if key not in shown:
                self.errors.pop(key, None)
            elif self._is_missing(question):
                self.add_error(key, missing_answer(question))
        return self.cleaned_data

    def _is_missing(self, question: Question) -> bool:
        if self.partial or not question.required or question.key in self.errors:
            return False
        if not self._was_there(question.key):
            return False
        if question.key in self.answered_by_others:
            return False
        return self.cleaned_data.get(question.key) is None

    def answers(self) -> dict[str, Answer | None]:
        """Return the valid answers of this page, None where there is none.

        Nothing is said of a question that came up elsewhere after the page was rendered without it:
        an answer that the page never showed is not taken back by it.
        """
        given = self.cleaned_data
        return {
            key: given[key]
            for key in self.questions
            if key in given and (given[key] is not None or self._was_there(key))
        }

    def _was_there(self, key: str) -> bool:
        """Say whether the page, when it was rendered, had this question.

        A form that saves nothing does not tell what was seen, and has all of its questions.
        """
        return "seen" not in self.fields or key in self.cleaned_data.get("seen", {})

    def answer_sets(self) -> tuple[dict[str, Answer], ...]:
        """Return the sets of answers of the whole assessment with those of this page."""
        return self.counting.sets(_present(self.answers()))

    def as_save(self, *, automatic: bool = False) -> PageSave:
        """Return what to save: every answer that is valid."""
        return PageSave(
            seen=self.cleaned_data["seen"],
            form=self.cleaned_data["form_key"],
            answers=self.answers(),
            automatic=automatic,
            turn=self.cleaned_data["turn"] or 0,
        )

    @property
    def is_tampered(self) -> bool:
        """Say whether the fields that the page itself fills in are missing or wrong."""
        return bool({"seen", "form_key", "turn"} & set(self.errors))


def _present(answers: Mapping[str, Answer | None]) -> dict[str, Answer]:
    return {key: answer for key, answer in answers.items() if answer is not None}


def missing_answer(question: Question) -> str:
    """Return what to do about a required question that has no answer."""
    match question:
        case NumberQuestion():
            return _("Enter a number, or say that you don’t know yet: “%(question)s”") % {
                "question": question.text
            }
        case MultiQuestion() | RankedQuestion():
            return _("Choose at least one: “%(question)s”") % {"question": question.text}
        case TextQuestion():
            return _("Enter an answer to “%(question)s”") % {"question": question.text}
        case _:
            return _("Select an answer to “%(question)s”") % {"question": question.text}
