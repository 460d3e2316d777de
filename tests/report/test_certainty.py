"""How sure the first place is: four readings, each a sentence of its own."""

from assessor.report.certainty import certainty
from assessor.report.record import Record
from tests.report.records import (
    FOUR_UNKNOWN,
    NOTHING_IS_LEFT,
    ONE_FITS,
    ONE_IS_LEFT,
    TWO_ARE_EQUAL,
    record,
)
from tests.report.shown import part, with_suggestion

DEPENDS = "This depends on what matters to you."


def surely(near: float, anyhow: float) -> Record:
    issued = record()
    sure = issued.suggestion.confidence
    assert sure is not None
    drawn = sure.model_copy(update={"near_priorities": near, "any_priorities": anyhow})
    return with_suggestion(issued, confidence=drawn)


def test_each_reading_is_a_sentence_with_its_own_figure() -> None:
    said = part("sure", surely(0.963, 0.807))
    for sentence in (
        "“Small model, private cloud” is 6.6 points ahead of “Small model as a service”.",
        "With weights close to yours, it comes first in 96 of 100 draws.",
        "With any weights whatsoever, it comes first in 81 of 100 draws.",
        "Your answers settle everything that is weighed. 100 of 100",
        "a step higher or lower; there were 2,000.",
    ):
        assert sentence in said
    assert "%" not in said


def test_what_is_open_takes_from_completeness_only() -> None:
    said = part("sure", record(FOUR_UNKNOWN))
    assert "Your answers settle 78 of 100 parts of what is weighed; the rest hangs on" in said


def test_a_share_that_is_nearly_all_is_not_written_as_all() -> None:
    said = part("sure", surely(0.9995, 0.0005))
    assert "close to yours, it comes first in 99 of 100 draws." in said
    assert "whatsoever, it comes first in 1 of 100 draws." in said


def test_high_near_and_low_anywhere_depends_on_what_matters_to_you() -> None:
    assert DEPENDS in part("sure", surely(0.9, 0.4))
    assert DEPENDS not in part("sure", surely(0.9, 0.6))
    assert DEPENDS not in part("sure", surely(0.6, 0.4))


def test_a_lead_under_two_points_counts_as_equal() -> None:
    assert "Less than 2 points count as equal." in part("sure", record(TWO_ARE_EQUAL))
    assert "Less than 2 points" not in part("sure", record(ONE_FITS))


def test_one_option_is_ahead_of_nothing() -> None:
    said = part("sure", record(ONE_IS_LEFT))
    assert "There is no second option to be ahead of: your constraints decide." in said
    assert "points ahead" not in said


def test_nothing_left_and_reports_from_before_have_no_readings() -> None:
    assert certainty(record(NOTHING_IS_LEFT)) is None
    assert certainty(with_suggestion(record(), confidence=None)) is None


def test_the_draws_can_be_made_again_from_what_the_appendix_says() -> None:
    issued = record()
    assert issued.suggestion.confidence is not None
    seed = issued.suggestion.confidence.seed
    assert f"2,000 draws of a random generator that starts at {seed}," in part("appendices", issued)
    assert "random generator" not in part("appendices", with_suggestion(issued, confidence=None))
