"""Documents that take for ever to print, or would, and ways to ask for what is elsewhere."""

ONE_LINE_EACH = "a\n" * 100_000
WITHOUT_A_SPACE = "x" * 100_000
RIGHT_TO_LEFT = "سياسة 12 الخصوصية 345 עברית " * 3_000
MARKS = ("a" + "\u0301" * 50) * 500


def document(body: str, style: str = "") -> str:
    return f'<html lang="en"><title>x</title><style>{style}</style><body>{body}</body></html>'


def nested(tag: str, depth: int, inner: str = "x") -> str:
    return f"<{tag}>" * depth + inner + f"</{tag}>" * depth


def used_again_and_again(depth: int = 17) -> str:
    """Return a drawing that is two to the power of ``depth`` others."""
    doubled = "".join(
        f'<g id="g{n}"><use href="#g{n - 1}"/><use href="#g{n - 1}"/></g>' for n in range(1, depth)
    )
    first = '<g id="g0"><rect width="1" height="1"/></g>'
    return (
        f'<svg width="9" height="9"><defs>{first}{doubled}</defs><use href="#g{depth - 1}"/></svg>'
    )


DOCUMENTS = {
    "a hundred thousand lines": document(f"<p>{ONE_LINE_EACH}</p>", "p { white-space: pre-wrap }"),
    "a word without end": document(
        f"<p>{WITHOUT_A_SPACE}</p>", "p { overflow-wrap: anywhere; hyphens: auto }"
    ),
    "right to left and back": document(f"<p>{RIGHT_TO_LEFT}</p>"),
    "fifty marks on each letter": document(f"<p>{MARKS}</p>"),
    "a table of very wide cells": document(
        "<table>" + "<tr><td colspan=100000>x</td><td rowspan=65534>y</td></tr>" * 20 + "</table>"
    ),
    "tables in tables": document(
        nested("table><tr><td", 60).replace("</table><tr><td>", "</td></tr></table>")
    ),
    "boxes in boxes": document(nested("div", 3_000)),
    "flexible boxes in boxes": document(nested("div", 22), "div { display: flex; padding: 1px }"),
    "grids in grids": document(nested("div", 22), "div { display: grid; padding: 1px }"),
    "a drawing of drawings": document(used_again_and_again()),
    "a page for each letter": document("<p>x</p>" * 20_000, "p { break-after: page }"),
}
"""By name. What people type never comes as markup; printing has to end even if it did."""

THE_WORST = ("a hundred thousand lines", "a word without end")


def asking(address: str) -> dict[str, str]:
    """Return documents that ask for something at an address, each in another way."""
    return {
        "picture": document(f'<img src="{address}/img">'),
        "style sheet": document(f'<link rel="stylesheet" href="{address}/css">'),
        "import": document("x", f"@import url({address}/import);"),
        "background": document("x", f"body {{ background: url({address}/bg) }}"),
        "font": document(
            "x", f"@font-face {{ font-family: f; src: url({address}/f) }} * {{ font-family: f }}"
        ),
        "drawing": document(f'<svg width="9" height="9"><image href="{address}/svg"/></svg>'),
        "object": document(f'<object data="{address}/object"></object>'),
        "embed": document(f'<embed src="{address}/embed">'),
        "attached to the page": document(f'<a rel="attachment" href="{address}/a">x</a>'),
        "attached to the document": f'<html><link rel="attachment" href="{address}/link">x</html>',
    }
