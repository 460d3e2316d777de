"""How numbers are written, on every page and in every document."""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

SIGNIFICANT_DIGITS = 2
"""As many as an estimate can bear."""


def whole(score: float) -> str:
    """Write a score as people say it: 86.2 is 86, and a half goes up."""
    return str(math.floor(score + 0.5))


def points(value: float) -> str:
    """Write points with one decimal."""
    return f"{value:.1f}"


def signed(difference: float) -> str:
    """Write a difference in points with its sign, none for nothing."""
    written = points(abs(difference))
    if float(written) == 0:
        return written
    return f"{'+' if difference > 0 else MINUS}{written}"


def share(weight: float) -> str:
    """Write a share of 1 as a percentage."""
    return f"{100 * weight:.1f}{NO_BREAK_SPACE}%"


def of_hundred(part: float) -> str:
    """Write a share of 1 as draws out of 100; only what is never or always so is 0 or 100."""
    return whole(100 * part) if part in {0, 1} else whole(min(max(100 * part, 1), 99))


def quoted(words: Sequence[str]) -> list[str]:
    """Put each in quotation marks."""
    return [f"“{word}”" for word in words]


def listed(words: Sequence[str], last: str) -> str:
    """Join words as people do: with commas, and ``last`` before the last one."""
    *before, end = words
    return f"{', '.join(before)} {last} {end}" if before else end


def about(value: float) -> str:
    """Write a quantity of 0 or more with at most two significant digits: 9,569.8 is 9,600."""
    return f"{rounded(value, SIGNIFICANT_DIGITS):,f}"


def rounded(value: float, digits: int) -> Decimal:
    """Return a quantity of 0 or more with so many significant digits."""
    exact = Decimal(repr(value))
    place = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    return exact.quantize(place, ROUND_HALF_UP).normalize()


def span(low: float, high: float) -> str:
    """Write a range as people say it; one quantity when both ends are written alike."""
    ends = dict.fromkeys((about(low), about(high)))
    return " to ".join(ends)
