"""Continuing from an earlier report: what is taken over, what is not, and who is told."""

import json
import re
import time
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime

from assessor.knowledge.hashing import sha256_of
from assessor.models import Assessment, Report
from assessor.report import report_file, uploads
from assessor.report.children import Places
from assessor.views.imports import SALT
from assessor.workflow import drafts
from tests.advice.answers import situation
from tests.builders import Response, another_edition, database, stored, submitted, text_of
from tests.report import pdfs

pytestmark = pytest.mark.django_db

ADDRESS = "/assessments/import/"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "TIMEOUT", 240)
    monkeypatch.setattr(uploads, "PATIENCE", 240)


@pytest.fixture
def report() -> Report:
    return submitted()


@pytest.fixture
def file(report: Report) -> bytes:
    return report_file.written(report)


def changed(file: bytes, *, intact: bool = True, **content: Any) -> bytes:
    value = json.loads(file)
    value["content"] |= content
    if intact:
        value["sha256"] = sha256_of(value["content"])
    return json.dumps(value).encode()


def send(file: bytes, browser: Client | None = None) -> Response:
    sent = SimpleUploadedFile("any", file)
    return (browser or Client()).post(ADDRESS, {"file": sent})


def words(response: Response) -> str:
    return " ".join(text_of(response).split())


def form_of(page: Response) -> dict[str, Any]:
    """Return what the form on the second page sends when nothing is changed."""
    form = page.context["form"]
    fields = {bound.name: bound.value() or "" for bound in form}
    return {**fields, "import": page.context["signed"]}


def imported(file: bytes, **changes: Any) -> Assessment:
    """Take a file through both pages."""
    browser = Client()
    response = browser.post(ADDRESS, {**form_of(send(file, browser)), **changes})
    assert response.status_code == 302, text_of(response)
    return Assessment.objects.latest("created_at")


# ---------------------------------------------------------------- a new draft


def test_a_json_file_becomes_a_draft_with_the_same_answers(report: Report, file: bytes) -> None:
    draft = imported(file)
    assert draft != report.assessment
    assert draft.is_draft
    assert stored(draft) == situation()
    assert (draft.initiative, draft.organisation) == ("Contract drafts", "Northwind")
    assert draft.edition == report.edition


def test_so_does_the_pdf_that_carries_it(file: bytes) -> None:
    assert stored(imported(pdfs.carrying(file))) == situation()


def test_it_can_be_given_another_name_on_the_way(file: bytes) -> None:
    assert imported(file, initiative="Second try").initiative == "Second try"


def test_the_answers_are_in_its_history(file: bytes) -> None:
    draft = imported(file)
    assert draft.changes.count() == len(situation())
    assert draft.revision == 1


def test_an_edition_that_is_published_at_the_same_moment_gets_no_answer_it_does_not_take(
    file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = drafts.start_imported

    def published_first(*of: Any) -> Any:
        another_edition("2027.1", how_deadline="how_urgent")
        return start(*of)

    monkeypatch.setattr(drafts, "start_imported", published_first)
    browser = Client()
    response = browser.post(ADDRESS, form_of(send(file, browser)))
    assert response.status_code == 409
    assert "The questions have changed" in text_of(response)
    assert "Contract drafts" in text_of(response)
    assert 'href="/assessments/"' in text_of(response)
    assert Assessment.objects.count() == 1


def test_the_draft_says_where_it_came_from(report: Report, file: bytes) -> None:
    browser = Client()
    page = send(file, browser)
    hub = browser.post(ADDRESS, form_of(page))["Location"]
    said = words(browser.get(hub))
    day = date_format(localtime(report.issued_at), "j F Y")
    assert f"Continued from report 1 of “Contract drafts”, issued on {day} with edition" in said
    assert "Keep your private link" in said
    assert "altered" not in said


def test_a_file_of_another_installation_works_as_well(report: Report, file: bytes) -> None:
    elsewhere = changed(file, initiative="Elsewhere", number=7)
    draft = imported(elsewhere)
    assert draft.initiative == "Elsewhere"
    assert draft.imported == {
        "initiative": "Elsewhere",
        "number": 7,
        "issued_at": report.issued_at.isoformat(),
        "edition": report.edition.version,
        "is_intact": True,
    }


# ---------------------------------------------------------------- what is told first


def test_looking_at_what_is_taken_over_stores_nothing(file: bytes) -> None:
    before = database("assessor.Bucket")
    said = words(send(file))
    assert "From report 1 of “Contract drafts”" in said
    assert f"{len(situation())} answers are taken over." in said
    assert "cannot be taken over" not in said
    assert database("assessor.Bucket") == before


def test_what_is_not_taken_over_is_listed_before_anything_is_lost(file: bytes) -> None:
    answers = {**situation(where_scope="galaxy"), "long_gone": ["a", "b"]}
    lossy = changed(file, answers=answers)
    said = words(send(lossy))
    assert "2 answers cannot be taken over" in said
    assert "<strong>galaxy</strong><br>The question does not allow this answer any more." in said
    assert "long_gone <strong>" in said
    assert "This is not asked any more." in said
    kept = {key: answer for key, answer in situation().items() if key != "where_scope"}
    assert stored(imported(lossy)) == kept


def test_an_altered_file_is_taken_and_named_so(file: bytes) -> None:
    forged = changed(file, intact=False, answers=situation(where_scope="individual"))
    assert "The file was altered after it was issued" in words(send(forged))
    draft = imported(forged)
    assert stored(draft)["where_scope"] == "individual"
    assert draft.imported is not None
    assert draft.imported["is_intact"] is False


def test_markup_in_a_file_is_shown_as_text(file: bytes) -> None:
    markup = "<script>window.pwned=1</script>"
    evil = changed(file, initiative=markup, answers={markup: markup, "where_scope": markup})
    said = text_of(send(evil))
    assert "<script>window" not in said
    assert "&lt;script&gt;" in said
    assert imported(evil).initiative == markup


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [
        (b"", 422, "Choose the PDF or JSON file of a report."),
        (b"%PDF-1.7", 422, "This PDF cannot be read."),
        (pdfs.saved(pdfs.empty()), 422, "This PDF carries no report."),
        (pdfs.bomb(8 * 1024**2), 422, "too large to be a report"),
        (b"{}", 422, "no report of this program"),
        (b"[" * 100_000, 422, "neither a PDF nor a JSON file"),
        (bytes(1024 * 1024 + 1), 413, "The file is larger than 1 MB."),
    ],
    ids=range(7),
)
def test_a_file_that_cannot_be_used_is_refused_with_a_reason(
    report: Report, content: bytes, status: int, reason: str
) -> None:
    response = send(content)
    assert response.status_code == status
    assert reason in text_of(response)
    assert '<a href="#id_file">' in text_of(response)
    assert Assessment.objects.count() == 1


