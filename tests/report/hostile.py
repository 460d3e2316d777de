"""Texts that somebody could type, and that have to come out as text in every format."""

MARKUP = "<b>bold</b> & <script>alert(1)</script> </table> &amp; &#60;"
MARKDOWN = "*a* _b_ **c** `d` [e](http://evil.example) ![f](x) <http://g.example> # h | i ~~j~~"
STARTS = "# heading"
FORMULA = '=HYPERLINK("http://evil.example","pay")'
LONG_WORD = "Donaudampfschiff" * 30
RIGHT_TO_LEFT = "سياسة الخصوصية עברית"
OVERRIDE = "abc\u202egnp.exe"
EMOJI = "👩‍🚀🇪🇺 ✅"
CONTROLS = "a\x00b\x07c\x1b[31md\x7fe\x9bf\ufffeg"
LONGEST = "Sixty words or more, " * 28

ALL = {
    "markup": MARKUP,
    "markdown": MARKDOWN,
    "starts": STARTS,
    "bullet": "- bullet",
    "number": "1. number",
    "rule": "---",
    "underline": "===",
    "formula": FORMULA,
    "long word": LONG_WORD,
    "right to left": RIGHT_TO_LEFT,
    "override": OVERRIDE,
    "emoji": EMOJI,
    "controls": CONTROLS,
    "longest": LONGEST,
    "backslashes": r"\ \\ \* C:\temp\new",
    "front matter": "--- status: accepted",
}


def as_read(text: str) -> str:
    """Return what a reader is to see of a text, on one line."""
    kept = text
    for gone in "\x00\x07\x1b\x7f\x9b\ufffe\u202e":
        kept = kept.replace(gone, "")
    return " ".join(kept.split())
