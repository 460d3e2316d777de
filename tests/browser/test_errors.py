"""When something on a page has to be mended: what, where, and nothing lost."""

import re

import pytest
from playwright.sync_api import expect

from assessor.uploads import LARGEST
from tests.browser.answering import answer, card, choice, fill_page
from tests.browser.golden import golden
from tests.browser.visitor import Visitor
from tests.builders import complete, make_assessment, stored

pytestmark = pytest.mark.browser

TYPICAL = golden("mid_market_full").answers


def test_a_file_that_is_too_large_is_not_taken(visitor: Visitor) -> None:
    visitor.go("verify")
    field = visitor.page.get_by_label("The report as a file")
    file = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": bytes(LARGEST + 1)}
    field.set_input_files(file)  # type: ignore[arg-type]
    too_large = "A file is larger than 1 MB, so it was not taken. Choose another one."
    expect(field).to_have_accessible_description(re.compile(too_large))
    expect(visitor.page.locator("#announce")).to_have_text(too_large)
    expect(field).to_have_value("")

    field.set_input_files({**file, "buffer": bytes(LARGEST)})  # type: ignore[arg-type]
    expect(field).not_to_have_accessible_description(re.compile(too_large))
    visitor.expects(422)
    visitor.press("Verify")
    expect(visitor.page.get_by_role("alert")).to_contain_text("There is a problem")


def send_empty_page(visitor: Visitor) -> None:
    """Send the first page of a new assessment with nothing on it."""
    visitor.expects(422)
    assessment = visitor.open(make_assessment())
    visitor.go("step", assessment.pk, "where")
    visitor.press("Save and continue")
    expect(visitor.page.get_by_role("alert")).to_contain_text("There is a problem")


def test_a_page_with_errors_says_so_in_its_title(anyone: Visitor) -> None:
    send_empty_page(anyone)

    expect(anyone.page).to_have_title(re.compile("^Error: Step 1 of 4: Where will AI be used?"))


def test_every_error_in_the_summary_leads_to_the_control_to_mend(anyone: Visitor) -> None:
    send_empty_page(anyone)

    links = anyone.page.get_by_role("alert").get_by_role("link").all()
    assert len(links) == 5
    for link in links:
        link.click()
        target = link.get_attribute("href")
        expect(anyone.page.locator(f"{target}:focus")).to_be_in_viewport()


def test_the_summary_and_the_question_say_the_same(anyone: Visitor) -> None:
    send_empty_page(anyone)

    summary = anyone.page.get_by_role("alert").get_by_role("listitem").all_inner_texts()
    beside = anyone.page.locator(".question .error").all_text_contents()
    assert [text.replace("Error:", "").strip() for text in beside] == summary


def test_mending_what_was_wrong_leads_on(anyone: Visitor) -> None:
    send_empty_page(anyone)

    fill_page(anyone.page, TYPICAL)
    anyone.goes_on("Save and continue")

    anyone.reads("How will AI be used?")
    expect(anyone.page).to_have_title(re.compile("^Step 2 of 4"))


def test_what_was_right_on_a_page_with_errors_stays_chosen(anyone: Visitor) -> None:
    anyone.expects(422)
    assessment = anyone.open(make_assessment())
    anyone.go("step", assessment.pk, "where")
    answer(anyone.page, "where_scope", "function")

    anyone.press("Save and continue")
    expect(anyone.page.get_by_role("alert")).to_be_visible()

    expect(choice(anyone.page, "where_scope", "function")).to_be_checked()


def test_a_number_that_is_none_is_shown_again_with_what_to_do(anyone: Visitor) -> None:
    anyone.expects(422)
    assessment = anyone.open(make_assessment(TYPICAL))
    anyone.go("step", assessment.pk, "what-opex")
    answer(anyone.page, "opex_volume", "a lot")

    anyone.press("Save and continue")

    expect(anyone.page.get_by_role("alert")).to_contain_text("Enter a whole number")
    expect(anyone.page.locator("#id_opex_volume")).to_have_value("a lot")
    assert stored(assessment)["opex_volume"] == TYPICAL["opex_volume"]


def test_the_check_page_leads_to_what_is_missing_and_back(anyone: Visitor) -> None:
    without_one = {key: value for key, value in TYPICAL.items() if key != "where_capex"}
    assessment = anyone.open(make_assessment(without_one))
    anyone.go("check", assessment.pk)

    missing = anyone.page.get_by_role("region", name="Some questions have no answer yet")
    missing.get_by_role("link", name="Where will AI be used?").click()
    anyone.reads("Where will AI be used?")
    answer(anyone.page, "where_capex", TYPICAL["where_capex"])
    anyone.goes_on("Save and continue")

    anyone.reads("Check your answers before you see the result")
    expect(anyone.page.get_by_role("button", name="See my recommendation")).to_be_visible()


def test_a_submission_with_answers_missing_leads_to_the_questions(anyone: Visitor) -> None:
    anyone.expects(422)
    assessment = anyone.open(make_assessment(TYPICAL))
    anyone.go("check", assessment.pk)
    complete(assessment, {"how_tasks": ["act"]})  # which asks one more question

    anyone.press("See my recommendation")
    anyone.page.get_by_role("alert").get_by_role("link", name="May it act by itself?").click()

    expect(card(anyone.page, "gov_autonomy")).to_be_in_viewport()


def test_changing_one_answer_leads_back_to_the_check_page(anyone: Visitor) -> None:
    assessment = anyone.open(make_assessment(TYPICAL))
    anyone.go("check", assessment.pk)

    anyone.page.get_by_role("link", name="Change How many people work").click()
    expect(card(anyone.page, "where_org_size")).to_be_in_viewport()
    answer(anyone.page, "where_org_size", "large")
    anyone.goes_on("Save and continue")

    anyone.reads("Check your answers before you see the result")
    expect(anyone.page.get_by_role("main")).to_contain_text("1,000 or more")
