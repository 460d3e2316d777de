"""The report's HTML as blocks, so that no format needs words of its own.

It knows the elements that the templates under templates/report/ are made of, and no others.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from xml.etree.ElementTree import Element

import tinyhtml5

from assessor.report.blocks import (
    Block,
    Cell,
    Document,
    Drawing,
    Heading,
    Item,
    Listing,
    Paragraph,
    Row,
    Run,
    Table,
)

SVG = "{http://www.w3.org/2000/svg}"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CONTAINERS = ("body", "main", "section", "div", "p")
SKIPPED = ("wbr", "nav", "head", "script", "style")
NOT_HERE = frozenset({"small-drawing", "of-bars", "logo"})
"""Classes of what is only for the eye; the small drawing comes again, larger."""

PLAIN = Run("")
BREAK = Run("", is_break=True)

SPACE = re.compile(r"[ \t\n\r\f]+")
OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of the text after them as well."""

Piece = Run | Block


def parsed(html: str) -> Document:
    """Return an HTML document as blocks."""
    root: Element = tinyhtml5.parse(html, namespace_html_elements=False)
    about = {meta.get("name"): meta.get("content", "") for meta in root.iter("meta")}
    created = about.get("dcterms.created")
    return Document(
        language=root.get("lang", "en"),
        title=_line(root.find("head/title")),
        created=datetime.fromisoformat(created) if created else None,
        blocks=_blocks(root.find("body")),
    )


def printable(text: str) -> str:
    """Leave out what no document can hold, and what would reach beyond the text it stands in."""
    return "".join(character for character in text if _is_printable(character))


def _is_printable(character: str) -> bool:
    if unicodedata.category(character) in {"Cc", "Cs"}:
        return character in "\t\n\r"
    return character not in OVERRIDES and ord(character) & 0xFFFE != 0xFFFE


def _line(element: Element | None) -> str:
    return " ".join(printable("".join(element.itertext())).split()) if element is not None else ""


# ---------------------------------------------------------------- text and blocks, in order


def _blocks(element: Element | None, style: Run = PLAIN) -> tuple[Block, ...]:
    """Return what an element holds; text beside blocks becomes paragraphs."""
    if element is None:
        return ()
    return tuple(_grouped(_pieces(element, style)))


def _grouped(pieces: Iterator[Piece]) -> Iterator[Block]:
    for is_text, group in groupby(pieces, lambda piece: isinstance(piece, Run)):
        if not is_text:
            yield from (piece for piece in group if not isinstance(piece, Run))
        elif runs := _tidy(piece for piece in group if isinstance(piece, Run)):
            yield Paragraph(runs)


def _pieces(element: Element, style: Run) -> Iterator[Piece]:
    yield replace(style, text=printable(element.text or ""))
    for child in element:
        if isinstance(child.tag, str):  # a comment has none
            yield from _piece(child, style)
        yield replace(style, text=printable(child.tail or ""))


def _piece(element: Element, style: Run) -> Iterator[Piece]:
    tag = element.tag
    if tag in SKIPPED or NOT_HERE.intersection(_classes(element)):
        return
    if tag == "br":
        yield BREAK
    elif tag in CONTAINERS:
        yield from _blocks(element, style)
    elif block := _block(element):
        yield block
    elif not tag.startswith(SVG):
        if "level" in _classes(element):  # shown on a line of its own
            yield BREAK
        yield from _pieces(element, _styled(element, style))


def _block(element: Element) -> Block | None:
    """Return a heading, list, table or drawing; None for everything else."""
    tag = element.tag
    if tag in HEADINGS:
        return Heading(int(tag[1]), _runs(element), element.get("id", ""))
    if tag in {"ul", "ol"}:
        return Listing(tag == "ol", tuple(_item(child) for child in element.findall("li")))
    if tag == "table":
        return _table(element)
    if tag == f"{SVG}svg" and element.get("role") == "img":
        return Drawing(_line(element.find(f"{SVG}title")))
    return None


def _item(element: Element) -> Item:
    return Item(_blocks(element), element.get("id", ""))


def _styled(element: Element, style: Run) -> Run:
    classes = _classes(element)
    is_strong = (style.is_strong and "level" not in classes) or "status" in classes
    return replace(
        style,
        is_strong=is_strong or element.tag == "strong",
        is_emphasis=style.is_emphasis or element.tag == "em",
        is_code=style.is_code or element.tag == "code",
        address=element.get("href", "") if element.tag == "a" else style.address,
    )


def _classes(element: Element) -> list[str]:
    return element.get("class", "").split()


# ---------------------------------------------------------------- tables


def _table(element: Element) -> Table:
    caption, pictures = element.find("caption"), _pictures(element)
    return Table(
        caption=_runs(caption) if caption is not None else (),
        head=_rows(element, ("thead",), pictures),
        body=_rows(element, ("tbody", "tfoot"), pictures),
    )


def _pictures(table: Element) -> set[int]:
    """Return the columns, from 0, that hold nothing but bars."""
    rows = [list(row) for row in table.findall("tbody/tr")]
    columns = range(min(map(len, rows), default=0))
    return {column for column in columns if all(_is_picture(row[column]) for row in rows)}


def _is_picture(cell: Element) -> bool:
    return cell.find(f".//{SVG}svg") is not None and not _blocks(cell)


def _rows(table: Element, names: tuple[str, ...], pictures: set[int]) -> tuple[Row, ...]:
    return tuple(
        _row(row, part.tag, pictures)
        for part in table
        if part.tag in names
        for row in part.findall("tr")
    )


def _row(element: Element, part: str, pictures: set[int]) -> Row:
    cells = [cell for column, cell in enumerate(element) if column not in pictures]
    names = [named.get("id", "") for named in (element, *cells)]
    style = PLAIN if part == "thead" else replace(PLAIN, is_strong=True)
    return Row(tuple(_cell(cell, style) for cell in cells), next(filter(None, names), ""))


def _cell(element: Element, heading: Run) -> Cell:
    is_heading = element.tag == "th"
    return Cell(
        _blocks(element, heading if is_heading else PLAIN),
        is_heading=is_heading,
        columns=int(element.get("colspan", "1")),
        rows=int(element.get("rowspan", "1")),
    )


# ---------------------------------------------------------------- runs


def _runs(element: Element) -> tuple[Run, ...]:
    return _tidy(piece for piece in _pieces(element, PLAIN) if isinstance(piece, Run))


def _tidy(runs: Iterator[Run]) -> tuple[Run, ...]:
    """Return runs as a browser shows them: spaces once, none at the ends of a line."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if run.is_break:
            lines.append([])
        else:
            lines[-1].append(run)
    tidy = [line for line in map(_tidy_line, lines) if line]
    return tuple(run for line in tidy for run in (BREAK, *line))[1:]


def _tidy_line(runs: list[Run]) -> list[Run]:
    tidy: list[Run] = []
    for style, same in groupby(runs, lambda run: replace(run, text="")):
        text = SPACE.sub(" ", "".join(run.text for run in same))
        if not tidy or tidy[-1].text.endswith(" "):
            text = text.removeprefix(" ")
        if text:
            tidy.append(replace(style, text=text))
    if tidy:
        tidy[-1] = replace(tidy[-1], text=tidy[-1].text.removesuffix(" "))
    return [run for run in tidy if run.text]
