"""What administrators look for, copied from the latest report to where it is found quickly."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localtime

from assessor.advice import Suggestion, questionnaire
from assessor.knowledge import UNKNOWN, KnowledgeBase
from assessor.knowledge.question_bank import NumberQuestion, TextQuestion
from assessor.models import Fact, Report

SITUATION = "situation"
IN_PLACE = "in_place"

CONTENT_LASTS = timedelta(days=180)
"""How long prices, laws and products stand as an edition has them."""


def index(report: Report) -> None:
    """Copy what the report says to its assessment, in place of what an earlier one said."""
    assessment, columns = report.assessment, _columns(report)
    for name, value in columns.items():
        setattr(assessment, name, value)
    assessment.save(update_fields=list(columns))
    Fact.objects.filter(assessment=assessment).delete()
    Fact.objects.bulk_create(facts(report))


def _columns(report: Report) -> dict[str, Any]:
    suggestion = report.as_suggestion
    day = localtime(report.issued_at).date()
    return {
        "suggested": report.leader,
        "score": report.score,
        "result": report.status,
        "situation": _situation(suggestion),
        "unknown_count": len(suggestion.not_known),
        "submitted_at": report.issued_at,
        "review_on": a_year_after(day),
        "put_off_at": None,
        "law_on": next_law((duty.applies_from for duty in suggestion.calendar), day),
        "content_on": too_old_on(report.knowledge),
    }


def _situation(suggestion: Suggestion) -> str:
    """Return the level of the article's first column; nothing where several are open."""
    level = suggestion.levels.get(SITUATION, "")
    return level if isinstance(level, str) else ""


def facts(report: Report) -> Iterator[Fact]:
    """Yield what the report says, to find it by."""
    for key, value in _answers(report):
        yield Fact(assessment_id=report.assessment_id, kind=Fact.Kind.ANSWER, key=key, value=value)
    for control in report.as_suggestion.controls:
        if control.status != IN_PLACE:
            yield Fact(
                assessment_id=report.assessment_id,
                kind=Fact.Kind.MISSING_CONTROL,
                key=control.control,
            )


def _answers(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what each answer is found by: its choices, of a number its level, of text nothing."""
    levels = report.as_suggestion.levels
    for key, answer in report.answers.items():
        question = report.knowledge.questions[key]
        if questionnaire.is_unknown(question, answer):
            yield key, UNKNOWN
        elif isinstance(question, NumberQuestion):
            for scoring in question.scoring:
                yield from ((key, level) for level in _several(levels.get(scoring.dimension, ())))
        elif not isinstance(question, TextQuestion):
            yield from ((key, str(value)) for value in _several(answer))


def _several(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else [value]


def next_law(dates: Iterable[str], day: date) -> date | None:
    """Return the first of these dates (ISO 8601) that was still to come on a day."""
    return min((each for each in map(date.fromisoformat, dates) if each > day), default=None)


def too_old_on(knowledge: KnowledgeBase) -> date:
    """Return when the oldest part of an edition has lasted as long as it may."""
    files = (knowledge.question_bank, knowledge.architectures, knowledge.controls)
    return min(date.fromisoformat(file.meta.as_of) for file in files) + CONTENT_LASTS


def a_year_after(day: date) -> date:
    """Return the same day of the next year; the last of February after a leap day."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)
