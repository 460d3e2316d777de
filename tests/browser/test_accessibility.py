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
FLAWS_OF_AXE = "options => axe.run(options).then(({violations}) => violations)"

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
        assert violations(visitor, COLOURS) == []
    visitor.page.emulate_media(color_scheme="light")
    assert_it_reflows(visitor)


def violations(visitor: Visitor, options: dict[str, Any]) -> list[str]:
    if visitor.page.evaluate("!('axe' in window)"):
        visitor.page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = visitor.page.evaluate(FLAWS_OF_AXE, options)
    return [
        f"{violation['id']}: {node['html']} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]
