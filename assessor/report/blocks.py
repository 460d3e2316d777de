"""A document as plain blocks: what every format but HTML and PDF is written from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Run:
    """Text in one style. ``address`` starts with # for a place in the same document."""

    text: str
    is_strong: bool = False
    is_emphasis: bool = False
    is_code: bool = False
    address: str = ""
    is_break: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 6. ``anchor``: what addresses in the document call it."""

    level: int
    runs: tuple[Run, ...]
    anchor: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, never without text."""

    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Item:
    """An item of a list."""

    blocks: tuple[Block, ...]
    anchor: str = ""


@dataclass(frozen=True)
class Listing:
    """A list, numbered or not."""

    is_ordered: bool
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Cell:
    """A cell that covers ``columns`` and ``rows``."""

    blocks: tuple[Block, ...]
    is_heading: bool
    columns: int
    rows: int


@dataclass(frozen=True)
class Row:
    """A row of a table, without the cells that come down from rows above."""

    cells: tuple[Cell, ...]
    anchor: str


@dataclass(frozen=True)
class Table:
    """A table. Without ``head`` its rows are pairs of a term and what is said of it."""

    caption: tuple[Run, ...]
    head: tuple[Row, ...]
    body: tuple[Row, ...]


@dataclass(frozen=True)
class Drawing:
    """A drawing, of which other formats only give the title."""

    title: str


Block = Heading | Paragraph | Listing | Table | Drawing


@dataclass(frozen=True)
class Document:
    """A document with what is said about it. ``created`` is None where it was never issued."""

    language: str
    title: str
    created: datetime | None
    blocks: tuple[Block, ...]


def grid(rows: tuple[Row, ...]) -> list[list[tuple[Cell, bool]]]:
    """Return rows of equal length: each cell at every place it covers, and whether it starts there.

    A place that no cell covers holds an empty one.
    """
    covered: dict[tuple[int, int], tuple[Cell, bool]] = {}
    for down, row in enumerate(rows):
        across = 0
        for cell in row.cells:
            while (down, across) in covered:
                across += 1
            for y in range(min(cell.rows, len(rows) - down)):
                for x in range(cell.columns):
                    covered[down + y, across + x] = (cell, (x, y) == (0, 0))
    width = 1 + max((across for _, across in covered), default=-1)
    empty = (Cell((), is_heading=False, columns=1, rows=1), True)
    return [
        [covered.get((down, across), empty) for across in range(width)] for down in range(len(rows))
    ]
