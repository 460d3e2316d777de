"""Answering questions the way a person does: by what stands beside the control."""

import re
from collections.abc import Iterable

from playwright.sync_api import Locator, Page, expect

from assessor.knowledge import UNKNOWN, Answer, Answers
from assessor.knowledge.labels import scale_points
from assessor.knowledge.question_bank import (
    Choice,
    MultiQuestion,
    NumberQuestion,
    RankedQuestion,
    ScaleQuestion,
    SingleQuestion,
    TextQuestion,
)
from tests.knowledge.editions import shipped


def card(page: Page, key: str) -> Locator:
    """Return the group of controls that belongs to a question."""
    name = re.compile(f"^{re.escape(shipped().questions[key].text)}")
    return page.get_by_role("group", name=name, include_hidden=True)


def fill_page(page: Page, answers: Answers) -> None:
    """Answer the questions of a page in their order, as far as there is an answer."""
    for key in _keys_on(page):
        if key in answers:
            expect(card(page, key)).to_be_visible()
            answer(page, key, answers[key])


def _keys_on(page: Page) -> list[str]:
    cards = page.locator("[data-question]").all()
    return [key for entry in cards if (key := entry.get_attribute("data-question"))]


def answer(page: Page, key: str, value: Answer) -> None:
    """Give one answer."""
    question = shipped().questions[key]
    group = card(page, key)
    if value == UNKNOWN:
        group.get_by_label(shipped().question_bank.meta.unknown_label, exact=True).check()
        return
    match question:
        case SingleQuestion(choices=choices):
            group.get_by_label(_label(choices, value), exact=True).check()
        case ScaleQuestion():
            group.get_by_label(_point(question, value), exact=True).check()
        case MultiQuestion(choices=choices):
            for label in _labels(choices, value):
                group.get_by_label(label, exact=True).check()
        case RankedQuestion(choices=choices):
            for select, label in zip(
                group.get_by_role("combobox").all(), _labels(choices, value), strict=False
            ):
                select.select_option(label=label)
        case NumberQuestion() | TextQuestion():
            field = typed(page, key)
            field.fill(str(value))
            field.blur()


def typed(page: Page, key: str) -> Locator:
    """Return the field of a question that is answered by typing."""
    group = card(page, key)
    # A field with suggestions counts as a combobox until a script makes buttons of them.
    return group.get_by_role("textbox").or_(group.get_by_role("combobox"))


def choice(page: Page, key: str, value: Answer) -> Locator:
    """Return the control for one choice of a question."""
    question = shipped().questions[key]
    assert isinstance(question, SingleQuestion | MultiQuestion)
    return card(page, key).get_by_label(_label(question.choices, value), exact=True)


def _label(choices: Iterable[Choice], key: Answer) -> str:
    return next(choice.label for choice in choices if choice.key == key)


def _labels(choices: Iterable[Choice], keys: Answer) -> list[str]:
    assert isinstance(keys, list)
    return [_label(choices, key) for key in keys]


def _point(question: ScaleQuestion, value: Answer) -> str:
    assert isinstance(value, int)
    word = scale_points(question).get(value, "")
    return f"{value} {word}".strip()
