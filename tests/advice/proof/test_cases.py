"""Worked cases that do not come out."""

from typing import Any

import pytest

from assessor.advice import advise
from assessor.advice.proof import cases
from assessor.knowledge import KnowledgeBase
from tests.advice.proof.planting import planted, severities, shipped_part
from tests.knowledge.editions import shipped

FILE = "golden_cases.yaml"
ANSWERED = "golden_cases/cases/enterprise_full"
ROW = "golden_cases/cases/article_row_enterprise"


def differences(key: str, changes: dict[str, Any]) -> dict[str, str]:
    """Return, by place in a case, why it differs after some changes."""
    edition = planted(changes)
    (case,) = [case for case in edition.golden_cases.cases if case.key == key]
    found = list(cases.differences(edition, case))
    assert {(each.file, each.severity) for each in found} <= {(FILE, "error")}
    return {each.path: each.reason for each in found}


def test_the_shipped_edition_has_none(knowledge: KnowledgeBase) -> None:
    part = shipped_part("Worked cases")
    assert part.findings == ()
    assert part.examined == {"exact": len(knowledge.golden_cases.cases)}


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("leader", "air_gapped"),
        ("leader", None),
        ("score", 12.3),
        ("runner_up", "air_gapped"),
        ("runner_up_score", 12.3),
        ("levels/opex", "low"),
        ("excluded/air_gapped", ["deadline"]),
        ("excluded/multi_model_gateway", ["deadline"]),
        ("status", "no_option"),
        ("status", "finely_balanced"),
        ("robust_near_weights", 0.5),
        ("robust_any_weights", 0.5),
    ],
)
def test_what_does_not_come_out(what: str, value: Any) -> None:
    found = differences("enterprise_full", {f"{ANSWERED}/expect/{what}": value})
    assert f"cases (enterprise_full).expect.{what.replace('/', '.')}" in found


@pytest.mark.parametrize(
    ("what", "value"), [("leader", "air_gapped"), ("score", 99.9), ("runner_up_score", 12.3)]
)
def test_a_row_of_the_table_that_does_not_come_out(what: str, value: Any) -> None:
    found = differences("article_row_enterprise", {f"{ROW}/expect/{what}": value})
    assert list(found) == [f"cases (article_row_enterprise).expect.{what}"]


def test_a_rule_that_changes_a_case() -> None:
    """The case expects a leader, and is left with nothing."""
    changes = {
        "architectures/knockout_rules/deadline/when": [
            {"question": "where_org_size", "op": "eq", "value": "large"}
        ],
        "architectures/knockout_rules/deadline/exclude_where": {
            "attribute": "min_lead_weeks",
            "op": "gte",
            "value": 0,
        },
    }
    found = differences("enterprise_full", changes)
    reason = found["cases (enterprise_full).expect.leader"]
    assert reason == "expects 'enterprise_vpc_foundation', but None comes out"


def test_an_answer_that_its_question_does_not_allow() -> None:
    found = differences("enterprise_full", {f"{ANSWERED}/answers/opex_volume": -1})
    assert found == {
        "cases (enterprise_full).answers": "opex_volume: -1 is not between 0 and 1000000000."
    }


def test_a_case_that_does_not_come_out_shows_in_the_part() -> None:
    part = cases.part(planted({f"{ROW}/expect/score": 99.9}))
    assert severities(part)[FILE, "cases (article_row_enterprise).expect.score"] == "error"


# ---------------------------------------------------------------- what is drawn


def worked_out(near: float, expected: dict[str, object]) -> list[str]:
    """Return what differs where this share of draws came out and something else is expected."""
    case = next(each for each in shipped().golden_cases.cases if each.key == "enterprise_full")
    found = advise(shipped(), case.answers)
    assert found.confidence is not None
    sure = found.confidence.model_copy(update={"near_priorities": near, "any_priorities": 0.5})
    says = {"robust_near_weights": None, "robust_any_weights": None, **expected}
    stated = case.model_copy(update={"expect": case.expect.model_copy(update=says)})
    compared = cases._confidence(stated, found.model_copy(update={"confidence": sure}))
    return [what for what, wanted, came_out in compared if wanted != came_out]


@pytest.mark.parametrize(
    ("share", "differs"), [(0.44, True), (0.45, False), (0.55, False), (0.56, True)]
)
def test_a_share_may_be_off_by_five_hundredths(*, share: float, differs: bool) -> None:
    expected = {"status": "clear", "robust_any_weights": share}
    assert worked_out(0.95, expected) == ["robust_any_weights"] * differs


@pytest.mark.parametrize(
    ("near", "status", "differs"),
    [
        (0.91, "clear", False),
        (0.91, "fairly_clear", False),
        (0.96, "fairly_clear", True),
        (0.72, "finely_balanced", False),
        (0.76, "finely_balanced", True),
    ],
)
def test_a_status_near_its_border_may_be_the_one_beyond(
    *, near: float, status: str, differs: bool
) -> None:
    assert worked_out(near, {"status": status}) == ["status"] * differs
