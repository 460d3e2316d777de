"""The assumptions behind an estimate, each with its range and where it comes from."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from pydantic import Field

from assessor.advice.demand import Demand, Origin, Stated
from assessor.advice.workload import Workload
from assessor.knowledge.conditions import Fact
from assessor.knowledge.costs import EstimateModel, Knob, SelfHosted, Service
from assessor.knowledge.quantities import Basis, Figure, Range


class Assumption(Fact):
    """One quantity that an estimate rests on."""

    key: Knob
    label: str
    unit: str
    values: Range
    origin: Origin
    basis: Basis
    source: str = Field(description="Where the range comes from, or what stands in for an answer.")


class Resting(NamedTuple):
    """A figure of the edition, under the name of what it is; ``of`` says what it belongs to."""

    key: Knob
    figure: Figure
    of: str = ""


def shared(estimates: EstimateModel, demand: Demand) -> tuple[Assumption, ...]:
    """Return the assumptions that hold for every architecture."""
    parameters = estimates.parameters
    stated: tuple[tuple[Knob, Stated], ...] = (
        ("requests", demand.requests),
        ("tokens", _together(demand.tokens_in, demand.tokens_out)),
        ("users", demand.users),
        ("grid_carbon", demand.kg_co2e_per_kwh),
        ("grid_water", demand.water_l_per_kwh),
    )
    figures = (
        Resting("cached_share", parameters.cached_share),
        Resting("reasoning", parameters.reasoning),
        Resting("overhead", parameters.overhead),
        Resting("derate", parameters.derate),
        Resting("peak_share", parameters.peak_share),
        Resting("staff_cost", parameters.staff_cost),
        Resting("input_energy", parameters.input_energy),
        Resting("system_factor", parameters.system_factor),
    )
    return (
        *(_assumption(estimates, key, values) for key, values in stated),
        *(_resting(estimates, figure) for figure in figures),
    )


def own(load: Workload) -> tuple[Assumption, ...]:
    """Return the assumptions about this architecture alone."""
    return tuple(_own(load))


def _own(load: Workload) -> Iterator[Assumption]:
    costs, estimates = load.costs, load.estimates
    if costs.service:
        yield from _service(estimates, costs.service)
    for figure in _figures(load):
        yield _resting(estimates, figure)


def _figures(load: Workload) -> Iterator[Resting]:
    costs, estimates = load.costs, load.estimates
    if costs.seats:
        behind = estimates.energy_per_token[costs.seats.energy]
        yield Resting("seat_price", costs.seats.usd_per_user_month)
        yield Resting("energy", behind.joules_per_output_token, behind.label)
    if costs.self_hosted:
        yield from _hosting(estimates, costs.self_hosted)
    else:
        site = estimates.sites[estimates.service_site]
        yield Resting("site_water", site.water_l_per_kwh, site.label)
    if costs.platform:
        yield Resting("platform", costs.platform)
    yield Resting("staff_fte", costs.staff_fte)


def _hosting(estimates: EstimateModel, hosted: SelfHosted) -> Iterator[Resting]:
    hardware = estimates.hardware[hosted.hardware]
    model = estimates.model_classes[hosted.model_class]
    site = estimates.sites[hardware.site]
    yield Resting("gpus", hosted.gpus, hardware.label)
    yield Resting("gpu_price", hardware.usd_per_gpu_hour, hardware.label)
    yield Resting("tokens_per_second", model.output_tokens_per_second, model.label)
    yield Resting("power", hardware.idle_watts, hardware.label)
    yield Resting("site_overhead", site.pue, site.label)
    yield Resting("site_water", site.water_l_per_kwh, site.label)


def _service(estimates: EstimateModel, service: Service) -> Iterator[Assumption]:
    """Yield price and energy over the three reference models, which are named."""
    chosen = service.models
    models = [estimates.models[key] for key in (chosen.low, chosen.central, chosen.high)]
    low, central, high = models
    names = ", ".join(model.name for model in models)
    prices = Range(
        low=low.usd_per_million_out,
        central=central.usd_per_million_out,
        high=high.usd_per_million_out,
    )
    source = f"{names}. {service.source}"
    yield _assumption(estimates, "model", Stated(prices, "edition", service.basis, source))
    energy = [estimates.energy_per_token[model.energy].joules_per_output_token for model in models]
    joules = Range(low=energy[0].low, central=energy[1].central, high=energy[2].high)
    source = f"{names}. {energy[1].source}"
    yield _assumption(estimates, "energy", Stated(joules, "edition", energy[1].basis, source))


def _resting(estimates: EstimateModel, resting: Resting) -> Assumption:
    figure = resting.figure
    values = Range(low=figure.low, central=figure.central, high=figure.high)
    source = f"{resting.of}. {figure.source}" if resting.of else figure.source
    return _assumption(estimates, resting.key, Stated(values, "edition", figure.basis, source))


def _assumption(estimates: EstimateModel, key: Knob, stated: Stated) -> Assumption:
    label = estimates.labels[key]
    return Assumption(
        key=key,
        label=label.label,
        unit=label.unit,
        values=stated.values,
        origin=stated.origin,
        basis=stated.basis,
        source=stated.source,
    )


def _together(left: Stated, right: Stated) -> Stated:
    values = Range(
        low=left.values.low + right.values.low,
        central=left.values.central + right.values.central,
        high=left.values.high + right.values.high,
    )
    return replace(left, values=values)
