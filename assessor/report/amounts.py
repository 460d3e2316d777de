"""Estimated quantities as people say them, and where they stand on a bar."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessor.knowledge.quantities import Range
from assessor.report.figures import SIGNIFICANT_DIGITS, about, rounded

WIDE = 5
"""The ends of a range this many times apart bear one significant digit only."""

LEAST = 1
"""Nobody asks for less than 1 dollar, kilogram or litre."""

FAR_APART = 20
"""Quantities this many times apart do not fit on one even scale."""


@dataclass(frozen=True)
class Amount:
    """A quantity in words: from its low to its high value, and its central value."""

    span: str
    central: str


@dataclass(frozen=True)
class Bar:
    """A range on a scale, as percentages of its width."""

    start: str
    width: str
    central: str


@dataclass(frozen=True)
class Scale:
    """From ``start`` to ``end``, even or in powers of ten."""

    start: float
    end: float
    is_logarithmic: bool

    @property
    def ends(self) -> tuple[str, str]:
        return about(self.start), about(self.end)

    @property
    def lines(self) -> tuple[str, ...]:
        """Return where each power of ten between the ends stands; none on an even scale."""
        if not self.is_logarithmic:
            return ()
        powers = range(round(math.log10(self.start)) + 1, round(math.log10(self.end)))
        return tuple(_percent(self._at(10.0**power)) for power in powers)

    def bar(self, values: Range) -> Bar:
        """Return a range as a bar."""
        start, end = self._at(values.low), self._at(values.high)
        return Bar(_percent(start), _percent(end - start), _percent(self._at(values.central)))

    def _at(self, value: float) -> float:
        """Return the share of the width; what lies below the start stands there."""
        if not self.is_logarithmic:
            return value / self.end
        return math.log10(max(value, self.start) / self.start) / math.log10(self.end / self.start)


def scale_for(ranges: Iterable[Range]) -> Scale:
    """Return the scale that these fit on together: in powers of ten if they are far apart."""
    shown = list(ranges)
    low = max(min(values.low for values in shown), LEAST)
    high = max(*(values.high for values in shown), LEAST)
    if high < FAR_APART * low:
        return Scale(0, high, is_logarithmic=False)
    decades = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return Scale(10.0 ** decades[0], 10.0 ** decades[1], is_logarithmic=True)


def amount(values: Range, factor: float = 1) -> Amount:
    """Return a quantity in words, multiplied by ``factor``."""
    low, central, high = (value * factor for value in (values.low, values.central, values.high))
    digits = _digits(low, central, high)
    ends = dict.fromkeys((_at_least(low, digits), _at_least(high, digits)))
    span = _("%(low)s to %(high)s") if len(ends) > 1 else "%(low)s"
    return Amount(
        span=span % {"low": next(iter(ends)), "high": [*ends][-1]},
        central=_at_least(central, SIGNIFICANT_DIGITS),
    )


def _digits(low: float, central: float, high: float) -> int:
    """Return 1 where the ends are wide apart and rounding them keeps the centre in between."""
    between = rounded(low, 1) <= rounded(central, SIGNIFICANT_DIGITS) <= rounded(high, 1)
    return 1 if high >= WIDE * low and between else SIGNIFICANT_DIGITS


def _at_least(value: float, digits: int) -> str:
    if value < LEAST:
        return _("less than %(number)s") % {"number": LEAST}
    return f"{rounded(value, digits):,f}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"
