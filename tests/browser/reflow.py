"""A page on a narrow screen, with large text, and with wide spacing: nothing goes sideways."""

from tests.browser.visitor import Visitor

WIDTH = "[document.documentElement.scrollWidth, innerWidth]"
WIDEST = """() => [...document.querySelectorAll("body *")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  .map((element) => element.outerHTML.slice(0, 120)).slice(0, 3)"""
CLIPPED = """() => [...document.querySelectorAll("main *")]
  .filter((element) => getComputedStyle(element).overflowY === "hidden"
    && !element.closest(".visually-hidden") && element.closest("thead") === null
    && element.scrollHeight > element.clientHeight + 1)
  .map((element) => element.outerHTML.slice(0, 120))"""
RESTYLE = """(rules) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
}"""
WIDE_SPACING = """
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important;
      word-spacing: 0.16em !important; }
  p { margin-bottom: 2em !important; }
"""
TWICE_THE_SIZE = "html { font-size: 200% !important; }"


def assert_nothing_goes_sideways(visitor: Visitor) -> None:
    content, screen = visitor.page.evaluate(WIDTH)
    assert content <= screen, visitor.page.evaluate(WIDEST)


def assert_it_reflows(visitor: Visitor) -> None:
    """Look at the page that is open in each of these ways; it stays changed."""
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    assert_nothing_goes_sideways(visitor)

    visitor.page.evaluate(RESTYLE, WIDE_SPACING)
    assert_nothing_goes_sideways(visitor)
    assert visitor.page.evaluate(CLIPPED) == []

    visitor.page.set_viewport_size({"width": 1024, "height": 768})
    visitor.page.evaluate(RESTYLE, TWICE_THE_SIZE)
    assert_nothing_goes_sideways(visitor)
    assert visitor.page.evaluate(CLIPPED) == []
