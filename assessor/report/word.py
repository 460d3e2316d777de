"""The report as a Word document that can be edited: real headings, lists, captions and tables."""

import io
from functools import singledispatchmethod

import docx
from docx.document import Document as WordDocument
from docx.table import _Cell as WordCell
from docx.text.paragraph import Paragraph as WordParagraph

from assessor.report import word_parts as parts
from assessor.report.blocks import (
    Block,
    Cell,
    Document,
    Drawing,
    Heading,
    Item,
    Listing,
    Paragraph,
    Run,
    Table,
    grid,
)
from assessor.report.left_out import left_out

DEEPEST = 3
"""Word's own list styles end there."""

SHORTEST, LONGEST = 4, 400
"""Characters: shorter columns get the width of the one, longer ones that of the other."""

Place = WordDocument | WordCell


def written(document: Document) -> bytes:
    """Return a DOCX: always the same bytes for the same document."""
    word = docx.Document()
    parts.set_look(word, document.language)
    parts.describe(word, title=document.title, created=document.created)
    writer = _Writer(word)
    for block in document.blocks:
        writer.write(block, word)
    file = io.BytesIO()
    word.save(file)
    return parts.undated(file, document.created)


class _Writer:
    """Writes blocks at the end of a place: the document, or a cell of a table."""

    def __init__(self, word: WordDocument) -> None:
        self.word = word
        self.styles = {str(style.name): style.style_id for style in word.styles}
        self.names: dict[str, str] = {}
        self.marks = 0

    @singledispatchmethod
    def write(self, block: Block, place: Place, depth: int = 0) -> None:
        """Write a block; ``depth`` counts the lists around it."""
        raise TypeError(type(block))

    @write.register
    def _heading(self, block: Heading, place: Place, depth: int = 0) -> None:
        paragraph = self._paragraph_in(place, f"Heading {block.level}")
        self._mark(paragraph, block.anchor)
        self._text(paragraph, block.runs)

    @write.register
    def _paragraph(self, block: Paragraph, place: Place, depth: int = 0) -> None:
        in_cell = isinstance(place, WordCell)
        style = "List Continue" if depth else parts.IN_TABLES if in_cell else "Normal"
        self._text(self._paragraph_in(place, style), block.runs)

    @write.register
    def _drawing(self, block: Drawing, place: Place, depth: int = 0) -> None:
        run = Run(left_out(block), is_emphasis=True)
        self._text(self._paragraph_in(place, "Normal"), (run,))

    def _paragraph_in(self, place: Place, style: str) -> WordParagraph:
        paragraph = place.add_paragraph()
        parts.set_style(paragraph, self.styles[style])
        return paragraph

    # ------------------------------------------------------------ lists

    @write.register
    def _listing(self, block: Listing, place: Place, depth: int = 0) -> None:
        name = "List Number" if block.is_ordered else "List Bullet"
        level = min(depth + 1, DEEPEST)
        style = name if level == 1 else f"{name} {level}"
        numbering = parts.new_numbering(self.word, style) if block.is_ordered else None
        for item in block.items:
            paragraph = self._paragraph_in(place, style)
            if numbering is not None:
                parts.use_numbering(paragraph, numbering)
            self._item(item, paragraph, place, depth + 1)

    def _item(self, item: Item, paragraph: WordParagraph, place: Place, depth: int) -> None:
        self._mark(paragraph, item.anchor)
        blocks = item.blocks
        if blocks and isinstance(blocks[0], Paragraph):
            self._text(paragraph, blocks[0].runs)
            blocks = blocks[1:]
        for block in blocks:
            self.write(block, place, depth)

    # ------------------------------------------------------------ tables

    @write.register
    def _table(self, block: Table, _place: Place, depth: int = 0) -> None:
        if block.caption:
            caption = self._paragraph_in(self.word, "Caption")
            caption.paragraph_format.keep_with_next = True
            self._text(caption, block.caption)
        rows = block.head + block.body
        places = grid(rows)
        if not places:
            return
        word = self.word.add_table(len(places), len(places[0]), style="Table Grid")
        parts.set_widths(word, _shares(places))
        self._cells([row.cells for row in word.rows], places)
        for number, (row, source) in enumerate(zip(word.rows, rows, strict=True)):
            is_head = number < len(block.head)
            parts.set_row(row, is_head=is_head)
            self._mark(row.cells[0].paragraphs[0], source.anchor)
            for cell in row.cells if is_head else ():
                parts.set_heading(cell)
        self._paragraph_in(self.word, "No Spacing")  # else the next table would join this one

    def _cells(
        self, cells: list[tuple[WordCell, ...]], places: list[list[tuple[Cell, bool]]]
    ) -> None:
        for down, line in enumerate(places):
            for across, (cell, is_first) in enumerate(line):
                if is_first:
                    bottom = min(down + cell.rows, len(places)) - 1
                    last = cells[bottom][across + cell.columns - 1]
                    first = cells[down][across]
                    self._cell(cell, first if first is last else first.merge(last))

    def _cell(self, cell: Cell, place: WordCell) -> None:
        empty = place.paragraphs[0]
        for block in cell.blocks:
            self.write(block, place)
        if cell.blocks:
            parts.remove(empty)

    # ------------------------------------------------------------ text

    def _text(self, paragraph: WordParagraph, runs: tuple[Run, ...]) -> None:
        for run in runs:
            word = paragraph.add_run(run.text)
            if run.is_break:
                word.add_break()
            word.bold, word.italic = run.is_strong or None, run.is_emphasis or None
            if run.address.startswith("#"):
                parts.add_reference(paragraph, word, self._name(run.address[1:]))
            elif run.address:
                parts.add_link(paragraph, word, run.address)

    def _mark(self, paragraph: WordParagraph, anchor: str) -> None:
        if anchor:
            self.marks += 1
            parts.add_mark(paragraph, self._name(anchor), self.marks)

    def _name(self, anchor: str) -> str:
        """Return what Word calls a place: it allows neither hyphens nor long names."""
        return self.names.setdefault(anchor, f"place_{len(self.names) + 1}")


def _shares(places: list[list[tuple[Cell, bool]]]) -> list[float]:
    """Return the share of a table's width for each column: more for more text, enough for each."""
    lengths = [
        max((_length(cell.blocks) for cell, _ in column if cell.columns == 1), default=0)
        for column in zip(*places, strict=True)
    ]
    weights = [min(max(length, SHORTEST), LONGEST) ** 0.5 for length in lengths]
    return [weight / sum(weights) for weight in weights]


def _length(blocks: tuple[Block, ...]) -> int:
    """Return the characters of the paragraphs in a cell."""
    total = 0
    for block in blocks:
        if isinstance(block, Paragraph | Heading):
            total += sum(len(run.text) for run in block.runs)
        elif isinstance(block, Listing):
            total += sum(_length(item.blocks) for item in block.items)
    return total
