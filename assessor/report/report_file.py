"""The report as data: the one JSON file that each PDF carries. See docs/report-json.md."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from assessor.knowledge.hashing import sha256_of
from assessor.knowledge.plain_json import from_json
from assessor.models import NAME_LENGTH, Report
from assessor.report.extraction import LARGEST

NAME = "assessor-report.json"
FORMAT = "assessor-report"
VERSION = 1
MOST_ANSWERS = 500

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class NotAReport(ValueError):
    """A file that is no report. The code says why: too_large, not_json, not_ours or newer."""


class Part(BaseModel):
    """A part of the file. Keys that a later version adds are let through."""

    model_config = ConfigDict(frozen=True, extra="allow")


class SuggestionPart(Part):
    """The suggestion; what else it says is described in docs/advise.schema.json."""

    edition: str = Field(max_length=40, description="Version of the questions and rules.")
    edition_sha256: Sha256


class Content(Part):
    """What the hash covers."""

    initiative: str = Field(max_length=NAME_LENGTH)
    organisation: str = Field(max_length=NAME_LENGTH)
    prepared_by: str = Field(max_length=NAME_LENGTH)
    number: int = Field(ge=1, le=10**9)
    issued_at: AwareDatetime = Field(
        ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2999, 12, 31, tzinfo=UTC)
    )
    answers: dict[str, Any] = Field(
        max_length=MOST_ANSWERS, description="Question to answer, as docs/advise.md has them."
    )
    suggestion: SuggestionPart


class ReportFile(Part):
    """A report as data."""

    format: Literal["assessor-report"]
    version: Literal[1]
    sha256: Sha256 = Field(description="SHA-256 of the canonical JSON of the content.")
    content: Content


@dataclass(frozen=True)
class Received:
    """A file that somebody sent. ``is_intact``: it has the hash that it names."""

    file: ReportFile
    is_intact: bool


def written(report: Report) -> bytes:
    """Return the file of an issued report, as canonical JSON: always the same bytes."""
    value = {
        "format": FORMAT,
        "version": VERSION,
        "sha256": report.sha256,
        "content": report.content(),
    }
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def read(content: bytes) -> Received:
    """Return the report in a JSON file. Raises NotAReport."""
    if len(content) > LARGEST:
        raise NotAReport("too_large")
    value = _parsed(content)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise NotAReport("not_ours")
    if value.get("version") != VERSION:
        raise NotAReport("newer")
    try:
        file = ReportFile.model_validate(value)
    except (ValidationError, RecursionError):
        raise NotAReport("not_ours") from None
    return Received(file, is_intact=sha256_of(value["content"]) == file.sha256)


def _parsed(content: bytes) -> Any:
    """Return plain values that every database can store."""
    try:
        value = from_json(content.decode("utf-8-sig"))
        storable = all("\0" not in text for text in _texts(value))
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()  # no lone surrogates
    except (ValueError, RecursionError):  # UnicodeError is a ValueError
        raise NotAReport("not_json") from None
    if not storable:
        raise NotAReport("not_json")
    return value


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in plain values, keys included."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            yield from value
            for item in value.values():
                yield from _texts(item)
        case _:  # numbers, true, false, null
            return


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file."""
    return ReportFile.model_json_schema(mode="serialization")
