"""Light, dark, or as the system says."""

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

BACKGROUND = "getComputedStyle(document.body).backgroundColor"
PAPER, NIGHT = "rgb(246, 248, 249)", "rgb(13, 21, 27)"


def test_the_colours_follow_the_system_until_somebody_chooses(anyone: Visitor) -> None:
    anyone.page.emulate_media(color_scheme="dark")
    anyone.go("help")
    assert anyone.page.evaluate(BACKGROUND) == NIGHT

    anyone.press("Light")
    expect(anyone.page.get_by_role("button", name="Light")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert anyone.page.evaluate(BACKGROUND) == PAPER
    assert anyone.path == "/help/"

    anyone.press("System")
    expect(anyone.page.get_by_role("button", name="System")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert anyone.page.evaluate(BACKGROUND) == NIGHT


def test_what_is_typed_stays_when_the_colours_change(visitor: Visitor) -> None:
    visitor.page.emulate_media(color_scheme="light")
    visitor.go("new")
    name = visitor.page.get_by_label("What is the initiative called?")
    name.fill("Contract drafts")
    dark = visitor.page.get_by_role("button", name="Dark")

    with visitor.page.expect_response("**/theme/"):
        visitor.press("Dark")

    expect(dark).to_have_attribute("aria-pressed", "true")
    expect(dark).to_be_focused()
    assert visitor.page.evaluate(BACKGROUND) == NIGHT
    expect(name).to_have_value("Contract drafts")
    visitor.page.reload()
    assert visitor.page.evaluate(BACKGROUND) == NIGHT
