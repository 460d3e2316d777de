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


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (9569.8, "9,600"),
        (9650, "9,700"),
        (27_713_334, "28,000,000"),
        (143.33, "140"),
        (99.6, "100"),
        (10, "10"),
        (5, "5"),
        (1.25, "1.3"),
        (0.00843, "0.0084"),
        (0.1, "0.1"),
        (0, "0"),
        (1e21, "1,000,000,000,000,000,000,000"),
    ],
)
def test_an_estimate_has_at_most_two_significant_digits(value: float, written: str) -> None:
    assert figures.about(value) == written


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [(5310, 12_480, "5,300 to 12,000"), (0, 0.5, "0 to 0.5"), (208, 212, "210")],
)
def test_a_range_names_both_ends_when_they_differ(low: float, high: float, written: str) -> None:
    assert figures.span(low, high) == written


@pytest.mark.parametrize(
    ("part", "written"),
    [(0, "0"), (0.0005, "1"), (0.004, "1"), (0.963, "96"), (0.9995, "99"), (1, "100")],
)
def test_draws_are_all_or_none_only_when_they_are(part: float, written: str) -> None:
    assert figures.of_hundred(part) == written
