"""Questions that depend on others, answers that exclude one another, numbers, text."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.answering import answer, card, choice, typed
from tests.browser.visitor import Visitor, Visitors
from tests.builders import make_assessment

pytestmark = pytest.mark.browser

NEEDS_A_SPECIAL_LANGUAGE = "spec_training_data"


def open_page(visitor: Visitor, page: str, **answers: str) -> None:
    assessment = visitor.open(make_assessment(answers))
    visitor.go("step", assessment.pk, page)


def test_a_question_appears_and_disappears_with_the_answer_it_hangs_on(visitor: Visitor) -> None:
    open_page(visitor, "what-governance", where_scope="function")
    follow_up = card(visitor.page, NEEDS_A_SPECIAL_LANGUAGE)
    expect(follow_up).to_be_hidden()

    answer(visitor.page, "spec_language", 4)
    expect(follow_up).to_be_visible()

    answer(visitor.page, "spec_language", 1)
    expect(follow_up).to_be_hidden()


def test_what_was_chosen_in_a_question_that_disappeared_comes_back_with_it(
    visitor: Visitor,
) -> None:
    open_page(visitor, "what-governance", where_scope="function")
    answer(visitor.page, "spec_language", 4)
    answer(visitor.page, NEEDS_A_SPECIAL_LANGUAGE, "some")

    answer(visitor.page, "spec_language", 1)
    expect(card(visitor.page, NEEDS_A_SPECIAL_LANGUAGE)).to_be_hidden()
    answer(visitor.page, "spec_language", 5)

    expect(choice(visitor.page, NEEDS_A_SPECIAL_LANGUAGE, "some")).to_be_checked()


def test_the_focus_stays_where_it_is_when_a_question_appears(visitor: Visitor) -> None:
    open_page(visitor, "what-governance", where_scope="function")
    answer(visitor.page, "spec_language", 4)
    focused = visitor.focused

    expect(card(visitor.page, NEEDS_A_SPECIAL_LANGUAGE)).to_be_visible()

    assert visitor.focused == focused


def test_without_javascript_the_question_stands_there_and_says_when_it_is_needed(
    visitors: Visitors,
) -> None:
    visitor = visitors(javascript=False)
    open_page(visitor, "what-governance", where_scope="function")

    follow_up = card(visitor.page, NEEDS_A_SPECIAL_LANGUAGE)
    expect(follow_up).to_be_visible()
    expect(follow_up).to_contain_text(re.compile("Only needed if your answer to .* is 3 or more"))


def test_a_choice_that_stands_alone_unticks_the_others(visitor: Visitor) -> None:
    open_page(visitor, "where")
    answer(visitor.page, "where_hosting", ["private_cloud", "own_gpus"])

    answer(visitor.page, "where_hosting", ["none"])
    expect(choice(visitor.page, "where_hosting", "private_cloud")).not_to_be_checked()

    answer(visitor.page, "where_hosting", ["own_gpus"])
    expect(choice(visitor.page, "where_hosting", "none")).not_to_be_checked()


def test_a_suggested_number_fills_the_field(visitor: Visitor) -> None:
    open_page(visitor, "what-opex")

    card(visitor.page, "opex_volume").get_by_role("button", name="100,000", exact=True).click()

    expect(typed(visitor.page, "opex_volume")).to_have_value("100000")


def test_saying_that_a_number_is_not_known_empties_the_field_and_back(visitor: Visitor) -> None:
    open_page(visitor, "what-opex")
    question = card(visitor.page, "opex_volume")
    answer(visitor.page, "opex_volume", 500)

    answer(visitor.page, "opex_volume", "dont_know")
    expect(typed(visitor.page, "opex_volume")).to_have_value("")

    answer(visitor.page, "opex_volume", 500)
    expect(question.get_by_role("checkbox")).not_to_be_checked()


def test_the_characters_left_are_counted(visitor: Visitor) -> None:
    open_page(visitor, "why")

    answer(visitor.page, "why_success", "x" * 100)

    expect(card(visitor.page, "why_success")).to_contain_text("500 characters left")


def test_what_is_too_long_is_not_cut_off_but_counted(anyone: Visitor) -> None:
    anyone.expects(422)
    text = "Less waiting. " * 214 + "end."
    open_page(anyone, "why")

    answer(anyone.page, "why_success", text)
    if anyone.javascript:
        expect(card(anyone.page, "why_success")).to_contain_text("2,400 characters too many")
        expect(anyone.page.locator("#announce")).to_have_text("2,400 characters too many")
    anyone.press("Save and continue")

    expect(anyone.page.get_by_role("alert")).to_contain_text(
        "Shorten the text to at most 600 characters: it has 3000"
    )
    expect(typed(anyone.page, "why_success")).to_have_value(text)
    if anyone.javascript:
        expect(card(anyone.page, "why_success")).to_contain_text("2,400 characters too many")


def test_a_text_that_was_there_before_is_counted_from_the_start(visitor: Visitor) -> None:
    assessment = visitor.open(make_assessment({"why_success": "x" * 600}))
    visitor.go("step", assessment.pk, "why")
    expect(card(visitor.page, "why_success")).to_contain_text("0 characters left")


def test_a_note_is_counted_too(visitor: Visitor) -> None:
    assessment = visitor.open(make_assessment())
    visitor.go("question", assessment.pk, "where_scope")
    note = visitor.page.get_by_label("Your note or question")
    expect(note).to_have_accessible_description(re.compile("You can write up to 2,000 characters$"))

    note.fill("👍" * 2001)

    expect(note).to_have_accessible_description(re.compile("1 characters too many$"))
