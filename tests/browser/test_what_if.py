"""What if on the result page: live with a script, on a page of its own without."""

import re

import pytest
from playwright.sync_api import Locator, Request, expect

from assessor.models import Assessment
from tests.browser.golden import golden
from tests.browser.pages import change
from tests.browser.visitor import Visitor, Visitors
from tests.builders import database, stored, submitted

pytestmark = pytest.mark.browser

TYPICAL = golden("mid_market_full").answers

BEFORE = "“Small model, private cloud” still leads, with 97 of 100 as before."
LOST = "97 → 90 of 100. “Small model as a service” now leads."


def open_result(visitor: Visitor, case: str = "mid_market_full") -> Assessment:
    assessment = visitor.open(submitted(golden(case).answers).assessment)
    visitor.go("result", assessment.pk)
    return assessment


def reply(visitor: Visitor) -> Locator:
    return visitor.page.locator("#what-if-reply")


def announced(visitor: Visitor) -> Locator:
    return visitor.page.locator("#announce")


def watch(visitor: Visitor) -> list[str]:
    """Return a list that grows with every recomputation asked for."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/what-if/"):
            asked.append(request.method)

    visitor.page.on("request", note)
    return asked


# ---------------------------------------------------------------- with a script


def test_a_change_is_recomputed_at_once_and_said_in_one_sentence(visitor: Visitor) -> None:
    open_result(visitor)
    before, here = database("sessions.Session"), visitor.page.url
    visitor.page.evaluate("window.region = document.getElementById('announce')")

    change(visitor, "how_deadline", "under_1m")

    expect(reply(visitor)).to_contain_text(LOST)
    expect(reply(visitor)).to_contain_text("You need a first version within a month.")
    expect(announced(visitor)).to_have_text(LOST)
    assert visitor.page.evaluate("window.region === document.getElementById('announce')")
    assert visitor.page.url == here
    assert database("sessions.Session") == before


def test_many_key_presses_ask_once_and_leave_the_focus_where_it_is(visitor: Visitor) -> None:
    open_result(visitor)
    asked = watch(visitor)
    control = visitor.page.locator("[data-what-if] [name=how_deadline]")
    control.focus()

    with visitor.unwatched():  # A request that the next replaces is noted as one that failed.
        for key in ["ArrowDown", "ArrowUp"] * 4 + ["Home"]:
            visitor.page.keyboard.press(key)
        expect(reply(visitor)).to_contain_text(LOST)

    expect(control).to_be_focused()
    assert len(asked) <= 2


def test_reset_goes_back_to_the_answers_of_the_report(visitor: Visitor) -> None:
    open_result(visitor)
    change(visitor, "how_deadline", "under_1m")
    expect(reply(visitor)).to_contain_text(LOST)

    visitor.press("Reset")

    expect(reply(visitor)).to_contain_text(BEFORE)
    expect(reply(visitor)).to_contain_text("These are the answers in the report.")
    expect(visitor.page.locator("[data-what-if] [name=how_deadline]")).to_have_value("3_to_6m")


def test_recalculate_stays_on_the_page_when_there_is_a_script(visitor: Visitor) -> None:
    open_result(visitor)
    here = visitor.page.url

    visitor.press("Recalculate")

    expect(reply(visitor)).to_contain_text(BEFORE)
    assert visitor.page.url == here


def test_ticking_and_typing_are_changes_as_well(visitor: Visitor) -> None:
    open_result(visitor, "mid_market_four_unknowns")
    form = visitor.page.locator("[data-what-if]")

    form.get_by_role("button", name="10,000,000").click()
    expect(form.locator("[name=opex_volume]")).to_have_value("10000000")
    expect(form.locator("[name=opex_volume-unknown]")).not_to_be_checked()
    expect(reply(visitor)).to_contain_text("91 → 92 of 100.")

    form.get_by_label("Government-classified information").check()
    expect(reply(visitor)).to_contain_text("Classified information is involved.")


def test_what_cannot_be_is_told_live_and_the_control_keeps_the_focus(visitor: Visitor) -> None:
    visitor.expects(422)
    open_result(visitor, "mid_market_four_unknowns")
    field = visitor.page.locator("[data-what-if] [name=opex_volume]")
    field.focus()

    visitor.page.keyboard.type("many")

    expect(reply(visitor)).to_contain_text("Enter a whole number of requests per month")
    expect(announced(visitor)).to_have_text("Not recomputed: there is a problem")
    expect(field).to_be_focused()


def test_questions_that_do_not_apply_any_more_are_hidden(visitor: Visitor) -> None:
    open_result(visitor, "field_language_many_examples")
    dependent = visitor.page.locator("[data-question=how_small_model_evidence]")
    expect(dependent).to_be_visible()

    change(visitor, "where_scope", "individual")
    expect(dependent).to_be_hidden()

    visitor.press("Reset")
    expect(dependent).to_be_visible()


def test_a_reply_that_does_not_come_is_told(visitor: Visitor) -> None:
    open_result(visitor)

    with visitor.unwatched():
        visitor.context.set_offline(offline=True)
        change(visitor, "how_deadline", "under_1m")
        expect(reply(visitor)).to_contain_text("Not recomputed. Check your connection")
        expect(announced(visitor)).to_contain_text("Not recomputed")
        visitor.context.set_offline(offline=False)

    visitor.press("Recalculate")
    expect(reply(visitor)).to_contain_text(LOST)


def test_a_reply_that_is_something_else_does_not_take_its_place(visitor: Visitor) -> None:
    visitor.expects(503)
    open_result(visitor)
    visitor.page.route(
        re.compile("/what-if/$"),
        lambda route: route.fulfill(status=503, body="<p>Proxy</p>", content_type="text/html"),
    )

    change(visitor, "how_deadline", "under_1m")

    expect(reply(visitor)).to_contain_text("Not recomputed")
    expect(reply(visitor)).not_to_contain_text("Proxy")


# ---------------------------------------------------------------- with and without


def test_the_button_shows_what_would_come_of_it(visitors: Visitors) -> None:
    plain = visitors(javascript=False)
    assessment = open_result(plain)
    change(plain, "how_deadline", "under_1m")

    plain.goes_on("Recalculate")

    plain.reads("What if")
    expect(reply(plain)).to_contain_text(LOST)
    expect(plain.page.locator("[name=how_deadline]")).to_have_value("under_1m")
    assert "under_1m" not in plain.page.url
    plain.follow("Reset")
    assert plain.path.endswith(f"/{assessment.pk}/result/")
    expect(plain.page.locator("[name=how_deadline]")).to_have_value("3_to_6m")


def test_without_a_script_what_cannot_be_is_told_beside_the_control(visitors: Visitors) -> None:
    plain = visitors(javascript=False)
    plain.expects(422)
    open_result(plain, "mid_market_four_unknowns")
    change(plain, "opex_volume", "many")
    plain.page.locator("[name=opex_volume-unknown]").uncheck()

    plain.goes_on("Recalculate")

    expect(plain.page).to_have_title(re.compile("^Error: What if"))
    plain.page.get_by_role("link", name="Enter a whole number").click()
    expect(plain.page.locator("[name=opex_volume]")).to_be_focused()
    expect(plain.page.locator("#id_opex_volume_error")).to_be_visible()


def test_the_changed_answers_become_an_assessment_of_their_own(anyone: Visitor) -> None:
    assessment = open_result(anyone)
    change(anyone, "how_deadline", "under_1m")
    if anyone.javascript:
        expect(reply(anyone)).to_contain_text(LOST)

    anyone.goes_on("Save as a new assessment")

    anyone.reads("Contract drafts, variant 1")
    expect(anyone.page.get_by_text("Started from report 1 of “Contract drafts”.")).to_be_visible()
    expect(anyone.page.get_by_role("textbox", name="Private link")).to_be_visible()
    made = assessment.copies.get()
    assert stored(made) == {**TYPICAL, "how_deadline": "under_1m"}
    assert stored(assessment) == TYPICAL


def test_everything_can_be_done_by_keyboard_alone(anyone: Visitor) -> None:
    open_result(anyone)
    press = anyone.page.keyboard.press
    anyone.page.locator("[data-what-if] [name=how_deadline]").focus()

    press("Home")
    if anyone.javascript:
        expect(reply(anyone)).to_contain_text(LOST)
    press("Tab")
    expect(anyone.page.get_by_role("button", name="Recalculate")).to_be_focused()
    press("Enter")
    expect(reply(anyone)).to_contain_text(LOST)
