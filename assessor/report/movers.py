"""The assumptions that move the yearly cost most, in words."""

from dataclasses import dataclass

from assessor.advice.cases import MORE_IS_BETTER
from assessor.advice.estimates import Estimates, OptionEstimate, Sensitivity
from assessor.knowledge.quantities import Range
from assessor.report.amounts import Bar, Scale, scale_for
from assessor.report.assumptions import assumption
from assessor.report.figures import about


@dataclass(frozen=True)
class Mover:
    """An assumption, its value at either end, and what a year costs there, in USD."""

    label: str
    unit: str
    favourable: str
    unfavourable: str
    usd_favourable: str
    usd_unfavourable: str
    bar: Bar


def scale_of(found: Estimates, leader: OptionEstimate) -> Scale:
    """Return the scale that the cost at either end of each assumption fits on."""
    moved = [_moved(leader, one) for one in found.sensitivity]
    return scale_for(moved or [leader.usd_per_year])


def movers(found: Estimates, leader: OptionEstimate, scale: Scale) -> tuple[Mover, ...]:
    """Return the assumptions that move the leader's cost most, the largest first."""
    return tuple(_mover(found, leader, one, scale) for one in found.sensitivity)


def _mover(found: Estimates, leader: OptionEstimate, one: Sensitivity, scale: Scale) -> Mover:
    behind = assumption((*found.assumptions, *leader.assumptions), one.assumption)
    low, high = about(behind.values.low), about(behind.values.high)
    more_is_better = one.assumption in MORE_IS_BETTER
    return Mover(
        label=behind.label,
        unit=behind.unit,
        favourable=high if more_is_better else low,
        unfavourable=low if more_is_better else high,
        usd_favourable=about(one.usd_per_year_favourable),
        usd_unfavourable=about(one.usd_per_year_unfavourable),
        bar=scale.bar(_moved(leader, one)),
    )


def _moved(leader: OptionEstimate, one: Sensitivity) -> Range:
    return Range(
        low=one.usd_per_year_favourable,
        central=leader.usd_per_year.central,
        high=one.usd_per_year_unfavourable,
    )
