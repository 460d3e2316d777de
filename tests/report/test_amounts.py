"""Estimated quantities in words, and where they stand on a bar."""

import pytest

from assessor.knowledge.quantities import Range
from assessor.report.amounts import Amount, Bar, amount, scale_for


def values(low: float, central: float, high: float) -> Range:
    return Range(low=low, central=central, high=high)


@pytest.mark.parametrize(
    ("low", "central", "high", "span", "says"),
    [
        (102_138.6, 317_280.0, 1_168_800.0, "100,000 to 1,000,000", "320,000"),
        (88_437.6, 118_437.6, 178_437.6, "88,000 to 180,000", "120,000"),
        (0.3, 567.0, 82_404.0, "less than 1 to 80,000", "570"),
        (0.0, 0.0, 0.4, "less than 1", "less than 1"),
        (5.0, 5.0, 5.0, "5", "5"),
    ],
)
def test_wide_ranges_have_one_significant_digit_and_narrow_ones_two(
    low: float, central: float, high: float, span: str, says: str
) -> None:
    assert amount(values(low, central, high)) == Amount(span, says)


def test_rounding_never_puts_the_centre_outside_the_range() -> None:
    assert amount(values(2, 14, 14.4)) == Amount("2 to 14", "14")
    assert amount(values(160, 170, 900)) == Amount("160 to 900", "170")


def test_a_month_becomes_a_year() -> None:
    assert amount(values(1_000, 2_000, 3_000), 12) == Amount("12,000 to 36,000", "24,000")


def test_what_lies_near_together_stands_on_an_even_scale() -> None:
    scale = scale_for([values(50, 100, 200), values(20, 20, 20)])
    assert not scale.is_logarithmic
    assert scale.ends == ("0", "200")
    assert scale.lines == ()
    assert scale.bar(values(50, 100, 200)) == Bar("25.0%", "75.0%", "50.0%")


def test_what_lies_far_apart_stands_on_powers_of_ten() -> None:
    scale = scale_for([values(18_000, 70_000, 420_000), values(100_000, 320_000, 1_200_000)])
    assert scale.is_logarithmic
    assert scale.ends == ("10,000", "10,000,000")
    assert scale.lines == ("33.3%", "66.7%")
    assert scale.bar(values(100_000, 1_000_000, 1_000_000)) == Bar("33.3%", "33.3%", "66.7%")


def test_less_than_one_stands_at_the_start_of_the_scale() -> None:
    scale = scale_for([values(0, 10, 1_000)])
    assert scale.ends == ("1", "1,000")
    assert scale.bar(values(0, 10, 1_000)).start == "0.0%"
