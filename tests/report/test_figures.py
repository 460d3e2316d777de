import pytest

from assessor.report import figures


@pytest.mark.parametrize(
    ("score", "written"), [(100.0, "100"), (86.2, "86"), (86.5, "87"), (85.5, "86"), (0.0, "0")]
)
def test_a_score_is_a_whole_number_and_a_half_goes_up(score: float, written: str) -> None:
    assert figures.whole(score) == written


@pytest.mark.parametrize(
    ("difference", "written"), [(3.86, "+3.9"), (-0.9, "−0.9"), (0.0, "0.0"), (-0.04, "0.0")]
)
def test_a_difference_has_its_sign_and_nothing_has_none(difference: float, written: str) -> None:
    assert figures.signed(difference) == written


def test_a_weight_is_a_percentage_that_stays_on_one_line() -> None:
    assert figures.share(0.125) == "12.5\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("words", "written"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_joined_as_people_do(words: list[str], written: str) -> None:
    assert figures.listed(words, "and") == written
