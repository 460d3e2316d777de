"""Nothing that was typed is lost, and nothing is kept in the browser."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from assessor.knowledge import Answers
from assessor.models import Assessment
from tests.browser.answering import answer, card, choice, fill_page, typed
from tests.browser.golden import golden
from tests.browser.visitor import PATIENCE, Visitor, Visitors
from tests.builders import complete, make_assessment, stored

pytestmark = pytest.mark.browser

SAVED = re.compile(r"^Saved \d\d:\d\d$")
TYPICAL = golden("mid_market_full").answers


def open_page(visitor: Visitor, page: str) -> Assessment:
    """Open a page of a new assessment."""
    assessment = visitor.open(make_assessment())
    visitor.go("step", assessment.pk, page)
    return assessment


def wait_until(visitor: Visitor, state: str | re.Pattern[str]) -> None:
    """Wait for these words about saving."""
    expect(visitor.page.locator("[data-save-state]")).to_have_text(state)


# ---------------------------------------------------------------- while typing


def test_an_answer_is_saved_while_typing_and_the_page_says_so(visitor: Visitor) -> None:
    assessment = open_page(visitor, "where")
    here = visitor.page.url

    answer(visitor.page, "where_scope", "function")
    wait_until(visitor, SAVED)

    assert stored(assessment) == {"where_scope": "function"}
    assert visitor.page.url == here


def test_what_was_saved_while_typing_is_there_after_a_reload(visitor: Visitor) -> None:
    open_page(visitor, "what-opex")
    answer(visitor.page, "opex_volume", 10000)
    wait_until(visitor, SAVED)

    visitor.page.reload()

    expect(typed(visitor.page, "opex_volume")).to_have_value("10000")


def test_changing_ones_mind_after_an_autosave_is_no_conflict(visitor: Visitor) -> None:
    assessment = open_page(visitor, "where")
    fill_page(visitor.page, TYPICAL)
    wait_until(visitor, SAVED)

    answer(visitor.page, "where_scope", "enterprise")
    visitor.goes_on("Save and continue")

    visitor.reads("How will AI be used?")
    assert stored(assessment)["where_scope"] == "enterprise"


def test_saving_while_the_connection_is_gone_says_that_nothing_was_saved(visitor: Visitor) -> None:
    assessment = open_page(visitor, "where")

    with visitor.unwatched():
        visitor.context.set_offline(offline=True)
        answer(visitor.page, "where_scope", "function")
        wait_until(visitor, re.compile("^Not saved"))
        visitor.context.set_offline(offline=False)

    assert stored(assessment) == {}
    expect(choice(visitor.page, "where_scope", "function")).to_be_checked()


def test_the_page_does_not_call_saved_what_is_not(visitor: Visitor) -> None:
    assessment = open_page(visitor, "what-opex")
    answer(visitor.page, "opex_volume", 10000)
    wait_until(visitor, SAVED)

    answer(visitor.page, "opex_volume", "many")
    wait_until(visitor, re.compile(r"^Saved \d\d:\d\d, except answers that need a change"))
    assert stored(assessment) == {"opex_volume": 10000}
    expect(typed(visitor.page, "opex_volume")).to_have_value("many")

    answer(visitor.page, "opex_volume", 20000)
    wait_until(visitor, SAVED)
    assert stored(assessment) == {"opex_volume": 20000}


def test_an_answer_that_is_not_from_the_product_is_no_promise(visitor: Visitor) -> None:
    """A network that wants one to sign in answers everything with a page of its own."""
    open_page(visitor, "where")
    visitor.page.route("**/autosave/", lambda route: route.fulfill(body="Welcome to our hotel"))
    answer(visitor.page, "where_scope", "function")
    wait_until(visitor, "Not saved – check your connection")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "this page cannot be saved as it is open here"),
        (401, "you are signed out"),
        (403, "this page cannot be saved as it is open here"),
        (404, "this page cannot be saved as it is open here"),
        (409, "somebody changed this page, or submitted the answers, meanwhile"),
        (429, "too many changes in a short time"),
    ],
)
def test_the_page_says_why_an_answer_was_not_saved(
    visitor: Visitor, status: int, reason: str
) -> None:
    visitor.expects(status)
    open_page(visitor, "where")
    visitor.page.route("**/autosave/", lambda route: route.fulfill(status=status))
    answer(visitor.page, "where_scope", "function")
    wait_until(visitor, re.compile(f"^Not saved – {reason}"))


def test_no_answer_is_kept_in_the_browser(visitor: Visitor) -> None:
    open_page(visitor, "where")
    fill_page(visitor.page, TYPICAL)
    wait_until(visitor, SAVED)
    visitor.goes_on("Save and continue")

    kept = visitor.page.evaluate("({...localStorage, ...sessionStorage})")
    assert set(kept) <= {"htmx-current-path-for-history"}


# ---------------------------------------------------------------- leaving


def type_into(visitor: Visitor, question: str, text: str) -> None:
    """Type as people do, and stay in the field."""
    typed(visitor.page, question).press_sequentially(text)


def test_what_is_typed_is_saved_before_one_leaves_the_field(visitor: Visitor) -> None:
    assessment = open_page(visitor, "why")
    type_into(visitor, "why_success", "Less waiting")
    wait_until(visitor, SAVED)
    assert stored(assessment) == {"why_success": "Less waiting"}


def test_what_is_typed_while_a_save_is_under_way_is_not_called_saved(visitor: Visitor) -> None:
    open_page(visitor, "why")
    type_into(visitor, "why_success", "Less")
    wait_until(visitor, SAVED)

    type_into(visitor, "why_success", " waiting")
    wait_until(visitor, "Not saved yet")
    wait_until(visitor, SAVED)


def test_what_is_typed_goes_along_with_whoever_follows_a_link(visitor: Visitor) -> None:
    assessment = open_page(visitor, "why")
    here = visitor.page.url
    type_into(visitor, "why_success", "Less waiting")
    visitor.follow("Back")
    visitor.page.wait_for_url(lambda url: url != here)

    visitor.page.goto(here)

    expect(typed(visitor.page, "why_success")).to_have_value("Less waiting")
    assert stored(assessment) == {"why_success": "Less waiting"}


def test_a_choice_made_just_before_a_link_is_kept(visitor: Visitor) -> None:
    open_page(visitor, "where")
    here = visitor.page.url
    answer(visitor.page, "where_scope", "function")
    visitor.follow("My assessments")
    visitor.page.wait_for_url(lambda url: url != here)

    visitor.page.goto(here)

    expect(choice(visitor.page, "where_scope", "function")).to_be_checked()


def test_what_is_typed_is_kept_when_the_tab_is_closed(visitor: Visitor) -> None:
    assessment = open_page(visitor, "why")
    other = visitor.another_tab()
    other.goto(visitor.page.url)
    typed(other, "why_success").press_sequentially("Less waiting")
    other.close(run_before_unload=True)
    expect_stored(assessment, {"why_success": "Less waiting"})

    visitor.page.reload()

    expect(typed(visitor.page, "why_success")).to_have_value("Less waiting")


def expect_stored(assessment: Assessment, answers: Answers) -> None:
    """Wait until these answers are stored: nothing on a page tells."""
    deadline = time.monotonic() + PATIENCE / 1000
    while stored(assessment) != answers and time.monotonic() < deadline:
        time.sleep(0.05)
    assert stored(assessment) == answers


def set_hidden(visitor: Visitor, hidden: str) -> None:
    """Let the tab be behind another one ("true"), or in front again ("false")."""
    visitor.page.evaluate(
        f"Object.defineProperty(document, 'hidden', {{ value: {hidden}, configurable: true }});"
        "document.dispatchEvent(new Event('visibilitychange'));"
    )


def sent_while_typing_and_on_leaving(visitor: Visitor) -> tuple[Route, Route]:
    """Type, and leave the tab while the first save is on its way; return both saves, held back."""
    held: list[Route] = []
    visitor.context.route("**/autosave/", lambda route: held.append(route))  # noqa: PLW0108
    type_into(visitor, "why_success", "Less")
    wait_for(visitor, held, 1)
    type_into(visitor, "why_success", " waiting")
    set_hidden(visitor, "true")
    wait_for(visitor, held, 2)
    first, second = held
    return first, second


def wait_for(visitor: Visitor, held: list[Route], count: int) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while len(held) < count and time.monotonic() < deadline:
        visitor.page.wait_for_timeout(20)
    assert len(held) == count


def test_what_was_sent_on_leaving_and_refused_is_not_called_saved(visitor: Visitor) -> None:
    visitor.expects(429)
    assessment = open_page(visitor, "why")
    first, second = sent_while_typing_and_on_leaving(visitor)

    second.fulfill(status=429)
    first.continue_()

    expect_stored(assessment, {"why_success": "Less"})
    wait_until(visitor, "Not saved yet")
    visitor.context.unroute("**/autosave/")
    set_hidden(visitor, "false")
    wait_until(visitor, SAVED)
    expect_stored(assessment, {"why_success": "Less waiting"})


def test_what_was_sent_on_leaving_counts_however_late_the_save_before_it_comes(
    visitor: Visitor,
) -> None:
    assessment = open_page(visitor, "why")
    first, second = sent_while_typing_and_on_leaving(visitor)

    second.continue_()
    expect_stored(assessment, {"why_success": "Less waiting"})
    first.continue_()
    assert first.request.response()

    assert stored(assessment) == {"why_success": "Less waiting"}


def test_what_failed_the_check_is_kept_as_far_as_it_is_valid(visitor: Visitor) -> None:
    visitor.expects(422)
    assessment = open_page(visitor, "where")
    answer(visitor.page, "where_scope", "function")
    visitor.press("Save and continue")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    wait_until(visitor, "Not saved yet")

    visitor.follow("My assessments")

    visitor.reads("My assessments")
    expect_stored(assessment, {"where_scope": "function"})


def test_whoever_leaves_what_cannot_be_saved_is_asked_first(visitor: Visitor) -> None:
    open_page(visitor, "what-opex")
    answer(visitor.page, "opex_volume", "many")
    wait_until(visitor, re.compile(r"except answers that need a change"))

    with visitor.unwatched(), visitor.page.expect_event("dialog") as asked:
        visitor.follow("My assessments")  # and stay, as the visitor dismisses what asks

    assert asked.value.type == "beforeunload"
    expect(typed(visitor.page, "opex_volume")).to_have_value("many")


def test_nothing_is_sent_on_leaving_when_everything_is_saved(visitor: Visitor) -> None:
    open_page(visitor, "where")
    answer(visitor.page, "where_scope", "function")
    wait_until(visitor, SAVED)
    assert saves_while(visitor, lambda: visitor.follow("My assessments")) == []


def test_a_form_on_its_way_is_not_saved_beside_it(visitor: Visitor) -> None:
    open_page(visitor, "where")
    fill_page(visitor.page, TYPICAL)
    wait_until(visitor, SAVED)

    def go_on_and_leave() -> None:
        answer(visitor.page, "where_scope", "enterprise")
        visitor.page.evaluate(SUBMIT_AND_HIDE)
        visitor.reads("How will AI be used?")

    assert saves_while(visitor, go_on_and_leave) == []


SUBMIT_AND_HIDE = """() => {
  document.querySelector("[data-step-form] [type=submit]").click();
  Object.defineProperty(document, "hidden", { value: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def saves_while(visitor: Visitor, act: Callable[[], None]) -> list[str]:
    """Return where answers were sent to be saved automatically meanwhile."""
    so_far = len(visitor.addresses)
    act()
    return [url for url in visitor.addresses[so_far:] if url.endswith("/autosave/")]


# ---------------------------------------------------------------- going back, coming back


def test_back_shows_the_answers_of_the_page_before(anyone: Visitor) -> None:
    open_page(anyone, "where")
    fill_page(anyone.page, TYPICAL)
    anyone.goes_on("Save and continue")
    anyone.reads("How will AI be used?")

    anyone.page.go_back()

    anyone.reads("Where will AI be used?")
    for key in ("where_scope", "where_org_size", "where_dev_team"):
        expect(choice(anyone.page, key, TYPICAL[key])).to_be_checked()


def test_forward_shows_the_page_one_had_come_to(anyone: Visitor) -> None:
    open_page(anyone, "where")
    fill_page(anyone.page, TYPICAL)
    anyone.goes_on("Save and continue")
    anyone.reads("How will AI be used?")
    anyone.page.go_back()
    anyone.reads("Where will AI be used?")

    anyone.page.go_forward()

    anyone.reads("How will AI be used?")


def test_an_unfinished_page_can_be_kept_and_finished_on_another_device(
    anyone: Visitor, visitors: Visitors
) -> None:
    assessment = open_page(anyone, "where")
    answer(anyone.page, "where_org_size", "mid")
    anyone.goes_on("Save and finish later")
    anyone.reads(assessment.initiative)
    anyone.press("Make a private link")
    link = anyone.page.get_by_role("textbox", name="Private link").input_value()

    elsewhere = visitors(javascript=anyone.javascript)
    elsewhere.page.goto(link)
    elsewhere.goes_on("Open the assessment")
    elsewhere.follow("Go on with “Where will AI be used?”")

    expect(choice(elsewhere.page, "where_org_size", "mid")).to_be_checked()


def test_without_the_private_link_another_device_sees_nothing(visitors: Visitors) -> None:
    assessment = visitors().open(make_assessment(TYPICAL))
    stranger = visitors()
    stranger.expects(404)

    stranger.go("hub", assessment.pk)

    stranger.reads("We cannot find this page")


# ---------------------------------------------------------------- two people, one page


def test_an_answer_changed_elsewhere_is_not_overwritten_but_shown_beside_ones_own(
    anyone: Visitor,
) -> None:
    anyone.expects(409)
    assessment = open_page(anyone, "where")
    fill_page(anyone.page, {**TYPICAL, "where_scope": "individual"})
    complete(assessment, {"where_scope": "enterprise"})

    answer(anyone.page, "where_scope", "function")
    anyone.press("Save and continue")

    expect(anyone.page.get_by_role("alert")).to_contain_text("changed meanwhile")
    question = card(anyone.page, "where_scope")
    expect(question).to_contain_text("Several departments, or built into the applications")
    expect(choice(anyone.page, "where_scope", "function")).to_be_checked()
    assert stored(assessment)["where_scope"] == "enterprise"

    anyone.goes_on("Save and continue")
    anyone.reads("How will AI be used?")
    assert stored(assessment)["where_scope"] == "function"


def test_two_tabs_do_not_overwrite_one_another(visitor: Visitor) -> None:
    visitor.expects(409)
    assessment = open_page(visitor, "where")
    other = visitor.another_tab()
    other.goto(visitor.page.url)
    answer(other, "where_scope", "enterprise")
    expect(other.locator("[data-save-state]")).to_have_text(SAVED)

    answer(visitor.page, "where_scope", "function")
    wait_until(visitor, re.compile("^Not saved – somebody changed this page"))

    assert stored(assessment) == {"where_scope": "enterprise"}
