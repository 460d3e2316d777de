"""What it costs and burns, in words: read from the estimates that were issued."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.advice.cost import MONTHS_PER_YEAR
from assessor.advice.estimates import Estimates, OptionEstimate
from assessor.advice.workload import Part
from assessor.knowledge.costs import EstimateMeta
from assessor.knowledge.quantities import Range
from assessor.report import assumptions
from assessor.report.amounts import Amount, Bar, Scale, amount, scale_for
from assessor.report.answers import Given, given_to
from assessor.report.assumptions import AssumptionGroup, assumption
from assessor.report.figures import NO_BREAK_SPACE, about, span
from assessor.report.movers import Mover, movers, scale_of
from assessor.report.record import Record

PARTS: dict[Part, Promise] = {
    "service": gettext_lazy("Model as a service, paid by use"),
    "gpus": gettext_lazy("GPUs of your own, rented or bought"),
    "seats": gettext_lazy("Licences, paid for each person"),
    "platform": gettext_lazy("Platform around the model"),
    "staff": gettext_lazy("People who run it"),
}


@dataclass(frozen=True)
class Burned:
    """What a year burns in all, and for each person if it is known how many there are."""

    label: str
    unit: str
    year: Amount
    person: Amount | None


@dataclass(frozen=True)
class OptionCosts:
    """One option. Money is in USD; ``person`` is for a month, as ``month`` is.

    ``gpus`` and ``working``, the share of the time they work, are empty without own GPUs.
    ``budget`` is the key of the check against what it may cost.
    """

    name: str
    roles: tuple[str, ...]
    year: Amount
    month: Amount
    bar: Bar
    parts: dict[Part, Amount]
    person: Amount | None
    gpus: str
    working: str
    budget: str
    footprint: tuple[Burned, ...]
    carbon_bar: Bar

    @property
    def carbon(self) -> Burned:
        return self.footprint[1]


@dataclass(frozen=True)
class Crossing:
    """A service that GPUs are compared with. ``requests`` a month is empty for never."""

    service: str
    requests: str
    gpus: int


@dataclass(frozen=True)
class Costs:
    """Estimates in words. ``parts``: what each option by name pays for each part, if anything."""

    options: tuple[OptionCosts, ...]
    scale: Scale
    carbon_scale: Scale
    parts: tuple[tuple[str, tuple[tuple[str, Amount | None], ...]], ...]
    staff: Amount
    model_class: str
    crossings: tuple[Crossing, ...]
    requests: Amount
    movers: tuple[Mover, ...]
    movers_scale: Scale
    budget: Given | None
    prices_as_of: date
    about: EstimateMeta
    assumptions: tuple[AssumptionGroup, ...]

    @property
    def leader(self) -> OptionCosts:
        return self.options[0]

    @property
    def has_gpus(self) -> bool:
        return any(option.gpus for option in self.options)


def costs(record: Record) -> Costs | None:
    """Return the estimates in words, or None where there are none."""
    found, model = record.suggestion.estimates, record.knowledge.estimates
    if found is None or model is None:
        return None
    shown = _in_order(found)
    scale = scale_for(option.usd_per_year for option in shown)
    carbon = scale_for(option.kg_co2e_per_year for option in shown)
    options = tuple(_option(record, found, option, scale, carbon) for option in shown)
    leader = found.options[found.leader]
    movers_scale = scale_of(found, leader)
    return Costs(
        options=options,
        scale=scale,
        carbon_scale=carbon,
        parts=_parts(options),
        staff=options[0].parts["staff"],
        model_class=leader.break_even[0].model_class if leader.break_even else "",
        crossings=_crossings(leader),
        requests=amount(assumption(found.assumptions, "requests").values),
        movers=movers(found, leader, movers_scale),
        movers_scale=movers_scale,
        budget=next(iter(given_to(record, [model.questions.budget])), None),
        prices_as_of=date.fromisoformat(found.prices_as_of),
        about=model.meta,
        assumptions=assumptions.groups(record, found, shown),
    )


def _in_order(found: Estimates) -> tuple[OptionEstimate, ...]:
    """Return the first, the second and the cheapest: what is stored forgets its order."""
    keys = dict.fromkeys((found.leader, found.runner_up, found.cheapest))
    return tuple(found.options[key] for key in keys if key is not None)


def _option(
    record: Record, found: Estimates, option: OptionEstimate, scale: Scale, carbon: Scale
) -> OptionCosts:
    return OptionCosts(
        name=record.knowledge.options[option.architecture].short_name,
        roles=_roles(found, option.architecture),
        year=amount(option.usd_per_year),
        month=amount(option.usd_per_month),
        bar=scale.bar(option.usd_per_year),
        parts={
            part: amount(values, MONTHS_PER_YEAR)
            for part, values in option.usd_per_month_by_part.items()
        },
        person=amount(option.usd_per_user_month) if option.usd_per_user_month else None,
        gpus=span(option.gpus.low, option.gpus.high) if option.gpus else "",
        working=_shares(option.utilisation) if option.utilisation else "",
        budget=option.budget,
        footprint=_footprint(option, assumption(found.assumptions, "users").values.central),
        carbon_bar=carbon.bar(option.kg_co2e_per_year),
    )


def _roles(found: Estimates, architecture: str) -> tuple[str, ...]:
    roles = {
        _("First by fit"): found.leader,
        _("Second by fit"): found.runner_up,
        _("Cheapest not ruled out"): found.cheapest,
    }
    return tuple(role for role, key in roles.items() if key == architecture)


def _footprint(option: OptionEstimate, people: float) -> tuple[Burned, ...]:
    burned = (
        (_("Electricity"), "kWh", option.kwh_per_year),
        (_("Carbon"), _("kg CO2e"), option.kg_co2e_per_year),
        (_("Water"), _("litres"), option.water_l_per_year),
    )
    return tuple(
        Burned(label, unit, amount(year), amount(year, 1 / people) if people else None)
        for label, unit, year in burned
    )


def _shares(values: Range) -> str:
    """Write shares of the time in per cent."""
    percent = amount(values, 100)
    return f"{percent.span}{NO_BREAK_SPACE}%"


def _parts(
    options: tuple[OptionCosts, ...],
) -> tuple[tuple[str, tuple[tuple[str, Amount | None], ...]], ...]:
    """Return the parts that at least one option has."""
    return tuple(
        (str(label), tuple((option.name, option.parts.get(part)) for option in options))
        for part, label in PARTS.items()
        if any(part in option.parts for option in options)
    )


def _crossings(leader: OptionEstimate) -> tuple[Crossing, ...]:
    return tuple(
        Crossing(
            service=crossing.service_name,
            requests=about(crossing.requests_per_month) if crossing.requests_per_month else "",
            gpus=crossing.gpus or 0,
        )
        for crossing in leader.break_even
    )
