"""The report as a Word document."""

import io
import zipfile
from datetime import datetime
from itertools import pairwise
from xml.etree import ElementTree

import docx
import pytest
from django.utils.html import escape
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Mm

from assessor.report.formats import word_document
from assessor.report.parsing import parsed
from assessor.report.record import Record
from assessor.report.word import written
from assessor.templatetags.report_tags import soft_breaks
from tests.report import hostile
from tests.report.records import CASES, NOTHING_IS_LEFT, record


def opened(issued: Record) -> WordDocument:
    return docx.Document(io.BytesIO(word_document(issued)))


@pytest.fixture(scope="module")
def word() -> WordDocument:
    return opened(record())


def styles(word: WordDocument) -> list[str]:
    return [str(paragraph.style.name) for paragraph in word.paragraphs if paragraph.style]


def all_words(word: WordDocument) -> str:
    body = word.element.body
    lines = ("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))
    return " ".join(" ".join(lines).split())


def test_headings_are_headings_and_skip_no_level(word: WordDocument) -> None:
    levels = [int(name[-1]) for name in styles(word) if name.startswith("Heading")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_section_of_the_report_is_there(word: WordDocument) -> None:
    headings = {p.text for p in word.paragraphs if p.style and "Heading 2" in str(p.style.name)}
    assert {"Your situation", "Why this one", "Cost and footprint", "Sign-off"} <= headings
    assert "Appendix E: assumptions behind cost and footprint" in headings
    assert "Appendix F: words used" in headings


def test_there_is_room_to_sign(word: WordDocument) -> None:
    table = next(table for table in word.tables if table.cell(0, 0).text == "Role")
    assert len(table.columns) == 8
    assert [row.cells[0].text for row in table.rows][-1] == "Accepted by Finance"
    assert not any(cell.text for row in table.rows[1:] for cell in row.cells[1:])


def test_tables_have_captions_and_heads_that_are_repeated(word: WordDocument) -> None:
    assert styles(word).count("Caption") > 8
    heads = [table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") for table in word.tables]
    assert sum(head is not None for head in heads) > 8
    assert len(heads) == len(word.tables)


def test_the_same_table_has_the_same_words_as_the_page(word: WordDocument) -> None:
    sure = next(table for table in word.tables if table.cell(0, 0).text == "Reading")
    assert [cell.text for cell in sure.column_cells(0)] == [
        "Reading", "Lead", "Near your priorities", "Any priorities", "Completeness",
    ]  # fmt: skip


def test_an_option_ruled_out_twice_has_one_name_beside_both_reasons(word: WordDocument) -> None:
    out = next(table for table in word.tables if table.cell(0, 1).text == "Why it is out")
    names = [cell.text for cell in out.column_cells(0)]
    twice = next(name for name in names if names.count(name) > 1)
    rows = [row for row in out.rows if row.cells[0].text == twice]
    assert len({row.cells[1].text for row in rows}) == len(rows)


def test_bars_are_left_out_with_their_columns_and_what_explains_them(word: WordDocument) -> None:
    said = all_words(word)
    assert "Range on one scale" not in said
    assert "Each bar runs" not in said
    assert "pale part" not in said
    assert word.inline_shapes._inline_lst == []


def test_the_drawing_is_named_where_it_was(word: WordDocument) -> None:
    said = all_words(word)
    assert said.count("Only the PDF has this drawing") == 1
    assert said.index("Only the PDF has this drawing") < said.index("What flows where")


def test_numbered_lists_each_start_at_one(word: WordDocument) -> None:
    numbers = [tag.get(qn("w:val")) for tag in word.element.body.iter(qn("w:numId"))]
    numbering = word.part.numbering_part.element
    restarted = {
        number.numId
        for number in numbering.num_lst
        if number.find(f".//{qn('w:startOverride')}") is not None
    }
    assert len(set(numbers)) > 3
    assert set(map(int, numbers)) <= restarted


def test_links_lead_to_places_that_exist(word: WordDocument) -> None:
    body = word.element.body
    marks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    wanted = {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))} - {None}
    assert len(marks) == len(set(marks))
    assert wanted
    assert wanted <= set(marks)


def test_paper_language_title_and_date_are_set(word: WordDocument) -> None:
    about = word.core_properties
    assert word.sections[0].page_width == pytest.approx(Mm(210), rel=0.001)
    assert about.title == "Contract drafts: how to deploy it, report 2"
    assert about.created == about.modified
    assert about.created is not None
    assert about.created.replace(tzinfo=None) == datetime(2026, 11, 22, 10, 42)  # noqa: DTZ001
    languages = {tag.get(qn("w:val")) for tag in word.styles.element.iter(qn("w:lang"))}
    assert languages == {"en"}


def test_what_is_known_of_it_unopened_tells_nothing_but_the_initiative() -> None:
    with zipfile.ZipFile(io.BytesIO(word_document(record()))) as archive:
        about = [name for name in archive.namelist() if name.startswith("docProps/")]
        told = b"".join(map(archive.read, about))
    for confidential in (b"Dana", b"Northwind", b"private cloud"):
        assert confidential not in told


def test_the_same_report_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = word_document(record())
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 1, 2, 3, 4, 6, 0, 1, 0))
    assert word_document(record()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 22, 10, 42, 0)}


def test_what_was_never_issued_says_nothing_of_a_date() -> None:
    content = word_document(record(number=None, issued_at=None, sha256=None))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert "created" not in core
    assert "modified" not in core


@pytest.mark.parametrize("text", hostile.ALL.values(), ids=hostile.ALL)
def test_a_text_stays_as_it_is(text: str) -> None:
    html = f"<title>{escape(text.replace(chr(0), ''))}</title><p>{soft_breaks(text)}</p>"
    word = docx.Document(io.BytesIO(written(parsed(html))))
    assert word.paragraphs[0].text == hostile.as_read(text)
    assert word.core_properties.title == hostile.as_read(text)[:255]


@pytest.mark.parametrize("text", [hostile.MARKUP, hostile.LONG_WORD, hostile.CONTROLS])
def test_what_people_type_comes_out_as_text(text: str) -> None:
    issued = record(
        answers={"why_success": text[:600]}, initiative=text, organisation=text, prepared_by=text
    )
    content = word_document(issued)
    word = docx.Document(io.BytesIO(content))
    assert word.paragraphs[0].text == hostile.as_read(text)
    assert hostile.as_read(text[:600]) in all_words(word)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))  # noqa: S314  our own file


def test_a_report_without_a_leader_can_be_written_too() -> None:
    assert "Nothing fits" in all_words(opened(record(NOTHING_IS_LEFT)))


@pytest.mark.parametrize("case", sorted(CASES)[::6])
def test_worked_cases_can_be_written(case: str) -> None:
    assert opened(record(case)).tables
