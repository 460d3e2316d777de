"""The report as PDF, read back; and what happens when it cannot be made."""

import re
import warnings
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import page
import pikepdf
import pytest
from PIL import Image
from pypdf import PdfReader

from assessor import bootstrap
from assessor.knowledge import read_document
from assessor.knowledge.overlay import Settings, derived
from assessor.models import Paper
from assessor.report import pdf, report_file
from assessor.report.pdf import PdfError
from assessor.report.rendering import Enclosure
from tests.knowledge.editions import document
from tests.report import jobs
from tests.report.records import FOUR_UNKNOWN, NOTHING_IS_LEFT, record
from tests.report.structure import defects

LONG = 240
"""Seconds that a busy machine may take: what is tested here is not how fast it is."""


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TIMEOUT", LONG)
    monkeypatch.setattr(pdf, "PATIENCE", LONG)


FILE = Enclosure(
    name=report_file.NAME,
    description="The answers",
    content=b'{"a":1}',
    dated=datetime(2026, 11, 22, 10, 42, tzinfo=UTC),
    identifier="sha256:3f9a",
)


def issue() -> bytes:
    answers: dict[str, Any] = {"why_success": "One day instead of five"}
    return pdf.pdf_for(record(answers=answers), Paper.A4, FILE)


@pytest.fixture(scope="module")
def made() -> bytes:
    """Return one real PDF, made once."""
    if reason := pdf.availability():
        warnings.warn(f"NO PDF IS TESTED: {reason}", stacklevel=1)
        pytest.skip(f"!!! NO PDF IS TESTED: {reason}")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(pdf, "TIMEOUT", LONG)
        monkeypatch.setattr(pdf, "PATIENCE", LONG)
        return issue()


@pytest.fixture(scope="module")
def reader(made: bytes) -> PdfReader:
    return PdfReader(BytesIO(made))


@pytest.fixture(scope="module")
def pages(reader: PdfReader) -> list[str]:
    """Return the text of each page; reading it takes seconds."""
    return [page.extract_text() for page in reader.pages]


# ---------------------------------------------------------------- one real PDF


@pytest.fixture(scope="module")
def root(reader: PdfReader) -> Any:
    """Return the catalogue of the document."""
    return reader.root_object


def test_it_says_what_it_is_and_in_which_language(reader: PdfReader, root: Any) -> None:
    assert reader.metadata is not None
    assert reader.metadata.title == "Contract drafts: how to deploy it, report 2"
    assert reader.metadata.subject is not None
    assert reader.metadata.subject.startswith("Serving suggestion for a generative AI initiative")
    assert reader.metadata.creator == "Assessor"
    assert reader.metadata.creation_date == FILE.dated
    assert reader.metadata.modification_date == FILE.dated
    assert root["/Lang"] == "en"
    assert b"<dc:identifier>sha256:3f9a</dc:identifier>" in root["/Metadata"].get_data()


def test_what_is_known_of_it_unopened_tells_nothing_but_the_initiative(
    reader: PdfReader, root: Any
) -> None:
    told = f"{dict(reader.metadata or {})} {root['/Metadata'].get_data().decode()}"
    for confidential in ("Dana", "Northwind", "private cloud", "fits", "97", "One day"):
        assert confidential not in told


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_a_validator_finds_no_fault(made: bytes, profile: str) -> None:
    assert faults(made, profile) == []


@pytest.mark.usefixtures("made", "_patient")
@pytest.mark.parametrize("case", [NOTHING_IS_LEFT, FOUR_UNKNOWN])
def test_a_validator_finds_no_fault_in_other_results_on_letter_paper(case: str) -> None:
    printed = pdf.pdf_for(record(case), Paper.LETTER, FILE)
    assert faults(printed, "ua1") == faults(printed, "3a") == []
    assert defects(printed) == set()
    pages = PdfReader(BytesIO(printed)).pages
    assert {tuple(map(float, page.mediabox)) for page in pages} == {(0, 0, 612, 792)}
    assert "no AI was used" in pages[0].extract_text()
    assert "Contents" in pages[1].extract_text()


