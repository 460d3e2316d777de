"""Which legal dates matter to this case, and what to ask counsel."""

from typing import Literal

from assessor.advice.reasons import Applies, Because, Reason, because
from assessor.knowledge.applicability import AnyOf
from assessor.knowledge.conditions import Fact, QuestionClause, Situation
from assessor.knowledge.library import (
    JURISDICTION,
    Certainty,
    CounselQuestion,
    Jurisdiction,
    LegalDate,
)
from assessor.knowledge.schema import KnowledgeBase


class LegalDuty(Fact):
    """A duty that applies from a date (ISO 8601), and how certain that is."""

    key: str
    jurisdiction: Jurisdiction
    law: str
    articles: tuple[str, ...]
    topic: str
    applies_from: str
    applies: Literal["yes", "open"]
    reasons: tuple[Reason, ...]
    certainty: Certainty
    note: str
    source_title: str
    source_url: str


def calendar_for(knowledge: KnowledgeBase, situation: Situation) -> tuple[LegalDuty, ...]:
    """Return the duties in the jurisdictions chosen that matter to this case, earliest first.

    Every jurisdiction is open where none is known yet, and none counts where it was not asked.
    """
    duties = (_duty(knowledge, entry, situation) for entry in knowledge.controls.legal_calendar)
    return tuple(sorted((duty for duty in duties if duty), key=lambda duty: duty.applies_from))


def questions_for_counsel(knowledge: KnowledgeBase, situation: Situation) -> tuple[str, ...]:
    """Return what to ask counsel about this case, in the order of the file."""
    return tuple(
        entry.question
        for entry in knowledge.controls.counsel_questions
        if _matters(knowledge, entry, situation).applies != "no"
    )


def _duty(knowledge: KnowledgeBase, entry: LegalDate, situation: Situation) -> LegalDuty | None:
    found = _matters(knowledge, entry, situation)
    if found.applies == "no":
        return None
    source = knowledge.controls.sources[entry.source]
    return LegalDuty(
        key=entry.key,
        jurisdiction=entry.jurisdiction,
        law=entry.law,
        articles=entry.articles,
        topic=entry.topic,
        applies_from=entry.applies_from,
        applies=found.applies,
        reasons=found.reasons,
        certainty=entry.certainty,
        note=entry.note,
        source_title=source.title,
        source_url=source.url,
    )


def _matters(
    knowledge: KnowledgeBase, entry: LegalDate | CounselQuestion, situation: Situation
) -> Because:
    """Return whether it matters: both here, and in such a case."""
    chosen = QuestionClause(question=JURISDICTION, op="contains_any", value=(entry.jurisdiction,))
    here = because(knowledge, AnyOf(any=(chosen,)), situation)
    such = because(knowledge, entry.applies, situation)
    both: set[Applies] = {here.applies, such.applies}
    if "no" in both:
        return Because("no", ())
    return Because("open" if "open" in both else "yes", here.reasons + such.reasons)
