"""Documents as Markdown (CommonMark with tables), and as plain lines for a terminal.

Every text is escaped, so that nobody's words become markup.
"""

import re
import textwrap
from dataclasses import dataclass, replace
from itertools import pairwise

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
    grid,
)
from assessor.report.left_out import left_out

SPECIAL = re.compile(
    r"[\\`*_{}\[\]<>|~$@]|&(?=[#\w])|(?<=\w):(?=//)|(?<=www)\.|!(?=\[)", re.IGNORECASE
)
AT_START = re.compile(r"^(?:(?P<sign>[-+=#])|(?P<number>\d{1,9})(?=[.)](?:\s|$)))", re.MULTILINE)
SENTENCE_ENDS = (".", "?", "!", ":")
OUTSIDE = ("https://", "http://")


@dataclass(frozen=True)
class Dialect:
    """How blocks become lines. ``width`` in characters; 0 leaves each paragraph on one line."""

    is_markup: bool
    width: int = 0


MARKDOWN = Dialect(is_markup=True)
TERMINAL = Dialect(is_markup=False, width=79)


def written(document: Document, dialect: Dialect = MARKDOWN) -> str:
    """Return a document as text that ends with a line break."""
    return _joined(document.blocks, dialect) + "\n"


def _joined(blocks: tuple[Block, ...], dialect: Dialect) -> str:
    return "\n\n".join(filter(None, (_block(block, dialect) for block in blocks)))


def _block(block: Block, dialect: Dialect) -> str:
    match block:
        case Heading():
            return _heading(block, dialect)
        case Paragraph():
            return _paragraph(block.runs, dialect)
        case Listing():
            return _listing(block, dialect)
        case Table(head=head):
            is_table = head and dialect.is_markup
            return _table(block) if is_table else _as_listing(block, dialect)
        case Drawing():
            run = Run(left_out(block), is_emphasis=True)
            return _paragraph((run,), dialect) if dialect.is_markup else ""


def _heading(heading: Heading, dialect: Dialect) -> str:
    if dialect.is_markup:
        return f"{'#' * heading.level} {_line(heading.runs)}"
    text = _paragraph(heading.runs, dialect)
    rule = "=" if heading.level == 1 else "-"
    return f"{text}\n{rule * max(map(len, text.splitlines()), default=0)}"


# ---------------------------------------------------------------- text


def _paragraph(runs: tuple[Run, ...], dialect: Dialect) -> str:
    if dialect.is_markup:
        text = "".join("\\\n" if run.is_break else _marked_up(run) for run in runs)
        return AT_START.sub(_escaped_start, text)
    lines = "".join("\n" if run.is_break else run.text for run in runs).splitlines()
    return "\n".join(_wrapped(line, dialect.width) for line in lines)


def _wrapped(line: str, width: int) -> str:
    return textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)


def _line(runs: tuple[Run, ...], separator: str = " ") -> str:
    """Return runs as Markdown on one line, on which something stands before them."""
    return "".join(separator if run.is_break else _marked_up(run) for run in runs)


def _marked_up(run: Run) -> str:
    if run.is_code and "`" not in run.text:
        return f"`{run.text}`"
    text = _escaped(run.text)
    if run.address.startswith(OUTSIDE):
        text = f"[{text}](<{_address(run.address)}>)"
    mark = "**" * run.is_strong + "*" * run.is_emphasis
    return _between(mark, text) if mark and text.strip() else text


def _between(mark: str, text: str) -> str:
    """Put a mark around a text; spaces at its ends stay outside, or the mark would not count."""
    inner = text.strip()
    before, after = text.split(inner, 1)
    return f"{before}{mark}{inner}{mark[::-1]}{after}"


def _escaped(text: str) -> str:
    return SPECIAL.sub(lambda found: f"\\{found.group()}", text)


def _escaped_start(found: re.Match[str]) -> str:
    return f"\\{found['sign']}" if found["sign"] else f"{found['number']}\\"


def _address(address: str) -> str:
    return address.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")


# ---------------------------------------------------------------- lists


def _listing(listing: Listing, dialect: Dialect) -> str:
    items = [
        _item(item, f"{number}. " if listing.is_ordered else "- ", dialect)
        for number, item in enumerate(listing.items, start=1)
    ]
    is_tight = all("\n\n" not in item for item in items)
    return ("\n" if is_tight else "\n\n").join(items)


def _item(item: Item, marker: str, dialect: Dialect) -> str:
    inside = replace(dialect, width=max(dialect.width - len(marker), 20) if dialect.width else 0)
    parts = [_block(block, inside) for block in item.blocks]
    text = "".join(
        part + ("\n" if isinstance(block, Paragraph) and isinstance(after, Listing) else "\n\n")
        for (block, after), part in zip(pairwise((*item.blocks, None)), parts, strict=True)
    ).rstrip("\n")
    return marker + textwrap.indent(text, " " * len(marker)).lstrip(" ")


def _as_listing(table: Table, dialect: Dialect) -> str:
    """Return a table as its caption and a list: for pairs, and where columns have no room."""
    titles = [cell for cell, _ in grid(table.head)[0]] if table.head else []
    items = tuple(_item_of(row, titles) for row in table.body)
    caption = _paragraph(table.caption, dialect) if table.caption else ""
    listing = _listing(Listing(is_ordered=False, items=items), dialect)
    return "\n\n".join(filter(None, (caption, listing)))


def _item_of(row: Row, titles: list[Cell]) -> Item:
    first, *others = row.cells
    if not titles and len(others) == 1:
        return Item(_pair(first, others[0]))
    name = first.blocks if first.is_heading else ()
    named = list(zip(titles, row.cells, strict=False))[1 if name else 0 :]
    parts = [_pair(title, cell) for title, cell in named if cell.blocks]
    if name:
        listing = Listing(is_ordered=False, items=tuple(map(Item, parts)))
        return Item((*name, listing) if parts else name)
    return Item(tuple(block for part in parts for block in part))


def _pair(term: Cell, said: Cell) -> tuple[Block, ...]:
    """Return a term and what is said of it, in one paragraph where that is one."""
    runs = tuple(run for block in term.blocks if isinstance(block, Paragraph) for run in block.runs)
    if runs and not runs[-1].text.endswith(SENTENCE_ENDS):
        runs = (*runs, Run(":"))
    first, *others = said.blocks or (Paragraph((Run("–"),)),)
    if isinstance(first, Paragraph):
        return (Paragraph((*runs, Run(" "), *first.runs)), *others)
    return (Paragraph(runs), first, *others)


# ---------------------------------------------------------------- tables


def _table(table: Table) -> str:
    caption = tuple(replace(run, is_emphasis=True) for run in table.caption)
    places = grid(table.head[:1] + table.body)
    head, *body = [[_in_cell(cell, is_first=is_first) for cell, is_first in row] for row in places]
    rows = [head, ["---"] * len(head), *body]
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n\n".join(filter(None, (_paragraph(caption, MARKDOWN), lines)))


def _in_cell(cell: Cell, *, is_first: bool) -> str:
    """Return a cell on one line; what it covers to its right stays empty, below it is repeated."""
    if not is_first and cell.columns > 1:
        return ""
    return "<br>".join(line for block in cell.blocks for line in _lines_in_cell(block))


def _lines_in_cell(block: Block) -> list[str]:
    match block:
        case Paragraph() | Heading():
            return [_line(block.runs, "<br>")]
        case Listing():
            parts = [part for item in block.items for part in item.blocks]
            return [f"• {line}" for part in parts for line in _lines_in_cell(part)]
        case _:
            return []