@pytest.mark.usefixtures("made", "_patient")
def test_a_validator_finds_no_fault_in_one_with_a_logo() -> None:
    """Its edges are see-through, as those of most logos are."""
    picture = BytesIO()
    Image.new("RGBA", (60, 20), (20, 90, 110, 120)).save(picture, "PNG")
    settings = Settings(name="Northwind", logo=b64encode(picture.getvalue()).decode())
    ours = read_document(derived(document(), settings, revision=1))
    printed = pdf.pdf_for(replace(record(NOTHING_IS_LEFT), knowledge=ours), file=FILE)
    assert faults(printed, "ua1") == faults(printed, "3a") == []
    assert defects(printed) == set()
    assert [image.name for image in PdfReader(BytesIO(printed)).pages[0].images]


def faults(printed: bytes, profile: str) -> list[str]:
    return [str(fault) for fault in page.validate_pdf_bytes(printed, profile=profile).failures]


def test_its_structure_has_no_defect(made: bytes) -> None:
    assert defects(made) == set()


Document = pikepdf.Pdf


def first(document: Document, key: str, value: str) -> Any:
    """Return the first object of a kind."""
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get(key) == value:
            return item
    raise LookupError(value)


def without_font(document: Document) -> None:
    font = first(document, "/Type", "/FontDescriptor")
    for name in ("/FontFile2", "/FontFile3"):
        if name in font:
            del font[name]


def with_a_heading_left_out(document: Document) -> None:
    first(document, "/S", "/H2").S = pikepdf.Name.H4


def without_header_cells(document: Document) -> None:
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH":
            item.S = pikepdf.Name.TD


def with_another_file(document: Document) -> None:
    document.attachments["other.txt"] = b"x"


def with_a_script(document: Document) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


BREAK: dict[str, Callable[[Document], Any]] = {
    "language": lambda document: document.Root.__delitem__("/Lang"),
    "marked": lambda document: document.Root.__delitem__("/MarkInfo"),
    "tags": lambda document: document.Root.__delitem__("/StructTreeRoot"),
    "title": lambda document: document.docinfo.__delitem__("/Title"),
    "title shown": lambda document: document.Root.__delitem__("/ViewerPreferences"),
    "metadata": lambda document: document.Root.__delitem__("/Metadata"),
    "colours": lambda document: document.Root.__delitem__("/OutputIntents"),
    "files": with_another_file,
    "active": with_a_script,
    "fonts": without_font,
    "pages": lambda document: document.pages[0].obj.__delitem__("/StructParents"),
    "figures": lambda document: first(document, "/S", "/Figure").__setitem__("/Alt", " "),
    "headings": with_a_heading_left_out,
    "tables": without_header_cells,
}


@pytest.mark.parametrize("defect", BREAK)
def test_each_kind_of_defect_would_be_found(made: bytes, defect: str) -> None:
    with pikepdf.open(BytesIO(made)) as document:
        BREAK[defect](document)
        broken = BytesIO()
        document.save(broken)
    assert defects(broken.getvalue()) == {defect}


def test_its_headings_can_be_read_and_jumped_to(reader: PdfReader, pages: list[str]) -> None:
    text = "\n".join(pages)
    bookmarks = [entry["/Title"] for entry in _flat(reader.outline)]
    for heading in (
        "“Small model, private cloud” fits best", "Your situation", "Why this one",
        "Options compared", "The architecture", "First 90 days", "Sign-off",
        "Appendix A: all answers", "Appendix B: how it was computed",
        "Appendix C: the article’s sentences", "Appendix F: words used",
    ):  # fmt: skip
        assert heading in text
        assert any(heading in bookmark for bookmark in bookmarks), heading


def _flat(outline: list[Any]) -> Iterator[Any]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _flat(entry)
        else:
            yield entry


def test_its_pages_are_numbered_and_the_first_stands_alone(pages: list[str]) -> None:
    assert all(f"Page {n} of {len(pages)}" in text for n, text in enumerate(pages, start=1))
    assert "Sign-off" in pages[0]
    assert "no AI was used" in pages[0]
    assert "Contents" in pages[1]


def test_everything_to_be_signed_is_on_one_page(pages: list[str]) -> None:
    [signed] = [text for text in pages if "Accepted by" in text]
    for part in ("What is signed for", "Residual risks accepted", "On 22 November 2027"):
        assert part in signed


