"""The legal dates that matter to the case, and what to ask counsel."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from assessor.advice.law import LegalDuty
from assessor.knowledge.library import JURISDICTION, Certainty
from assessor.report.grounds import Ground, grounds
from assessor.report.record import Record

CERTAINTY: dict[Certainty, Promise] = {
    "high": gettext_lazy("Sources agree"),
    "medium": gettext_lazy("Details open"),
    "low": gettext_lazy("One source only"),
}


@dataclass(frozen=True)
class Date:
    """A duty of a law and from when. ``articles`` may be empty, ``source`` is its number.

    ``has_begun`` is None for a suggestion never issued: there is no day to compare with.
    ``grounds``: why it matters here, apart from the jurisdiction.
    """

    law: str
    articles: tuple[str, ...]
    topic: str
    applies_from: date
    has_begun: bool | None
    certainty: str
    note: str
    source: int
    grounds: tuple[Ground, ...]
    is_open: bool


@dataclass(frozen=True)
class LegalSource:
    """Where duties are written down."""

    title: str
    url: str


@dataclass(frozen=True)
class Law:
    """The calendar with its sources, counted from 1, and the questions for counsel."""

    dates: tuple[Date, ...]
    sources: tuple[LegalSource, ...]
    questions: tuple[str, ...]
    disclaimer: str


def law(record: Record) -> Law | None:
    """Return the dates and questions, or None for a report from before there were any."""
    suggestion = record.suggestion
    if not (suggestion.controls or suggestion.calendar or suggestion.counsel_questions):
        return None
    sources = list(
        dict.fromkeys(
            LegalSource(duty.source_title, duty.source_url) for duty in suggestion.calendar
        )
    )
    return Law(
        dates=tuple(_date(record, duty, sources) for duty in suggestion.calendar),
        sources=tuple(sources),
        questions=suggestion.counsel_questions,
        disclaimer=record.knowledge.controls.meta.disclaimer,
    )


def _date(record: Record, duty: LegalDuty, sources: list[LegalSource]) -> Date:
    day = date.fromisoformat(duty.applies_from)
    reasons = [reason for reason in duty.reasons if reason.subject not in (JURISDICTION, "")]
    return Date(
        law=duty.law,
        articles=duty.articles,
        topic=duty.topic,
        applies_from=day,
        has_begun=day <= localtime(record.issued_at).date() if record.issued_at else None,
        certainty=str(CERTAINTY[duty.certainty]),
        note=duty.note,
        source=sources.index(LegalSource(duty.source_title, duty.source_url)) + 1,
        grounds=grounds(record, reasons),
        is_open=duty.applies == "open",
    )
