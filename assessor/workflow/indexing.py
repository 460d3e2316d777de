"""What administrators look for, copied from the latest report to where it is found quickly."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from assessor.advice import Suggestion, questionnaire
from assessor.knowledge import KnowledgeBase
from assessor.knowledge.question_bank import NumberQuestion, TextQuestion
from assessor.models import Fact, Report

SITUATION = "situation"
IN_PLACE = "in_place"


def index(report: Report) -> None:
    """Copy what the report says to its assessment, in place of what an earlier one said."""
    assessment = report.assessment
    for name, value in _columns(report).items():
        setattr(assessment, name, value)
    assessment.save(update_fields=list(_columns(report)))
    Fact.objects.filter(assessment=assessment).delete()
    Fact.objects.bulk_create(facts(report))


def _columns(report: Report) -> dict[str, Any]:
    suggestion = report.as_suggestion
    return {
        "suggested": report.leader,
        "score": report.score,
        "result": report.status,
        "situation": _situation(suggestion),
        "unknown_count": len(suggestion.not_known),
        "submitted_at": report.issued_at,
        "review_on": a_year_after(report.issued_at.date()),
    }


def _situation(suggestion: Suggestion) -> str:
    """Return the level of the article's first column; nothing where several are open."""
    level = suggestion.levels.get(SITUATION, "")
    return level if isinstance(level, str) else ""


def facts(report: Report) -> Iterator[Fact]:
    """Yield what the report says, to find it by."""
    for key, value in _answers(report.knowledge, report.answers):
        yield Fact(assessment_id=report.assessment_id, kind=Fact.Kind.ANSWER, key=key, value=value)
    for control in report.as_suggestion.controls:
        if control.status != IN_PLACE:
            yield Fact(
                assessment_id=report.assessment_id,
                kind=Fact.Kind.MISSING_CONTROL,
                key=control.control,
            )


def _answers(knowledge: KnowledgeBase, answers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, answer in answers.items():
        question = knowledge.questions[key]
        unknown = questionnaire.is_unknown(question, answer)
        if isinstance(question, NumberQuestion | TextQuestion) and not unknown:
            continue
        for value in answer if isinstance(answer, list) else [answer]:
            yield key, str(value)


def a_year_after(day: date) -> date:
    """Return the same day of the next year; the last of February after a leap day."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)
