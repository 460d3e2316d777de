"""What you would rather do, what comes later, and what could be done without an architecture."""

from assessor.advice.parts import AppliedAlternative, PreferenceCheck
from assessor.report.alternatives import alternatives, growth, preference
from assessor.report.record import Record
from tests.report.records import NOTHING_IS_LEFT, ONE_FITS, TWO_ARE_EQUAL, record
from tests.report.shown import part, with_suggestion


def preferring(best: str | None, behind: float | None, case: str = ONE_FITS) -> Record:
    check = PreferenceCheck(
        preference="lease", agrees=False, best_with_preference=best, points_behind=behind
    )
    return with_suggestion(record(case), preference=check)


def test_a_preference_that_the_evidence_shares_is_said_to_agree() -> None:
    said = part("preference", record("enterprise_full"))
    assert said == (
        "You said what you would rather do: “Build it ourselves”. The evidence says the same: "
        "“Enterprise private foundation model” does that."
    )


def test_a_preference_that_costs_points_says_how_many() -> None:
    said = part("preference", preferring("small_llm_third_party_cloud", 6.56))
    assert "“Rent a managed service and add our own parts”. The evidence says otherwise:" in said
    assert "is “Small model as a service”, 6.6 points behind “Small model, private cloud”." in said


def test_a_preference_may_decide_between_equals() -> None:
    said = part("preference", preferring("small_llm_vpc_private_cloud", 1.77, TWO_ARE_EQUAL))
    assert "only 1.8 points behind, which counts as equal. Here your preference may decide." in said


def test_a_preference_that_no_option_follows_says_so() -> None:
    said = part("preference", preferring(None, None))
    assert "No option that does that is left under your answers" in said


def test_a_result_without_a_preference_says_nothing_of_it() -> None:
    assert preference(record()) is None


def test_where_it_can_grow_names_what_the_answers_rule_out_today_last() -> None:
    issued = record("clinic_with_proven_product")
    steps = growth(issued)
    assert [step.ruled_out for step in steps] == [True]
    assert "(ruled out by your answers today)." in part("growth", issued)
    free = growth(record())
    assert [step.name for step in free] == [
        "Fine-tuned small model", "On-premises open model", "Multi-model, versioned",
    ]  # fmt: skip
    assert not any(step.ruled_out for step in free)
    assert growth(record(NOTHING_IS_LEFT)) == ()


def test_what_is_ruled_out_comes_after_what_is_left() -> None:
    issued = record()
    exclusion = issued.suggestion.excluded[0].model_copy(
        update={"architecture": "fine_tuned_small_llm"}
    )
    steps = growth(with_suggestion(issued, excluded=(exclusion,)))
    assert [step.ruled_out for step in steps] == [False, False, True]
    assert steps[-1].name == "Fine-tuned small model"


def test_doing_nothing_is_an_alternative_with_its_price() -> None:
    for case in (ONE_FITS, NOTHING_IS_LEFT):
        issued = record(case)
        assert alternatives(issued)[0].title == "Do nothing for now"
        said = part("alternatives", issued)
        assert "Leave the work as it is and decide again on a set date." in said
        assert "Nobody can name a result that would be better in twelve months" in said
        assert "The time and money the work takes today, month after month" in said


def test_an_alternative_that_may_not_apply_says_so() -> None:
    applied = AppliedAlternative(key="extractive", open=True)
    hanging = with_suggestion(record(), alternatives=(applied,))
    assert "It may turn out not to apply: an answer is not known" in part("alternatives", hanging)
    assert "It may turn out not to apply" not in part("alternatives", record())
