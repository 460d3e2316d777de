"""A form whose token changed meanwhile: the text stays, and is sent again without JavaScript."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import ViewportSize, expect

from assessor.models import Assessment
from tests.browser.answering import answer
from tests.browser.reflow import assert_nothing_goes_sideways
from tests.browser.test_accessibility import EVERYTHING, FLAWS, violations
from tests.browser.test_unavailable import SEND_WITHOUT_HTMX
from tests.browser.visitor import Visitor, Visitors
from tests.builders import make_assessment, stored

pytestmark = pytest.mark.browser

TYPED = "Fewer questions to the service desk, and no answer that nobody can explain."
NARROW = ViewportSize(width=320, height=640)


def type_on_an_old_page(visitor: Visitor) -> Assessment:
    """Type a text on a page, lose the cookie that its token belongs to, and send it."""
    visitor.expects(403)
    assessment = visitor.open(make_assessment())
    visitor.go("step", assessment.pk, "why")
    answer(visitor.page, "why_success", TYPED)
    visitor.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    if visitor.javascript:
        visitor.page.evaluate(SEND_WITHOUT_HTMX)
    else:
        visitor.press("Save and finish later")
    visitor.reads("Your page was open too long")
    return assessment


def test_the_text_is_still_there_and_one_press_saves_it(visitors: Visitors) -> None:
    visitor = visitors(javascript=False)
    assessment = type_on_an_old_page(visitor)
    expect(visitor.page.get_by_label("Text 1")).to_have_value(TYPED)
    assert stored(assessment) == {}
    visitor.goes_on("Send it again")
    assert stored(assessment) == {"why_success": TYPED}


def test_it_leads_back_to_the_page(visitors: Visitors) -> None:
    visitor = visitors(javascript=False)
    type_on_an_old_page(visitor)
    visitor.follow("Open the page again")
    visitor.reads("Why this choice?")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_flaw_that_a_machine_can_see(visitors: Visitors, scheme: str) -> None:
    visitor = visitors(color_scheme=scheme)
    type_on_an_old_page(visitor)
    take_picture(visitor, scheme)
    assert visitor.page.evaluate(FLAWS)["names that lead nowhere"] == []
    with visitor.unwatched():
        assert violations(visitor, EVERYTHING) == []
    visitor.page.set_viewport_size(NARROW)
    assert_nothing_goes_sideways(visitor)
    take_picture(visitor, f"{scheme}-narrow")


def take_picture(visitor: Visitor, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        visitor.page.screenshot(path=Path(folder) / f"old-page-{name}.png", full_page=True)
