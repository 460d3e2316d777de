"""The JSON file that each PDF carries: complete, the same every time, and read with care."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from assessor import uploads
from assessor.knowledge.hashing import sha256_of
from assessor.models import NAME_LENGTH, TEXT_LENGTH, Report
from assessor.report import extraction, report_file
from assessor.report.report_file import NotAReport
from assessor.workflow import issuing, noting
from assessor.workflow.noting import Author
from tests.advice.answers import situation
from tests.builders import make_assessment, owner_of, submitted
from tests.knowledge.editions import ROOT

DOCS = ROOT / "docs"


@pytest.fixture
def report(db: None) -> Report:
    submitted(initiative="Ελλάδα 🙂")
    return Report.objects.get()


@pytest.fixture
def value(report: Report) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(report_file.written(report))
    return read


def sent(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_it_holds_what_the_hash_covers_and_the_hash(report: Report, value: dict[str, Any]) -> None:
    assert value["content"] == report.content()
    assert value["sha256"] == report.sha256 == sha256_of(value["content"])
    assert (value["format"], value["version"]) == ("assessor-report", 1)


def test_it_is_written_the_same_whatever_the_order_of_keys_in_the_database(report: Report) -> None:
    before = report_file.written(report)
    report.answers = dict(reversed(report.answers.items()))
    assert report_file.written(report) == before


def test_it_is_read_back(report: Report) -> None:
    received = report_file.read(report_file.written(report))
    assert received.is_intact
    assert received.file.content.answers == report.answers
    assert received.file.content.issued_at == report.issued_at
    assert received.file.content.suggestion.edition_sha256 == report.edition.sha256


def test_spaces_and_a_byte_order_mark_do_not_matter(value: dict[str, Any]) -> None:
    pretty = json.dumps(value, indent=4, ensure_ascii=False).encode("utf-8-sig")
    assert report_file.read(pretty).is_intact


def test_keys_of_a_later_version_are_let_through(value: dict[str, Any]) -> None:
    value["content"]["suggestion"]["brand_new"] = {"x": 1}
    value["sha256"] = sha256_of(value["content"])
    assert report_file.read(sent(value)).is_intact


def test_whatever_is_changed_is_noticed(value: dict[str, Any]) -> None:
    value["content"]["answers"]["where_scope"] = "individual"
    assert not report_file.read(sent(value)).is_intact


def changed(value: dict[str, Any], path: str, new: Any) -> bytes:
    """Return the file with one thing changed; None leaves it out."""
    *way, last = path.split(".")
    place = value
    for key in way:
        place = place[key]
    place[last] = new
    if new is None:
        del place[last]
    return sent(value)


@pytest.mark.parametrize(
    ("path", "new", "reason"),
    [
        ("format", "other", "not_ours"),
        ("format", None, "not_ours"),
        ("version", 2, "newer"),
        ("version", None, "newer"),
        ("sha256", "x" * 64, "not_ours"),
        ("sha256", 5, "not_ours"),
        ("content", [], "not_ours"),
        ("content.initiative", "x" * 121, "not_ours"),
        ("content.initiative", ["x"], "not_ours"),
        ("content.number", 0, "not_ours"),
        ("content.number", 10**300, "not_ours"),
        ("content.issued_at", "0001-01-01T00:00:00+00:00", "not_ours"),
        ("content.issued_at", "9999-12-31T23:59:59-14:00", "not_ours"),
        ("content.issued_at", "yesterday", "not_ours"),
        ("content.issued_at", "2026-11-22T10:42:00", "not_ours"),
        ("content.answers", ["where_scope"], "not_ours"),
        ("content.answers", {str(n): "x" for n in range(501)}, "not_ours"),
        ("content.suggestion", None, "not_ours"),
        ("content.suggestion.edition_sha256", "../../etc/passwd", "not_ours"),
        ("content.prepared_by", "a\0b", "not_json"),
        ("content.answers", {"a\0b": 1}, "not_json"),
        ("content.prepared_by", "\ud800", "not_json"),
        ("content.number", float("nan"), "not_json"),
    ],
)
def test_a_file_that_is_wrong_is_refused(
    value: dict[str, Any], path: str, new: Any, reason: str
) -> None:
    with pytest.raises(NotAReport, match=reason):
        report_file.read(changed(value, path, new))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"\xff\xfe{", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"a":' * 50_000, "not_json"),
        (b"9" * 100_000, "not_json"),
        (b'{"format":"assessor-report","version":1,"x":1e400}', "not_json"),
        (b'{"format":"assessor-report","version":1,"x":-Infinity}', "not_json"),
        (b"[]", "not_ours"),
        (b"null", "not_ours"),
        (b'"assessor-report"', "not_ours"),
        (b'{"format":"assessor-report","version":1}', "not_ours"),
        (b'{"format":["assessor-report"],"version":1}', "not_ours"),
        (b" " * (extraction.LARGEST + 1), "too_large"),
    ],
    ids=lambda content: f"{content[-20:]!r}",
)
def test_what_is_no_report_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(NotAReport, match=reason):
        report_file.read(content)


def test_the_documentation_has_the_schema_of_now() -> None:
    kept = json.loads(Path(DOCS / "report-json.schema.json").read_text("utf-8"))
    assert kept == report_file.schema(), "write json.dumps(report_file.schema(), indent=2) there"


def test_the_documentation_names_every_key() -> None:
    words = (DOCS / "report-json.md").read_text("utf-8")
    for part in (report_file.ReportFile, report_file.Content, report_file.SuggestionPart):
        for key in part.model_fields:
            assert f"`{key}`" in words, key


def with_notes_as_long_as_may_be() -> bytes:
    assessment = make_assessment(situation())
    author = Author("名" * NAME_LENGTH, owner_of(assessment))
    with suppress(noting.Full):
        while True:
            text = f"{assessment.notes.count()} ".ljust(TEXT_LENGTH, "\U0001f600")
            noting.write(assessment, author, "where_scope", text, in_report=True)
    return report_file.written(issuing.submit(owner_of(assessment)))


@pytest.mark.django_db
def test_a_report_with_the_longest_notes_is_no_larger_than_files_that_people_may_send() -> None:
    content = with_notes_as_long_as_may_be()
    assert 750_000 < len(content) < uploads.LARGEST
    assert report_file.read(content).is_intact


@pytest.mark.django_db
def test_what_was_issued_before_notes_had_a_bound_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noting, "MOST_PRINTED", 3 * noting.MOST_PRINTED)
    content = with_notes_as_long_as_may_be()
    assert len(content) > 2 * uploads.LARGEST
    assert report_file.read(content).is_intact
