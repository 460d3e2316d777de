"""The risks, controls and legal dates of the shipped edition, and of those before it."""

import json
from collections import Counter
from datetime import date

import pytest

from assessor.knowledge import KnowledgeBase, KnowledgeError, read_document
from assessor.knowledge.applicability import ALWAYS
from assessor.knowledge.library import ControlLibrary
from tests.knowledge.editions import RELEASED, changed

CALENDAR = "controls/legal_calendar/ai_act_literacy"


def first_released() -> ControlLibrary:
    text = (RELEASED / "2026.11.1.json").read_text("utf-8")
    return read_document(json.loads(text)).controls


def test_the_first_edition_spoke_of_the_eu_ai_act_only() -> None:
    library = first_released()
    assert {(due.jurisdiction, due.law, due.source) for due in library.legal_calendar} == {
        ("eu", "EU AI Act", "eu_ai_act")
    }
    assert {due.key for due in library.legal_calendar} == {""}
    assert all(due.applies == ALWAYS for due in library.legal_calendar)
    assert library.counsel_questions == ()


def test_the_first_edition_did_not_tell_its_risks_apart() -> None:
    risks = first_released().risks
    assert {(risk.severity, risk.applies, risk.raised_by) for risk in risks} == {(3, ALWAYS, ())}


@pytest.mark.parametrize("severity", [0, 6, 2.5, "high"])
def test_a_severity_is_a_whole_number_from_one_to_five(severity: object) -> None:
    with pytest.raises(KnowledgeError, match="severity"):
        read_document(changed("controls/risks/drift/severity", severity))


@pytest.mark.parametrize("when", ["2 August 2026", "2026", ""])
def test_a_date_that_could_not_be_put_in_order_is_refused(when: str) -> None:
    with pytest.raises(KnowledgeError, match="applies_from"):
        read_document(changed(f"{CALENDAR}/applies_from", when))


def test_every_legal_date_has_a_key_and_is_a_day(knowledge: KnowledgeBase) -> None:
    for due in knowledge.controls.legal_calendar:
        assert due.key
        assert date.fromisoformat(due.applies_from).isoformat() == due.applies_from


def test_a_law_without_articles_says_where_to_look(knowledge: KnowledgeBase) -> None:
    for due in knowledge.controls.legal_calendar:
        assert due.articles or due.jurisdiction in {"uk", "us"}
        assert knowledge.controls.sources[due.source].url.startswith("https://")


def test_eu_uk_and_us_law_is_listed(knowledge: KnowledgeBase) -> None:
    listed = Counter(due.jurisdiction for due in knowledge.controls.legal_calendar)
    assert min(listed["eu"], listed["us"]) >= 9
    assert listed["uk"] >= 4


def test_each_jurisdiction_has_a_handful_of_questions_for_counsel(
    knowledge: KnowledgeBase,
) -> None:
    asked = Counter(entry.jurisdiction for entry in knowledge.controls.counsel_questions)
    assert set(asked) == {"eu", "uk", "us", "other"}
    assert all(3 <= number <= 6 for number in asked.values())
    assert all(
        entry.question.endswith((".", "?")) for entry in knowledge.controls.counsel_questions
    )


def test_every_source_is_cited_or_maps_the_controls(knowledge: KnowledgeBase) -> None:
    library = knowledge.controls
    standards = {"nist_ai_rmf", "nist_ai_600_1", "owasp_llm_2025", "iso_42001"}
    cited = {due.source for due in library.legal_calendar}
    assert set(library.sources) - standards == cited


def test_every_risk_is_answered_by_a_control(knowledge: KnowledgeBase) -> None:
    answered = {risk for control in knowledge.controls.controls for risk in control.risks}
    assert answered == {risk.key for risk in knowledge.controls.risks}