@pytest.mark.usefixtures("made", "_patient")
def test_a_list_of_sources_stays_on_one_page() -> None:
    lists = "".join(
        f'<ol class="law-sources"><li>First of {n}.</li><li>Next</li><li>Last of {n}.</li></ol>'
        for n in range(60)
    )
    made = pdf.write_pdf(f"<html><body>{lists}</body></html>", pdf.STYLESHEETS[Paper.A4])
    texts = [page.extract_text() for page in PdfReader(BytesIO(made)).pages]
    assert len(texts) > 2
    for text in texts:
        assert re.findall(r"First of (\d+)", text) == re.findall(r"Last of (\d+)", text)


def test_it_is_no_longer_than_people_read(reader: PdfReader) -> None:
    assert 12 <= len(reader.pages) <= 18


def test_its_fonts_are_ours_and_embedded(made: bytes) -> None:
    fonts = set()
    with pikepdf.open(BytesIO(made)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                assert "/FontFile2" in item or "/FontFile3" in item
                fonts.add(str(item["/FontName"]).partition("+")[2])
    assert fonts
    assert all(name.startswith("Public-Sans") for name in fonts), fonts


def test_it_carries_one_file_with_the_date_of_the_report(reader: PdfReader) -> None:
    [file] = reader.attachment_list
    assert (file.name, file.content) == (report_file.NAME, FILE.content)
    assert (file.creation_date, file.modification_date) == (FILE.dated, FILE.dated)


@pytest.mark.usefixtures("made", "_patient")
def test_a_suggestion_that_was_never_issued_carries_no_file() -> None:
    draft = record(number=None, issued_at=None, sha256=None)
    reader = PdfReader(BytesIO(pdf.pdf_for(draft)))
    assert list(reader.attachment_list) == []
    assert "verify it" not in reader.pages[0].extract_text()


@pytest.mark.usefixtures("_patient")
def test_the_same_report_gives_the_same_bytes(made: bytes) -> None:
    assert issue() == made


@pytest.mark.usefixtures("made", "_patient")
def test_it_is_made_when_nothing_is_left_and_much_was_typed() -> None:
    issued = record(
        NOTHING_IS_LEFT,
        {"why_success": "W" * 600},
        initiative="x" * 120,
        organisation="Ελλάδα Москва 東京 🙂\N{ZERO WIDTH JOINER}",
    )
    assert len(PdfReader(BytesIO(pdf.pdf_for(issued))).pages) > 5


@pytest.mark.usefixtures("made", "_patient")
@pytest.mark.parametrize(
    "evil",
    [
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<img src="file:///etc/hostname">',
        '<p style="background: url(https://static.invalid/../manage.py)">x</p>',
    ],
)
def test_a_document_that_asks_for_anything_else_is_not_made(evil: str) -> None:
    with pytest.raises(PdfError):
        pdf.write_pdf(f"<html><body>{evil}</body></html>")


# ---------------------------------------------------------------- when it cannot be made


def test_what_takes_too_long_is_stopped_and_the_next_one_works() -> None:
    with pytest.raises(PdfError, match="took too long"):
        pdf.in_own_process(jobs.sleep, 600, timeout=0.2)
    assert pdf.in_own_process(str.upper, "next", timeout=LONG) == "NEXT"


@pytest.mark.usefixtures("_patient")
def test_a_process_that_dies_fails_one_pdf_and_is_replaced() -> None:
    with pytest.raises(PdfError, match="could not be made"):
        pdf.in_own_process(jobs.die, timeout=LONG)
    assert pdf.in_own_process(str.upper, "next", timeout=LONG) == "NEXT"


@pytest.fixture
def _without_pango(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    missing = [one for one in bootstrap.LIBRARIES if "pango-1.0" in one.linux]
    monkeypatch.setattr(bootstrap, "missing_libraries", lambda: missing)
    pdf.availability.cache_clear()
    yield
    pdf.availability.cache_clear()


@pytest.mark.usefixtures("_without_pango")
def test_a_machine_without_pango_says_what_to_install() -> None:
    reason = pdf.availability()
    assert "pango" in reason
    assert "apt-get install libpango-1.0-0" in reason
    with pytest.raises(PdfError, match="cannot be made on this server"):
        pdf.write_pdf("<p>")
