"""What running an architecture costs and burns: prices, factors and assumptions of one edition.

Every figure is a range with its source. Prices and factors are copied into the edition, never
looked up, so that an edition gives the same result for ever and shows its age.
"""

import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from assessor.knowledge.conditions import Fact, QuestionClause
from assessor.knowledge.quantities import (
    Bound,
    Factor,
    Figure,
    Positive,
    PositiveShare,
    Price,
    Share,
)
from assessor.knowledge.values import Meta

Knob = Literal[
    "requests",
    "tokens",
    "users",
    "cached_share",
    "reasoning",
    "overhead",
    "derate",
    "peak_share",
    "staff_cost",
    "input_energy",
    "system_factor",
    "grid_carbon",
    "grid_water",
    "site_overhead",
    "site_water",
    "model",
    "gpu_price",
    "gpus",
    "tokens_per_second",
    "power",
    "energy",
    "seat_price",
    "platform",
    "staff_fte",
]
"""What can be other than assumed. Every name has a label in the edition."""


class EstimateMeta(Meta):
    """What the figures were taken from, and what they leave out."""

    currency: Literal["USD"]
    prices_from: str
    prices_as_of: datetime.date
    prices_note: str
    factors_from: str
    credits: tuple[str, ...]
    boundary: str


class Label(Fact):
    """How an assumption is called. ``unanswered`` says what stands in for a missing answer."""

    label: str
    unit: str
    unanswered: str = ""


class ReferenceModel(Fact):
    """A model used as a service, with its list price in USD per million tokens.

    ``provider`` and ``reference`` name it in the price list that the edition was copied from.
    """

    name: str
    provider: str
    reference: str
    usd_per_million_in: Price
    usd_per_million_cached: Price | None = Field(
        default=None, description="None: input read from a cache costs the same."
    )
    usd_per_million_out: Price
    energy: str = Field(description="Key in energy_per_token.")


class EnergyClass(Fact):
    """Energy of the accelerators alone for one output token."""

    label: str
    joules_per_output_token: Positive


class ModelClass(Fact):
    """A model that one runs oneself."""

    label: str
    parameters_billion: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    bits: Annotated[int, Field(strict=True, gt=0)]
    measured_on_gpus: Annotated[int, Field(strict=True, gt=0)]
    output_tokens_per_second: Positive = Field(description="Of each GPU, many requests at a time.")


class Hardware(Fact):
    """A machine with one GPU in it, rented or owned. Watts are those of one GPU and its share."""

    label: str
    site: str = Field(description="Key in sites.")
    memory_gb: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    usd_per_gpu_hour: Positive
    idle_watts: Figure
    busy_watts: Figure
    server_watts: Figure

    @model_validator(mode="after")
    def _more_when_busy(self) -> Self:
        bounds: tuple[Bound, ...] = ("low", "central", "high")
        if any(self.busy_watts.at(bound) < self.idle_watts.at(bound) for bound in bounds):
            raise ValueError("busy_watts must not be below idle_watts")
        return self


class Site(Fact):
    """A kind of place where computers stand."""

    label: str
    pue: Factor = Field(description="Energy of the whole site over that of its computers.")
    water_l_per_kwh: Figure = Field(description="Cooling water per kWh of its computers.")


class GridFigure(Figure):
    """A factor of electricity from the grid, with the zone that each value is taken from."""

    zones: tuple[str, str, str]


class Place(Fact):
    label: str
    kg_co2e_per_kwh: GridFigure
    water_l_per_kwh: GridFigure


class Parameters(Fact):
    """Assumptions that hold for every architecture."""

    cached_share: Share
    reasoning: Factor
    overhead: Figure
    derate: PositiveShare
    peak_share: PositiveShare
    staff_cost: Figure = Field(description="USD for one full-time person and month.")
    input_energy: Figure = Field(description="Energy of an input token over an output token.")
    system_factor: Factor
    request_accuracy: Positive
    token_accuracy: Positive
    user_accuracy: Positive


class ModelChoice(Fact):
    """Three reference models, the cheapest first."""

    low: str
    central: str
    high: str

    def at(self, bound: Bound) -> str:
        """Return the key of one of the three."""
        return {"low": self.low, "central": self.central, "high": self.high}[bound]


class Service(Fact):
    """Requests answered by a model service and paid per token."""

    models: ModelChoice
    share_of_requests: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 1
    basis: Literal["assumption", "judgement"]
    source: str


class SelfHosted(Fact):
    """Requests answered on machines of one's own or rented: all that no service answers."""

    model_class: str
    hardware: str
    gpus: Factor = Field(description="At least this many, for example two against failure.")


class Seats(Fact):
    """A product paid for each person."""

    usd_per_user_month: Figure
    energy: str = Field(description="Energy class of the model behind the product.")


class CostModel(Fact):
    """What one architecture costs to run, after the first version is in use."""

    service: Service | None = None
    self_hosted: SelfHosted | None = None
    seats: Seats | None = None
    platform: Figure | None = Field(default=None, description="USD per month, whatever the use.")
    staff_fte: Figure


class Questions(Fact):
    """The questions whose answers the estimates are computed from."""

    requests: str
    users: str
    scope: str
    organisation_size: str
    place: str
    budget: str


class Budget(Fact):
    """Upper edges of the budget answers, in USD per month; None: no upper edge."""

    up_to_usd_per_month: dict[str, Price | None]
    near_factor: Annotated[float, Field(ge=1, allow_inf_nan=False)]


class BreakEvenModel(Fact):
    """From which volume own GPUs cost less than a service: what is compared with what."""

    services: tuple[str, ...]
    self_hosted: SelfHosted
    staff_fte: Figure = Field(description="People who run the GPUs, beyond the application.")


class Habit(Fact):
    """How often one person uses it, where every request comes from one of those counted."""

    when: tuple[QuestionClause, ...]
    uses_per_day: Positive


class RequestsByPeople(Fact):
    """Requests of a month where only the number of people is known: the first habit that fits."""

    unanswered: str
    working_days: Positive
    habits: tuple[Habit, ...]


class EstimateModel(Fact):
    """Everything that estimates are computed from."""

    meta: EstimateMeta
    questions: Questions
    labels: dict[Knob, Label]
    parameters: Parameters
    models: dict[str, ReferenceModel]
    energy_per_token: dict[str, EnergyClass]
    model_classes: dict[str, ModelClass]
    sites: dict[str, Site]
    service_site: str = Field(description="Where the services of reference models run.")
    hardware: dict[str, Hardware]
    places: dict[str, Place]
    unknown_place: str
    users: dict[str, dict[str, Figure]] = Field(description="By scope and organisation size.")
    requests_by_people: RequestsByPeople | None = Field(
        default=None, description="None before 2026.11.3."
    )
    budget: Budget
    break_even: BreakEvenModel
    options: dict[str, CostModel]
