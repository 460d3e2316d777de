"""While nothing can be saved: the text stays, with and without JavaScript, and is sent again."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from playwright.sync_api import expect

from assessor.models import Assessment
from assessor.workflow import drafts
from tests.browser.answering import answer, typed
from tests.browser.reflow import assert_nothing_goes_sideways
from tests.browser.test_accessibility import EVERYTHING, FLAWS, violations
from tests.browser.visitor import Visitor, Visitors
from tests.builders import make_assessment, stored

pytestmark = pytest.mark.browser

TYPED = "Fewer questions to the service desk, and no answer that nobody can explain."
SEND_WITHOUT_HTMX = """() => {
  const form = document.querySelector("[data-step-form]");
  form.insertAdjacentHTML("beforeend", '<input type="hidden" name="action" value="later">');
  form.submit();
}"""
save = drafts.save


def fail(*_: Any) -> None:
    raise OperationalError("database or disk is full")


def type_it(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> Assessment:
    """Open a page while saving is broken, and type a text on it."""
    visitor.expects(503)
    assessment = visitor.open(make_assessment())
    visitor.go("step", assessment.pk, "why")
    monkeypatch.setattr(drafts, "save", fail)
    answer(visitor.page, "why_success", TYPED)
    return assessment


def test_with_javascript_the_page_stays_and_says_so(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assessment = type_it(visitor, monkeypatch)
    visitor.press("Save and finish later")
    state = visitor.page.locator("[data-save-state]")
    expect(state).to_contain_text("the server cannot save right now")
    expect(typed(visitor.page, "why_success")).to_have_value(TYPED)

    monkeypatch.setattr(drafts, "save", save)
    visitor.goes_on("Save and finish later")
    assert stored(assessment) == {"why_success": TYPED}


def test_without_javascript_a_page_keeps_the_text_and_sends_it_again(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = visitors(javascript=False)
    assessment = type_it(visitor, monkeypatch)
    visitor.press("Save and finish later")
    visitor.reads("What you just sent could not be saved")
    expect(visitor.page.get_by_label("Text 1")).to_have_value(TYPED)
    visitor.press("Send it again")
    expect(visitor.page.get_by_label("Text 1")).to_have_value(TYPED)

    monkeypatch.setattr(drafts, "save", save)
    visitor.goes_on("Send it again")
    assert stored(assessment) == {"why_success": TYPED}


def test_the_page_has_no_flaw_that_a_machine_can_see(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_it(visitor, monkeypatch)
    visitor.page.evaluate(SEND_WITHOUT_HTMX)
    visitor.reads("What you just sent could not be saved")
    take_picture(visitor)
    assert visitor.page.evaluate(FLAWS)["names that lead nowhere"] == []
    assert_nothing_goes_sideways(visitor)
    with visitor.unwatched():
        assert violations(visitor, EVERYTHING) == []


def take_picture(visitor: Visitor) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        visitor.page.screenshot(path=Path(folder) / "unavailable.png", full_page=True)
