"""Was it issued here, and is it unchanged? What the page says, and what it keeps to itself."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from assessor.knowledge.hashing import sha256_of
from assessor.models import Report
from assessor.report import issued, report_file, uploads, verification
from assessor.report.children import Places
from assessor.report.codes import code_of
from assessor.report.record import record_of
from assessor.report.uploads import Refused
from assessor.report.verification import Finding, of_code, of_file
from tests.builders import Response, database, submitted, text_of
from tests.report import pdfs
from tests.report.records import record

pytestmark = pytest.mark.django_db

SECRETS = ("Contract drafts", "Northwind", "Dana", "2026.11", "private cloud")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "TIMEOUT", 240)
    monkeypatch.setattr(uploads, "PATIENCE", 240)


@pytest.fixture(autouse=True)
def _printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a PDF be a small one that carries what the real one carries."""
    monkeypatch.setattr(issued, "pdf_for", lambda _record, _paper, file: carrying(file.content))


def carrying(content: bytes) -> bytes:
    return pdfs.carrying(content, deterministic_id=True)


@pytest.fixture
def report() -> Report:
    return submitted()


@pytest.fixture
def pdf(report: Report) -> bytes:
    return issued.bytes_of(issued.pdf_of(report))


def altered(report: Report) -> bytes:
    """Return the report's file with another answer, but still under the report's hash."""
    value = json.loads(report_file.written(report))
    value["content"]["answers"]["where_scope"] = "individual"
    return json.dumps(value).encode()


def verify(file: bytes | None = None, **data: Any) -> Response:
    if file is not None:
        data["file"] = SimpleUploadedFile("any.pdf", file)
    return Client().post("/verify/", data)


def shown(response: Response) -> str:
    assert response.status_code == 200
    return " ".join(text_of(response).split())


def told_of_the_secrets(response: Response) -> list[str]:
    return [secret for secret in SECRETS if secret in text_of(response)]


# ---------------------------------------------------------------- findings


def test_the_very_bytes_that_were_issued_are_unchanged(report: Report, pdf: bytes) -> None:
    verdict = of_file(pdf)
    assert (verdict.finding, verdict.report, verdict.paper) == (Finding.UNCHANGED, report, "A4")


def test_they_need_no_reading(pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "report_in", None)
    assert of_file(pdf).finding is Finding.UNCHANGED


def test_the_file_in_it_is_unchanged_too(report: Report) -> None:
    assert of_file(report_file.written(report)).finding is Finding.UNCHANGED


def test_a_pdf_saved_again_is_not_the_one_that_was_issued(report: Report, pdf: bytes) -> None:
    for again in (pdf + b"\n", pdfs.carrying(report_file.written(report), linearize=True)):
        verdict = of_file(again)
        assert (verdict.finding, verdict.report) == (Finding.SAME_DATA, report)


def test_a_file_that_says_something_else_is_altered(report: Report) -> None:
    for file in (altered(report), carrying(altered(report))):
        assert of_file(file).finding is Finding.CHANGED


def test_data_with_something_besides_is_not_what_was_issued(report: Report) -> None:
    value = json.loads(report_file.written(report))
    more = json.dumps({**value, "approved_by": "The board"}).encode()
    assert of_file(more).finding is Finding.SAME_DATA
    assert of_file(json.dumps(value, indent=2).encode()).finding is Finding.UNCHANGED


def test_data_that_two_readers_would_read_differently_is_no_report(report: Report) -> None:
    issued, other = report_file.written(report), altered(report)
    twice = other.rstrip()[:-1] + b"," + issued.lstrip()[1:]
    assert json.loads(twice) == json.loads(issued)
    with pytest.raises(Refused, match="neither a PDF nor a JSON file of a report"):
        of_file(twice)


def test_a_report_of_another_installation_is_not_ours(report: Report) -> None:
    value = json.loads(report_file.written(report))
    value["content"]["initiative"] = "Another"
    value["sha256"] = sha256_of(value["content"])
    assert of_file(json.dumps(value).encode()).finding is Finding.UNKNOWN


def test_a_code_finds_its_report_and_no_other(report: Report) -> None:
    others = [submitted(initiative=f"Other {number}") for number in range(5)]
    for each in (report, *others):
        verdict = of_code(code_of(each.sha256))
        assert (verdict.finding, verdict.report) == (Finding.ISSUED, each)
    assert of_code("0000-0000-0000-0000").finding is Finding.UNKNOWN
    assert of_code("ZZZZ-ZZZZ-ZZZZ-ZZZZ").finding is Finding.UNKNOWN


