"""The controls as a plan, and which clauses they help with."""

import pytest

from assessor.report.controls import ControlPlan, plan
from assessor.report.record import Record
from tests.report.records import CASES, NOTHING_IS_LEFT, record
from tests.report.rendered import Render, both, document, page, words
from tests.report.shown import with_suggestion

LARGE = "enterprise_full"
NOT_ASKED = "personal_full"


def planned(case: str) -> ControlPlan:
    found = plan(record(case))
    assert found is not None
    return found


def without_controls() -> Record:
    """Return a report from before there were controls."""
    names = ("controls", "controls_left_out", "risks", "calendar", "counsel_questions")
    return with_suggestion(record(), **dict.fromkeys(names, ()), estimates=None)


@pytest.mark.parametrize("case", CASES)
def test_every_control_of_the_edition_is_planned_or_named_as_left_out(case: str) -> None:
    issued, found = record(case), planned(case)
    assert found.count + len(found.left_out) == len(issued.knowledge.controls.controls)
    for phase in found.phases:
        for control in phase.controls:
            assert control.owner
            assert control.evidence
            assert control.grounds
            assert control.clauses


def test_phases_come_in_their_order_and_in_words() -> None:
    assert [phase.label for phase in planned(LARGE).phases] == [
        "Before the start", "Before it goes live", "In the first 90 days", "From then on",
    ]  # fmt: skip


def test_clauses_are_compact_and_risks_are_counted_as_they_are_shown() -> None:
    register = planned(LARGE).phases[0].controls[0]
    assert register.clauses == (
        "EU AI Act Art. 49",
        "GDPR Art. 30",
        "ISO/IEC 42001 A.4.2",
        "NIST AI RMF GOVERN 1.6",
        "NIST AI 600-1 GV-1.6-001, GV-1.6-003",
        "OWASP LLM10",
    )
    assert register.risks == (
        (4, "A use is forbidden or carries duties nobody noticed"),
        (6, "Nobody can show later what happened and why"),
    )


def test_what_is_in_place_is_counted_and_what_nobody_said_is_not_known() -> None:
    assert (planned(NOTHING_IS_LEFT).in_place, planned(NOTHING_IS_LEFT).is_unknown) == (1, False)
    assert (planned(NOT_ASKED).in_place, planned(NOT_ASKED).is_unknown) == (0, True)


def test_a_report_from_before_there_were_controls_has_no_plan() -> None:
    assert plan(without_controls()) is None


@both
def test_sections_that_an_old_report_has_nothing_for_are_left_out(render: Render) -> None:
    markup = render(without_controls())
    for section in ("risks", "law", "costs", "clauses", "assumptions"):
        assert f'id="{section}"' not in markup
        assert f'href="#{section}"' not in markup


@both
@pytest.mark.parametrize("case", CASES)
def test_every_control_stands_in_the_plan_or_among_those_that_do_not_apply(
    render: Render, case: str
) -> None:
    said = words(render(record(case)))
    for control in record(case).knowledge.controls.controls:
        assert control.title in said


@both
def test_status_owner_and_other_law_are_said(render: Render) -> None:
    said = words(render(record(LARGE)))
    assert "None of them is in place" in said
    assert "CIO / CTO or head of IT" in said
    assert "EU Data Act (Regulation (EU) 2023/2854) Art. 23-31" in said
    assert "It does not show that they are fulfilled." in said


@both
def test_without_an_architecture_the_plan_says_what_it_cannot_know(render: Render) -> None:
    said = words(render(record(NOTHING_IS_LEFT)))
    assert "1 of them is in place" in said
    assert "No architecture is left, so controls that only some architectures need" in said


def test_a_mapping_never_claims_compliance() -> None:
    for text in (words(page(record(LARGE))), words(document(record(LARGE)))):
        assert "complies" not in text.lower()
