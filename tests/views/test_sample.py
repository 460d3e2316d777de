"""The sample: what everybody can see before they start."""

import re
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from django.test import Client

from assessor import demos
from assessor.models import Edition
from assessor.report import making
from assessor.report import pdf as pdfs
from assessor.report.pdf import PdfError
from assessor.report.record import Record
from assessor.views import sample
from tests.builders import database, make_edition, text_of
from tests.knowledge.editions import changed, shipped

pytestmark = pytest.mark.django_db

ADDRESSES = ["/sample/", "/sample/report/", "/sample/report.pdf"]

every_address = pytest.mark.parametrize("address", ADDRESSES)


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    """What PDFs were made from. What is in a PDF is tested elsewhere."""
    records: list[Record] = []

    def pdf_for(record: Record, *_: object) -> bytes:
        records.append(record)
        return f"%PDF {record.suggestion.edition_sha256}".encode()

    monkeypatch.setattr(pdfs, "pdf_for", pdf_for)
    return records


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, rendered: list[Record]) -> Iterator[None]:
    """Start without a PDF that an earlier test has made, and leave none to the next."""
    monkeypatch.setattr(pdfs, "availability", lambda: "")
    sample.printed_under.cache_clear()
    yield
    sample.printed_under.cache_clear()


def shown(address: str = "/sample/") -> str:
    return " ".join(text_of(Client().get(address)).split())


# ---------------------------------------------------------------- what it shows


def test_the_sample_is_the_result_of_an_invented_organisation() -> None:
    make_edition()
    page = shown()
    assert "This is a sample: an invented organisation." in page
    assert "Lindenmark Mutual Insurance (sample)" in page
    assert page.count("<h1") == 1
    name = shipped().options["enterprise_vpc_foundation"].short_name
    assert f"“{name}” fits best</h1>" in page


def test_the_sample_has_every_section_that_a_result_has() -> None:
    make_edition()
    page = shown()
    for section in ("why", "points", "options", "situation", "unknown", "plan", "answers"):
        assert f'id="{section}"' in page, section
        assert f'href="#{section}"' in page, section


def test_every_link_on_the_page_leads_somewhere() -> None:
    make_edition()
    page = shown()
    inside = {target for target in re.findall(r'href="#([^"]+)"', page) if target != "main"}
    assert inside <= set(re.findall(r'id="([^"]+)"', page))
    for address in set(re.findall(r'href="(/[^"#?]*)"', page)):
        assert Client().get(address).status_code == 200, address


def test_nothing_on_the_page_needs_a_stored_assessment() -> None:
    make_edition()
    page = shown()
    assert not re.findall(r'(?:href|action|hx-\w+)="/a/[^"]*"', page)
    assert re.findall(r'<form[^>]*action="([^"]+)"', page) == ["/theme/"]
    assert "what-if" not in page
    assert "summary-change" not in page
    assert "Not issued" not in page
    assert "report None" not in page


def test_the_page_leads_to_an_assessment_of_ones_own_to_the_pdf_and_to_the_print_view() -> None:
    make_edition()
    page = shown()
    for address in ("/assessments/new/", "/sample/report.pdf", "/sample/report/"):
        assert f'href="{address}"' in page


def test_without_pdfs_the_print_view_takes_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    make_edition()
    monkeypatch.setattr(pdfs, "availability", lambda: "It lacks libpango.")
    page = shown()
    assert "/sample/report.pdf" not in page
    assert "/sample/report/" in page
    assert "It lacks libpango." in page


@pytest.mark.parametrize("address", ["/", "/help/"])
def test_the_sample_is_found_from_where_people_come_in(address: str) -> None:
    make_edition()
    assert 'href="/sample/">See a sample result</a>' in shown(address)


def test_the_print_view_leads_back() -> None:
    make_edition()
    page = shown("/sample/report/")
    assert 'href="/static/report/report.css"' in page
    assert '<a href="/sample/">Back to the result' in page
    assert "Lindenmark Mutual Insurance (sample)" in page


# ---------------------------------------------------------------- which edition


def test_the_sample_follows_the_edition_in_use() -> None:
    make_edition(changed("question_bank/groups/where/title", "Where on earth?"))
    assert "Where on earth?" in shown()


@every_address
def test_before_any_edition_is_loaded_the_shipped_one_is_used(address: str) -> None:
    assert not Edition.objects.exists()
    assert Client().get(address).status_code == 200


def test_beside_an_edition_with_other_questions_the_shipped_one_is_used() -> None:
    make_edition(changed("question_bank/questions/opex_volume/number/max", 1000))
    assert sample._edition() == shipped()


# ---------------------------------------------------------------- the download


def test_the_download_is_a_pdf_with_a_telling_name() -> None:
    response = Client().get("/sample/report.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="assessor-sample-report.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.content.startswith(b"%PDF")


def test_whoever_has_the_pdf_already_is_not_sent_it_again() -> None:
    tag = Client().get("/sample/report.pdf")["ETag"]
    response = Client().get("/sample/report.pdf", headers={"if-none-match": tag})
    assert (response.status_code, response.content) == (304, b"")


def test_the_pdf_is_made_once_and_anew_for_another_edition(rendered: list[Record]) -> None:
    make_edition()
    contents = {Client().get("/sample/report.pdf").content for _ in range(3)}
    assert (len(contents), len(rendered)) == (1, 1)
    Edition.objects.all().delete()
    make_edition(changed("question_bank/groups/where/title", "Where on earth?"))
    assert Client().get("/sample/report.pdf").content not in contents
    assert len(rendered) == 2


def test_many_who_ask_at_once_wait_for_one_pdf(
    rendered: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "_edition", shipped)
    threads = [Thread(target=sample._pdf) for _ in range(making.PLACES.most)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rendered) == 1


def test_a_pdf_that_cannot_be_made_leads_to_the_print_view_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: Record) -> bytes:
        raise PdfError("Making the PDF took too long.")

    with monkeypatch.context() as patch:
        patch.setattr(pdfs, "pdf_for", fail)
        response = Client().get("/sample/report.pdf")
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "Making the PDF took too long." in text_of(response)
    assert 'href="/sample/report/"' in text_of(response)
    assert Client().get("/sample/report.pdf").status_code == 200


# ---------------------------------------------------------------- how it behaves


@every_address
def test_looking_stores_nothing_and_sending_is_refused(address: str) -> None:
    make_edition()
    before = database()
    assert Client().get(address).status_code == 200
    assert Client().head(address).status_code == 200
    assert Client().post(address).status_code == 405
    assert database() == before


@every_address
def test_looking_takes_one_query(address: str, django_assert_num_queries: Any) -> None:
    make_edition()
    Client().get(address)
    with django_assert_num_queries(1):
        Client().get(address)


def test_the_sample_of_the_shipped_edition_leads_to_what_its_file_says() -> None:
    record = sample.sample_under(shipped(), "en").record
    assert record.suggestion.leader == demos.one(shipped(), demos.SAMPLE).expect.leader
    assert (record.number, record.issued_at, record.sha256) == (None, None, None)
