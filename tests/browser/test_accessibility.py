"""What a machine can see of accessibility, on every page: in light, in dark, narrow and large."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.pages import PAGES, Open
from tests.browser.reflow import assert_it_reflows
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}

# What axe does not look at: headings, and names that lead nowhere.
FLAWS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  const named = new Set(ids);
  const dangling = ["aria-describedby", "aria-labelledby", "aria-controls", "for"].flatMap((name) =>
    [...document.querySelectorAll(`[${name}]`)].flatMap((element) =>
      element.getAttribute(name).split(/ +/).filter((id) => !named.has(id))));
  const inPage = [...document.querySelectorAll("a[href^='#']")]
    .map((link) => link.getAttribute("href").slice(1)).filter((id) => !named.has(id));
  return {
    "titles": document.querySelectorAll("h1").length,
    "ids used twice": ids.filter((id, place) => ids.indexOf(id) !== place),
    "names that lead nowhere": [...dangling, ...inPage],
  };
}"""

# What is right is much more, and takes longer to hand over than to find.
FLAWS_OF_AXE = """([places, options]) =>
  axe.run({include: places}, options).then(({violations}) => violations)"""
EVERYWHERE = "() => [document]"

# What has the same colours on the same ground has the same contrast: one of each is enough.
COLOURED = """() => {
  const grounds = new Map([[null, ""]]);
  const ground = (element) => {
    if (!grounds.has(element)) {
      const {backgroundColor, backgroundImage, opacity} = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity].join();
      grounds.set(element, `${ground(element.parentElement)} / ${own}`);
    }
    return grounds.get(element);
  };
  const isWritten = (element) => element.matches("input, select, textarea")
    || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const oneOfEach = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    if (element.checkVisibility() && isWritten(element)) {
      const {color, fontSize, fontWeight} = getComputedStyle(element);
      oneOfEach.set([ground(element), color, fontSize, fontWeight].join(), element);
    }
  }
  return [...oneOfEach.values()];
}"""

PALE_IN_THE_DARK = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("main b { color: #595959 !important; }");
  document.adoptedStyleSheets = [sheet];
  document.querySelector("main p").insertAdjacentHTML("beforeend", " <b>pale</b> <i>as it was</i>");
}"""
END_TRANSITIONS = "document.getAnimations().forEach((animation) => animation.finish())"


@pytest.mark.parametrize("open_page", PAGES.values(), ids=PAGES)
def test_a_page_has_no_flaw_that_a_machine_can_see(visitor: Visitor, open_page: Open) -> None:
    open_page(visitor)

    assert visitor.page.evaluate(FLAWS) == {
        "titles": 1,
        "ids used twice": [],
        "names that lead nowhere": [],
    }
    with visitor.unwatched():  # The checker brings styles that the policy rightly refuses.
        assert violations(visitor, EVERYTHING) == []
        visitor.page.emulate_media(color_scheme="dark")
        visitor.page.evaluate(END_TRANSITIONS)
        assert violations(visitor, COLOURS, COLOURED) == []
    visitor.page.emulate_media(color_scheme="light")
    assert_it_reflows(visitor)


def test_grey_that_only_the_dark_theme_makes_pale_is_noticed(visitor: Visitor) -> None:
    visitor.go("start")
    with visitor.unwatched():
        visitor.page.evaluate(PALE_IN_THE_DARK)
        assert violations(visitor, COLOURS, COLOURED) == []
        visitor.page.emulate_media(color_scheme="dark")
        visitor.page.evaluate(END_TRANSITIONS)
        [pale] = violations(visitor, COLOURS, COLOURED)
    assert "color-contrast: <b>pale</b>" in pale


def violations(visitor: Visitor, options: dict[str, Any], places: str = EVERYWHERE) -> list[str]:
    """Return what axe finds at the places that a script names."""
    if visitor.page.evaluate("!('axe' in window)"):
        visitor.page.evaluate(AXE_SCRIPT)
    where = visitor.page.evaluate_handle(places)
    found: list[dict[str, Any]] = visitor.page.evaluate(FLAWS_OF_AXE, [where, options])
    return [
        f"{violation['id']}: {node['html']} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]
