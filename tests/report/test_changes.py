"""What would change the result: single answers, weights, and openings when nothing is left."""

import pytest

from assessor.advice.changes import Changes, Flip
from assessor.report.changes import MOST_CHANGES, MOST_WEIGHTS, what_would_change
from assessor.report.record import Record
from tests.report.records import CASES, FOUR_UNKNOWN, NOTHING_IS_LEFT, ONE_FITS, record
from tests.report.shown import part, with_suggestion

MANY_CHANGES = "low_team_high_sensitivity_narrow_partner_money"
TWO_ANSWERS_BLOCK = {"how_small_model_evidence": "not_good_enough"}


def changed(*flips: tuple[str, str | None], question: str = "reg_residency") -> Record:
    """Return a result that these answers, with these leaders, would change."""
    issued = record()
    found = tuple(
        Flip(
            question=question,
            given=issued.answers[question],
            instead=instead,
            step=1,
            leader=leader,
        )
        for instead, leader in flips
    )
    return with_suggestion(issued, changes=Changes(answers=found, weights=(), openings=()))


def test_a_change_names_who_would_come_first() -> None:
    said = part("changes", changed(("air_gapped", "air_gapped")))
    assert "“Only on systems with no connection to the outside” instead of “Anywhere, with" in said
    assert "“Air-gapped” would come first." in said


def test_a_change_that_leaves_nothing_says_so() -> None:
    said = part("changes", changed(("air_gapped", None)))
    assert said.count("nothing would be left.") == 1
    assert "would come first" not in said


def test_answers_with_the_same_effect_share_a_sentence_and_others_do_not() -> None:
    issued = changed(
        ("region", "air_gapped"), ("sovereign", "byoc_platform"), ("own_premises", "air_gapped")
    )
    found = what_would_change(issued)
    assert found is not None
    assert [(change.leader, change.answers[0].to) for change in found.answers] == [
        (
            "Air-gapped",
            ("Only in our country or region", "Only on equipment on our own premises"),
        ),
        (
            "Platform in your cloud (BYOC)",
            (
                (
                    "Only in our country or region, and only by providers that are not subject to "
                    "foreign law"
                ),
            ),
        ),
    ]
    assert found.more == 0


def test_a_choice_alone_is_not_named_where_adding_it_already_does_the_same() -> None:
    found = what_would_change(record())
    assert found is not None
    suggestion = record().suggestion
    assert suggestion.changes is not None
    asked = [flip.instead for flip in suggestion.changes.answers if flip.question == "reg_data"]
    assert asked == [["internal", "classified"], ["classified"]]
    named = [change for change in found.answers if change.answers[0].question == "reg_data"]
    assert [change.answers[0].kind for change in named] == ["added"]


@pytest.mark.parametrize("case", CASES)
def test_at_most_seven_are_named_and_the_smallest_step_comes_first(case: str) -> None:
    issued = record(case)
    assert issued.suggestion.changes is not None
    found = what_would_change(issued)
    assert found is not None
    assert len(found.answers) <= MOST_CHANGES
    assert len(found.weights) <= MOST_WEIGHTS
    if found.answers:
        first = issued.suggestion.changes.answers[0]
        assert found.answers[0].answers[0].question == first.question


def test_how_many_more_there_are_is_said() -> None:
    issued = record(MANY_CHANGES)
    found = what_would_change(issued)
    assert found is not None
    assert found.more > 10
    assert f"{found.more} other answers would change the first place as well." in part(
        "changes", issued
    )
    assert "as well" not in part("changes", changed(("region", "air_gapped")))


def test_nothing_to_change_is_said() -> None:
    said = part("changes", changed())
    assert "No other answer to any one question would change the first place." in said


def test_weights_say_what_a_criterion_counts_and_would_have_to() -> None:
    said = part("changes", record(ONE_FITS))
    assert "“Small model as a service” would overtake if one criterion counted" in said
    assert "Who looks after the model 3.5 % 23.5 %" in said


def test_where_no_weight_overtakes_that_is_said() -> None:
    said = part("changes", record("enterprise_full"))
    assert "However much any one criterion counted, “Multi-model, versioned” would not" in said


def test_when_nothing_is_left_the_answers_that_would_open_an_option_are_named() -> None:
    said = part("changes", record(NOTHING_IS_LEFT))
    assert "Nothing is left today." in said
    assert (
        "Who could build and run it? If it were “At most one developer of our own, plus a partner "
        "we would pay”, “A small team (2 to 5 people) with cloud or data skills” or “A larger team"
        in said
    )
    assert "“Local model” would be left and come first." in said


def test_two_answers_together_are_one_sentence() -> None:
    found = what_would_change(record(NOTHING_IS_LEFT, TWO_ANSWERS_BLOCK))
    assert found is not None
    assert all(len(change.answers) == 2 for change in found.openings)
    assert 1 < len(found.openings) <= MOST_CHANGES
    said = part("changes", record(NOTHING_IS_LEFT, TWO_ANSWERS_BLOCK))
    assert "and at the same time: Who could build and run it? If it were" in said


def test_when_nothing_would_open_an_option_that_is_said() -> None:
    none = Changes(answers=(), weights=(), openings=())
    said = part("changes", with_suggestion(record(NOTHING_IS_LEFT), changes=none))
    assert said == "No change of one or two answers would leave an option."


def test_what_is_not_known_yet_changes_once_you_know() -> None:
    said = part("changes", record(FOUR_UNKNOWN))
    assert (
        "Where may this information be processed? Once you know: if it is “Only on equipment on "
        "our own premises” or “Only on systems with no connection to the outside”, “Local model” "
        "would come first." in said
    )


def test_reports_from_before_say_nothing_of_it() -> None:
    assert what_would_change(with_suggestion(record(), changes=None)) is None
