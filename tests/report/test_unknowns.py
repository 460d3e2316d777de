"""What is worth finding out next, from whom, and what it leads to."""

from assessor.advice.unknowns import Possibility, Unknown
from assessor.report.record import Record
from assessor.report.unknowns import to_find_out
from tests.report.records import FOUR_UNKNOWN, ONE_FITS, record
from tests.report.shown import part, with_suggestion

LEADER = "small_llm_vpc_private_cloud"


def unknown(value: float, *leaders: str | None) -> Record:
    """Return a result with one unknown answer, whose choices lead to these."""
    issued = record(answers={"reg_ipr_leak": "dont_know"})
    possibilities = tuple(
        Possibility(answer=answer, leader=leader)
        for answer, leader in zip(("minor", "serious", "critical"), leaders, strict=True)
    )
    found = Unknown(question="reg_ipr_leak", value=value, possibilities=possibilities)
    return with_suggestion(issued, unknowns=(found,))


def test_the_most_worth_finding_out_comes_first_with_who_knows() -> None:
    found = to_find_out(record(FOUR_UNKNOWN))
    values = [each.value for each in found]
    assert values == sorted(values, reverse=True)
    assert found[1].answer.question == "reg_residency"
    assert found[1].roles == ("Legal, privacy or compliance", "Information security")
    assert "Who usually knows: Legal, privacy or compliance; Information security" in part(
        "unknown", record(FOUR_UNKNOWN)
    )


def test_every_possible_answer_says_what_it_leads_to() -> None:
    said = part("unknown", unknown(0.6, LEADER, "air_gapped", None))
    assert "The first place hangs on it in 60 of 100 draws of the other open answers." in said
    assert "If it is “Unpleasant, but we would cope”, “Small model, private cloud” stays" in said
    assert "contracts or reputation”, “Air-gapped” would come first." in said
    assert "people's safety”, nothing would be left." in said


def test_an_answer_that_always_decides_needs_no_figure() -> None:
    said = part("unknown", unknown(1, LEADER, LEADER, "air_gapped"))
    assert "The first place hangs on it." in said
    assert "If it is “Unpleasant, but we would cope” or “Serious:" in said


def test_an_answer_that_only_matters_with_others_says_so() -> None:
    said = part("unknown", unknown(0.04, LEADER, LEADER, LEADER))
    assert "On its own it changes nothing." in said
    assert "hangs on it in 4 of 100 draws." in said
    assert "If it is" not in said


def test_an_answer_without_value_does_not_matter() -> None:
    said = part("unknown", unknown(0, LEADER, LEADER, LEADER))
    assert (
        "It does not matter for the first place: “Small model, private cloud” stays first" in said
    )


def test_an_answer_that_always_leads_elsewhere_matters() -> None:
    said = part("unknown", unknown(0, "air_gapped", "air_gapped", "air_gapped"))
    assert "does not matter" not in said
    assert "“Air-gapped” would come first." in said


def test_reports_from_before_list_what_is_not_known() -> None:
    said = part("unknown", with_suggestion(record(FOUR_UNKNOWN), unknowns=()))
    assert "Each of these was counted as every answer it can have." in said
    assert "Where may this information be processed?" in said
    assert "Who usually knows" not in said


def test_nothing_unknown_is_nothing_to_find_out() -> None:
    assert to_find_out(record(ONE_FITS)) == ()
