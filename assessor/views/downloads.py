"""A report in the formats beside PDF: the same checks, and the same care with the answers in it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from assessor import access, limits
from assessor.knowledge import KnowledgeBase
from assessor.models import Report
from assessor.report import formats, report_file, tables
from assessor.report.record import Record, record_of
from assessor.views import sample, trail
from assessor.views.files import to_keep
from assessor.views.issued import asked_for, not_yet
from assessor.views.result import file_name

SAMPLE_NAME = "assessor-sample-report"
KEPT = 16
"""Files of the sample kept in memory: four formats of a few editions and languages."""

Write = Callable[[Record], bytes]


@dataclass(frozen=True)
class Kind:
    """What a download is: its media type, and how its file's name ends."""

    media_type: str
    ending: str


WORD = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx")
MARKDOWN = Kind("text/markdown; charset=utf-8", ".md")
DECISION = Kind("text/markdown; charset=utf-8", "-decision.md")
DATA = Kind("application/json", ".json")
ANSWERS = Kind("text/csv; charset=utf-8", "-answers.csv")


@require_safe
def word(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Send the report as a Word document."""
    return _issued(request, assessment_id, WORD, formats.word_document)


@require_safe
def markdown(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Send the report as Markdown."""
    return _issued(request, assessment_id, MARKDOWN, formats.markdown_report)


@require_safe
def decision(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Send the decision as a record for a repository of decisions."""
    return _issued(request, assessment_id, DECISION, formats.decision_record)


@require_safe
def answers(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Send the answers as a table."""
    return _issued(request, assessment_id, ANSWERS, tables.answers_csv)


@require_safe
def data(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Send the report as data: the file that its PDF carries."""
    reader = access.reading(request, assessment_id)
    report = asked_for(request, reader)
    if report is None:
        return not_yet(request, reader)
    limits.take("EXPORTS", reader.assessment.pk)
    trail.taken(request, reader, report, _in_short(DATA))
    return download(report_file.written(report), DATA, _name(report))


def _issued(request: HttpRequest, assessment_id: UUID, kind: Kind, write: Write) -> HttpResponse:
    reader = access.reading(request, assessment_id)
    report = asked_for(request, reader)
    if report is None:
        return not_yet(request, reader)
    limits.take("EXPORTS", reader.assessment.pk)
    content = write(record_of(report))
    trail.taken(request, reader, report, _in_short(kind))
    return download(content, kind, _name(report))


def _in_short(kind: Kind) -> str:
    """Return how the audit log names a format."""
    return kind.ending.strip("-.")


def _name(report: Report) -> str:
    return file_name(report).removesuffix(".pdf")


def download(content: bytes, kind: Kind, name: str) -> HttpResponse:
    """Send a file to be kept; its name lacks the ending."""
    response = HttpResponse(content, content_type=kind.media_type)
    return to_keep(response, f"{name}{kind.ending}")


# ---------------------------------------------------------------- the sample


@require_safe
def sample_word(_request: HttpRequest) -> HttpResponse:
    """Send the sample as a Word document."""
    return _sample(WORD, formats.word_document)


@require_safe
def sample_markdown(_request: HttpRequest) -> HttpResponse:
    """Send the sample as Markdown."""
    return _sample(MARKDOWN, formats.markdown_report)


@require_safe
def sample_decision(_request: HttpRequest) -> HttpResponse:
    """Send the sample's decision as a record."""
    return _sample(DECISION, formats.decision_record)


@require_safe
def sample_answers(_request: HttpRequest) -> HttpResponse:
    """Send the sample's answers as a table."""
    return _sample(ANSWERS, tables.answers_csv)


def _sample(kind: Kind, write: Write) -> HttpResponse:
    knowledge = sample.current().record.knowledge
    return download(_sample_file(write, knowledge, get_language() or ""), kind, SAMPLE_NAME)


@lru_cache(maxsize=KEPT)
def _sample_file(write: Write, knowledge: KnowledgeBase, language: str) -> bytes:
    return write(sample.sample_under(knowledge, language).record)
