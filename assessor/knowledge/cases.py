"""The worked cases that an edition must reproduce."""

from pydantic import Field

from assessor.knowledge.conditions import Fact, Key


class Expected(Fact):
    levels: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    leader: str | None
    score: float | None
    runner_up: str | None = None
    runner_up_score: float | None
    excluded: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    status: str
    robust_near_weights: float | None = None
    robust_any_weights: float | None = None


class GoldenCase(Fact):
    """A worked case: levels of the six columns alone, or answers; and what must come out."""

    key: Key
    levels: dict[str, str] = Field(default_factory=dict)
    answers: dict[str, str | int | list[str]] = Field(default_factory=dict)
    expect: Expected


class GoldenCases(Fact):
    cases: tuple[GoldenCase, ...]
