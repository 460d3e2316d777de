"""What Word documents have and python-docx has no words for: links, marks, numbers, dates."""

import io
from datetime import UTC, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FONT = "Calibri"
INK = RGBColor(0x13, 0x21, 0x2B)
ACCENT = RGBColor(0x0B, 0x5A, 0x6E)
SHADE = "E0F0F3"
TEXT_WIDTH = 170
"""Millimetres: an A4 page without its margins."""

SIZES = {"Heading 1": 20, "Heading 2": 15, "Heading 3": 12, "Heading 4": 10.5}
"""Points."""

IN_TABLES = "Table Text"
OLDEST = datetime(1980, 1, 1, tzinfo=UTC)
"""The first moment that a ZIP archive can name."""


def xml_of(proxy: Any) -> Any:
    """Return the element behind an object of python-docx, which offers no other way to it."""
    return proxy._element  # noqa: SLF001


# ---------------------------------------------------------------- look


def set_look(word: Document, language: str) -> None:
    """Set paper, fonts, colours and the language that spelling is checked in."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    _set_style(word, "Normal", size=10, colour=INK, after=6)
    for name, size in SIZES.items():
        _set_style(word, name, size=size, colour=ACCENT, after=4)
    _set_style(word, "Caption", size=9, colour=INK, after=3)
    word.styles.add_style(IN_TABLES, word.styles["Normal"].type)
    _set_style(word, IN_TABLES, size=9, colour=INK, after=1)
    for tongue in xml_of(word.styles).iter(qn("w:lang")):
        tongue.set(qn("w:val"), language)


def _set_style(word: Document, name: str, *, size: float, colour: RGBColor, after: int) -> None:
    style: Any = word.styles[name]
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), colour
    style.paragraph_format.space_after = Pt(after)
    fonts = xml_of(style).rPr.rFonts
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)  # it would win over the name


def set_style(paragraph: Paragraph, style_id: str) -> None:
    """Set the style by its id: by its name it takes most of the time that a document takes."""
    xml_of(paragraph).get_or_add_pPr().style = style_id


def set_widths(table: Any, shares: list[float]) -> None:
    """Set the widths of columns, as shares of the text's width."""
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Mm(TEXT_WIDTH * share)
    for row in table.rows:
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = Mm(TEXT_WIDTH * share)


def set_heading(cell: Any) -> None:
    """Make a cell look like one of a table's head."""
    for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
        run.bold = True
    _add(xml_of(cell).get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill=SHADE)


def set_row(row: Any, *, is_head: bool) -> None:
    """Keep a row on one page; one of the head is repeated on each."""
    properties = xml_of(row).get_or_add_trPr()
    _add(properties, "w:cantSplit")
    if is_head:
        _add(properties, "w:tblHeader")


# ---------------------------------------------------------------- links and numbers


def add_link(paragraph: Paragraph, run: Run, address: str) -> None:
    """Make the run a link to an address outside the document."""
    target = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = _wrapped(paragraph, run)
    link.set(qn("r:id"), target)


def add_reference(paragraph: Paragraph, run: Run, mark: str) -> None:
    """Make the run a link to a mark in the document."""
    _wrapped(paragraph, run).set(qn("w:anchor"), mark)


def _wrapped(paragraph: Paragraph, run: Run) -> Any:
    run.font.underline, run.font.color.rgb = True, ACCENT
    link = _add(xml_of(paragraph), "w:hyperlink")
    link.append(xml_of(run))
    return link


def add_mark(paragraph: Paragraph, name: str, number: int) -> None:
    """Name the place where a paragraph starts."""
    _add(xml_of(paragraph), "w:bookmarkStart", id=str(number), name=name)
    _add(xml_of(paragraph), "w:bookmarkEnd", id=str(number))


def new_numbering(word: Document, style: str) -> int:
    """Return a numbering like that of a list style, which starts at 1 again."""
    numbering = xml_of(word.part.numbering_part)
    like = numbering.num_having_numId(xml_of(word.styles[style]).pPr.numPr.numId.val)
    number = numbering.add_num(like.abstractNumId.val)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(number.numId)


def use_numbering(paragraph: Paragraph, numbering: int) -> None:
    """Number a paragraph as one of these."""
    properties = xml_of(paragraph).get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = numbering


def remove(proxy: Any) -> None:
    """Take an object out of its document."""
    element = xml_of(proxy)
    element.getparent().remove(element)


def _add(parent: Any, tag: str, **attributes: str) -> Any:
    child = OxmlElement(tag)
    for name, value in attributes.items():
        child.set(qn(f"w:{name}"), value)
    parent.append(child)
    return child


# ---------------------------------------------------------------- what is said about it


def describe(word: Document, *, title: str, created: datetime | None) -> None:
    """Say what the file is, not who wrote it; without a date, nothing of when it was made."""
    about = word.core_properties
    about.title, about.author, about.last_modified_by = title[:255], "", ""
    about.comments, about.revision = "", 1
    if created:
        about.created = about.modified = created.astimezone(UTC).replace(tzinfo=None)
        return
    for name in ("dcterms:created", "dcterms:modified"):
        for element in xml_of(about).findall(qn(name)):
            xml_of(about).remove(element)


def undated(file: io.BytesIO, created: datetime | None) -> bytes:
    """Return a ZIP archive without the time at which it happened to be packed."""
    moment = max(created.astimezone(UTC) if created else OLDEST, OLDEST)
    packed = io.BytesIO()
    with ZipFile(file) as old, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(_entry(name, moment), old.read(name))
    return packed.getvalue()


def _entry(name: str, moment: datetime) -> ZipInfo:
    entry = ZipInfo(name, moment.timetuple()[:6])
    entry.compress_type, entry.create_system = ZIP_DEFLATED, 0
    return entry