def test_names_that_cannot_be_stored_are_asked_for_again_and_nothing_is_lost(file: bytes) -> None:
    browser = Client()
    page = send(file, browser)
    refused = browser.post(ADDRESS, {**form_of(page), "initiative": ""})
    assert refused.status_code == 422
    assert "Enter a name for the initiative" in text_of(refused)
    assert browser.post(ADDRESS, form_of(refused) | {"initiative": "x"}).status_code == 302


@pytest.mark.parametrize("signed", ["", "x", "x" * 5000, "a:b:c", "\0"])
def test_a_second_page_that_was_tampered_with_is_refused(file: bytes, signed: str) -> None:
    browser = Client()
    form = form_of(send(file, browser))
    response = browser.post(ADDRESS, {**form, "import": signed})
    assert response.status_code == 422
    assert "Choose the file again" in text_of(response)


@pytest.mark.parametrize(("minutes", "status"), [(24 * 60 - 5, 302), (24 * 60 + 5, 422)])
def test_a_second_page_can_be_sent_for_a_day(
    file: bytes, monkeypatch: pytest.MonkeyPatch, minutes: int, status: int
) -> None:
    browser = Client()
    form = form_of(send(file, browser))
    value = signing.loads(form["import"], salt=SALT)
    then = SimpleNamespace(time=lambda: time.time() - 60 * minutes)
    with monkeypatch.context() as earlier:
        earlier.setattr(signing, "time", then)
        form["import"] = signing.dumps(value, salt=SALT, compress=True)
    assert browser.post(ADDRESS, form).status_code == status


def test_what_was_signed_for_something_else_is_refused(file: bytes) -> None:
    browser = Client()
    form = form_of(send(file, browser))
    value = signing.loads(form["import"], salt=SALT)
    form["import"] = signing.dumps(value, salt="other")
    assert browser.post(ADDRESS, form).status_code == 422


def test_a_double_click_starts_one_draft(report: Report, file: bytes) -> None:
    browser = Client()
    form = form_of(send(file, browser))
    places = {browser.post(ADDRESS, form)["Location"] for _ in range(2)}
    assert len(places) == 1
    assert Assessment.objects.count() == 2


def test_the_second_page_has_a_key_of_its_own_each_time(file: bytes) -> None:
    keys = {form_of(send(file))["creation_key"] for _ in range(2)}
    assert len(keys) == 2
    assert all(uuid.UUID(str(key)) for key in keys)


def test_no_answer_is_in_an_address(file: bytes) -> None:
    browser = Client()
    page = send(file, browser)
    assert not re.search(r'(?:href|action|src)="[^"]*(?:where_scope|function)', text_of(page))
    assert re.fullmatch(r"/a/[0-9a-f-]{36}/", browser.post(ADDRESS, form_of(page))["Location"])


def test_the_start_pages_lead_there() -> None:
    submitted()
    for address in ("/", "/assessments/new/"):
        assert f'href="{ADDRESS}"' in text_of(Client().get(address))
    assert 'type="file"' in text_of(Client().get(ADDRESS))


def test_a_file_that_would_have_to_wait_behind_many_may_be_sent_again(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PLACES", Places(0))
    pdf = pdfs.carrying(report_file.written(report))
    response = Client().post(ADDRESS, {"file": SimpleUploadedFile("report.pdf", pdf)})
    assert response.status_code == 503
    assert "Many files are being read at this moment." in text_of(response)
