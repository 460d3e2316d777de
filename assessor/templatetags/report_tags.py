"""Numbers and other people's text, as result page and report write them."""

import re
from collections.abc import Iterable, Mapping

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from assessor.report import figures

LONGEST_UNBROKEN = 40
MOST_PARAGRAPHS = 200

register = template.Library()
register.filter("whole", figures.whole)
register.filter("points", figures.points)
register.filter("signed", figures.signed)
register.filter("share", figures.share)
register.filter("of_hundred", figures.of_hundred)
register.filter("quoted", figures.quoted)
register.filter("listed", figures.listed)

PIECE = re.compile(rf"\S{{{LONGEST_UNBROKEN}}}(?=\S)")


@register.filter
def soft_breaks(text: object) -> SafeString:
    """Escape a text and let very long words break, so that nobody's text leaves its column."""
    pieces = PIECE.sub(lambda match: match.group() + "\0", str(text).replace("\0", "")).split("\0")
    return format_html_join(mark_safe("<wbr>"), "{}", ((piece,) for piece in pieces))


@register.filter
def joined(words: Iterable[object], between: str) -> str:
    """Join texts that are still to be escaped; ``join`` escapes them, and a next filter again."""
    return between.join(map(str, words))


@register.filter
def paragraphs(text: str) -> list[str]:
    """Split a text where its author started a new line; more lines than a page holds are cut."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[:MOST_PARAGRAPHS]


@register.filter
def drawing(svg: str, place: str) -> SafeString:
    """Show a committed drawing; ``place`` keeps its ids apart where it is shown twice."""
    return mark_safe(svg.replace("diagram-", f"{place}-diagram-"))  # noqa: S308  our own file


@register.filter
def percent_of(part: float, whole: float) -> str:
    """Write the length of a bar as a percentage of the longest."""
    return f"{100 * part / whole:.1f}%" if whole else "0%"


@register.filter
def at(mapping: Mapping[str, str], key: str) -> str:
    """Look a key up; nothing when it is not there."""
    return mapping.get(key, "")
