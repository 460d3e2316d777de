"""Quantities nobody knows exactly: a low, a central and a high value, and where they come from."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from assessor.knowledge.conditions import Fact

Bound = Literal["low", "central", "high"]
Quantity = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Price = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
"""USD. Nothing is free: in price lists 0 means "no such price"."""


class Range(Fact):
    """Low, central and high value of one quantity."""

    low: Quantity
    central: Quantity
    high: Quantity

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.central <= self.high:
            raise ValueError("must be given as low <= central <= high")
        return self

    def at(self, bound: Bound) -> float:
        """Return one of the three values."""
        return {"low": self.low, "central": self.central, "high": self.high}[bound]


Basis = Literal["fact", "assumption", "judgement"]


class Figure(Range):
    """A range that somebody can check: a fact, an assumption or a judgement, and where from."""

    basis: Basis
    source: str = Field(min_length=1)


def _above_zero(figure: Figure) -> Figure:
    if figure.low <= 0:
        raise ValueError("must be above 0")
    return figure


def _at_most_one(figure: Figure) -> Figure:
    if figure.high > 1:
        raise ValueError("must be a share of 1")
    return figure


def _at_least_one(figure: Figure) -> Figure:
    if figure.low < 1:
        raise ValueError("must be 1 or more")
    return figure


Positive = Annotated[Figure, AfterValidator(_above_zero)]
Share = Annotated[Figure, AfterValidator(_at_most_one)]
PositiveShare = Annotated[Figure, AfterValidator(_above_zero), AfterValidator(_at_most_one)]
Factor = Annotated[Figure, AfterValidator(_at_least_one)]
"""A multiple of 1."""
