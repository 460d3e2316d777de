"""Where one stands after a page has changed, and getting through by keyboard alone."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.answering import fill_page
from tests.browser.golden import golden
from tests.browser.visitor import Visitor, Visitors
from tests.builders import make_assessment, stored
from tests.knowledge.editions import shipped

pytestmark = pytest.mark.browser

TYPICAL = golden("mid_market_full").answers


def test_after_going_on_the_focus_is_on_the_heading_of_the_new_page(visitor: Visitor) -> None:
    assessment = visitor.open(make_assessment())
    visitor.go("step", assessment.pk, "where")
    fill_page(visitor.page, TYPICAL)
    visitor.page.evaluate("document.body.dataset.sameDocument = 'yes'")

    visitor.goes_on("Save and continue")
    visitor.reads("How will AI be used?")

    expect(visitor.heading).to_be_focused()
    expect(visitor.heading).to_be_in_viewport()
    expect(visitor.page).to_have_title(re.compile("^Step 2 of 4: How will AI be used?"))
    assert visitor.path.endswith("/how/")
    assert visitor.page.evaluate("document.body.dataset.sameDocument") == "yes"


def test_after_an_error_the_focus_is_on_the_summary(visitor: Visitor) -> None:
    visitor.expects(422)
    assessment = visitor.open(make_assessment())
    visitor.go("step", assessment.pk, "where")

    visitor.press("Save and continue")

    summary = visitor.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    assert visitor.path.endswith("/where/")


def test_after_an_error_on_a_plain_form_the_focus_is_on_the_summary_too(visitor: Visitor) -> None:
    visitor.expects(422)
    visitor.go("new")

    visitor.press("Create and continue")

    summary = visitor.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()


def test_the_region_for_announcements_stays_the_same_element(visitor: Visitor) -> None:
    assessment = visitor.open(make_assessment(TYPICAL))
    visitor.go("step", assessment.pk, "where")
    visitor.page.evaluate("window.region = document.getElementById('announce')")

    visitor.goes_on("Save and continue")
    visitor.reads("How will AI be used?")

    assert visitor.page.evaluate("window.region === document.getElementById('announce')")


# ---------------------------------------------------------------- by keyboard alone

STOP = """() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect();
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const style = getComputedStyle(element);
  return {
    name: element.id || element.textContent.trim().replace(/\\s+/g, " "),
    ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    covered: !element.contains(hit) && !element.closest("label")?.contains(hit),
  };
}"""


def tab_through(visitor: Visitor) -> list[dict[str, Any]]:
    """Press Tab from the top of the page to its end; return every stop."""
    stops: list[dict[str, Any]] = []
    visitor.page.evaluate("document.activeElement.blur()")
    while len(stops) < 100:
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement === document.body"):
            break
        stops.append(visitor.page.evaluate(STOP))
    return stops


def test_tab_stops_in_the_order_of_the_page_at_everything_that_can_be_used(
    visitors: Visitors,
) -> None:
    visitor = visitors(reduced_motion="reduce")
    assessment = visitor.open(make_assessment())
    visitor.go("step", assessment.pk, "where")

    stops = tab_through(visitor)

    def notes(key: str) -> tuple[str, str]:
        return "Why we ask this", f"Answers and notes: {shipped().questions[key].text}"

    assert [stop["name"] for stop in stops] == [
        "Skip to main content",
        *("Assessor", "My assessments", "System", "Light", "Dark"),
        "1 Where will AI be used?",
        "2 How will AI be used?",
        "3 What considerations apply?",
        "4 Why this choice?",
        "5 Check your answers",
        "Back",
        *("id_where_scope_0", *notes("where_scope")),
        *("id_where_org_size_0", *notes("where_org_size")),
        *(f"id_where_current_use_{place}" for place in range(6)),
        *notes("where_current_use"),
        *("id_where_dev_team_0", *notes("where_dev_team")),
        *("id_where_capex_0", *notes("where_capex")),
        *(f"id_where_hosting_{place}" for place in range(7)),
        *notes("where_hosting"),
        *("id_where_users", "10", "50", "250", "1,000", "10,000"),
        *("id_where_users-unknown", *notes("where_users")),
        *("Save and continue", "Save and finish later"),
        *("Help", "Verify a report", "Accessibility", "Privacy"),
    ]
    assert [stop["name"] for stop in stops if stop["ring"] < 3] == []
    assert [stop["name"] for stop in stops if stop["covered"]] == []


def test_a_page_can_be_answered_and_sent_by_keyboard_alone(visitor: Visitor) -> None:
    assessment = visitor.open(make_assessment())
    visitor.go("step", assessment.pk, "where")
    press = visitor.page.keyboard.press

    def tab_to(control: str) -> None:
        for _ in range(40):
            if visitor.focused == control:
                return
            press("Tab")
        pytest.fail(f"Tab does not lead to {control}")

    tab_to("id_where_scope_0")
    press("ArrowDown")
    tab_to("id_where_org_size_0")
    press("Space")
    tab_to("id_where_dev_team_0")
    press("ArrowDown")
    press("ArrowDown")
    tab_to("id_where_capex_0")
    press("Space")
    tab_to("id_where_hosting_1")
    press("Space")
    press("Control+Enter")

    visitor.reads("How will AI be used?")
    assert stored(assessment) == {
        "where_scope": "function",
        "where_org_size": "micro",
        "where_dev_team": "small",
        "where_capex": "small",
        "where_hosting": ["public_cloud_private_net"],
    }


def test_the_skip_link_leads_past_the_header(anyone: Visitor) -> None:
    anyone.go("help")

    anyone.page.keyboard.press("Tab")
    anyone.page.keyboard.press("Enter")

    expect(anyone.page.get_by_role("main")).to_be_focused()