def test_asking_takes_one_question_to_the_database(
    report: Report, pdf: bytes, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        of_code(code_of(report.sha256))
    with django_assert_num_queries(1):
        of_file(pdf)


# ---------------------------------------------------------------- the page


def test_the_page_says_what_was_issued_to_whoever_holds_the_file(pdf: bytes) -> None:
    response = verify(pdf)
    words = shown(response)
    assert "Issued by this installation, and unchanged" in words
    assert "Contract drafts" in words
    assert "Northwind" in words
    assert "<dd>A4</dd>" in words


def test_a_code_alone_tells_date_number_and_hash_and_nothing_else(report: Report) -> None:
    response = verify(code=code_of(report.sha256))
    words = shown(response)
    assert "Issued by this installation" in words
    assert f"{report.issued_at:%-d %B %Y}" in words
    assert report.sha256 in words.replace("<wbr>", "")
    assert told_of_the_secrets(response) == []


def test_an_altered_file_tells_no_more_than_a_code(report: Report) -> None:
    response = verify(altered(report))
    assert "Altered" in shown(response)
    assert told_of_the_secrets(response) == []


def test_what_is_not_ours_tells_nothing(report: Report) -> None:
    response = verify(code="0000-0000-0000-0000")
    assert "Not issued by this installation" in shown(response)
    assert report.sha256 not in text_of(response).replace("<wbr>", "")


@pytest.mark.parametrize("name", ["", "report.exe", "../../etc/passwd", "a\0b", "x" * 500])
def test_the_name_of_the_file_does_not_matter(pdf: bytes, name: str) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\nContent-Type: text/html\r\n\r\n'
        + pdf
        + b"\r\n--x--\r\n"
    )
    response = Client().post("/verify/", body, content_type="multipart/form-data; boundary=x")
    assert response.status_code in {200, 422}


@pytest.mark.parametrize(
    ("file", "status", "words"),
    [
        (None, 422, "Choose a file, or enter a code."),
        (b"", 422, "Choose a file, or enter a code."),
        (b"%PDF-1.7 \xff\xfe", 422, "This PDF cannot be read."),
        (b"MZ\x90", 422, "neither a PDF nor a JSON file"),
        (pdfs.bomb(8 * 1024**2), 422, "too large to be a report"),
        (bytes(1024 * 1024 + 1), 413, "The file is larger than 1 MB"),
    ],
    ids=range(6),
)
def test_what_cannot_be_verified_is_refused_with_a_reason(
    file: bytes | None, status: int, words: str
) -> None:
    response = verify(file)
    assert response.status_code == status
    assert words in text_of(response)
    assert '<a href="#id_file">' in text_of(response)


@pytest.mark.parametrize("code", ["7K3M", "x" * 5000, "<script>alert(1)</script>", "a\0b", "🙂"])
def test_what_is_no_code_is_refused_and_shown_again_as_text(code: str) -> None:
    response = verify(code=code)
    assert response.status_code == 422
    assert "A code has 16 letters and digits" in text_of(response)
    assert "<script>alert" not in text_of(response)


def test_nothing_is_stored_and_nothing_logged(
    report: Report, pdf: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    before = database("assessor.Bucket")
    for file in (pdf, altered(report), b"%PDF secret", pdfs.carrying(b"secret")):
        verify(file)
    verify(code=code_of(report.sha256))
    assert database("assessor.Bucket") == before
    assert "secret" not in caplog.text
    assert code_of(report.sha256) not in caplog.text


# ---------------------------------------------------------------- what is printed


def test_the_report_says_where_to_verify_it(report: Report) -> None:
    from assessor.report.document import report_html  # noqa: PLC0415

    with override_settings(PUBLIC_URL="https://assess.example.org"):
        printed = " ".join(report_html(record_of(report)).split())
        where = "https://assess.example.org/verify/"
        assert f"verify it at {where} with the code {code_of(report.sha256)}" in printed
    printed = " ".join(report_html(record()).split())
    assert "verify it at /verify/ with the code 7YD3-Z6HZ-K8ZS-MFWT" in printed


def test_a_file_that_would_have_to_wait_behind_many_may_be_sent_again(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PLACES", Places(0))
    response = verify(carrying(report_file.written(report)))
    assert response.status_code == 503
    assert "Many files are being read at this moment." in text_of(response)
