"""What to agree before the pilot starts, and what the answers say of it already."""

from assessor.knowledge import UNKNOWN
from assessor.report.reading import read
from tests.report.records import NOTHING_IS_LEFT, ONE_FITS, record
from tests.report.rendered import document
from tests.report.shown import part, with_suggestion

HEALTH = "mid_market_health_general"


def test_it_names_what_the_answers_and_the_estimate_know() -> None:
    issued = record(HEALTH, {"why_success": "One day instead of five"})
    costs = read(issued).costs
    assert costs is not None
    said = part("pilot", issued)
    for known in (
        "Harm to a person, or a breach of law",
        "As you said: In one to three months",
        f"Estimate: USD {costs.leader.month.span}, about {costs.leader.month.central}",
        "Within the budget you named: About 1,000 to 10,000 a month",
        "(the estimate is above it: settle that first)",
        "One day instead of five",
    ):
        assert known in said


def test_what_is_not_known_is_left_to_fill_in() -> None:
    unknown = {"opex_budget": UNKNOWN, "how_deadline": UNKNOWN, "gov_harm": UNKNOWN}
    said = part("pilot", record(HEALTH, unknown))
    assert "the central case, or ______" in said
    assert "By ______" in said
    assert "budget you named" not in said
    assert "the worst outcome you named" not in said
    assert "What would make it worth it" not in said


def test_the_controls_due_are_those_of_the_plan_before_people_rely_on_it() -> None:
    issued = record(HEALTH)
    controls = issued.suggestion.controls
    due = [each for each in controls if each.phase in ("before_start", "before_go_live")]
    assert 0 < len(due) < len(controls)
    assert f"All {len(due)} of the plan are in place" in part("pilot", issued)


def test_who_decides_is_whoever_the_plan_names_last_and_leaving_is_rehearsed() -> None:
    issued = record(HEALTH)
    profile = read(issued).profile
    assert profile is not None
    said = part("pilot", issued)
    assert f"The last step of the plan is up to: {profile.first_90_days[-1][1]}." in said
    assert f"rated “{profile.exit_words}” ({profile.exit_rating} of 5)" in said
    assert profile.exit_text in said


def test_a_report_from_before_there_were_controls_and_costs_still_has_thresholds() -> None:
    before = with_suggestion(record(ONE_FITS), controls=(), risks=(), calendar=(), estimates=None)
    said = part("pilot", before)
    assert "Right answers to your own test questions" in said
    assert "Controls due" not in said
    assert "Running cost" not in said


def test_without_an_option_there_is_no_pilot() -> None:
    assert "Agree before the pilot starts" not in document(record(NOTHING_IS_LEFT))
