"""One architecture under one demand: what a month costs and burns, in any case."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from assessor.advice import cost, footprint
from assessor.advice.cases import Case
from assessor.advice.cost import Cluster, Request, TokenPrice
from assessor.advice.demand import Demand
from assessor.advice.footprint import Power
from assessor.knowledge.costs import (
    CostModel,
    EstimateModel,
    ReferenceModel,
    SelfHosted,
    Service,
    Site,
)

Part = Literal["service", "gpus", "seats", "platform", "staff"]


@dataclass(frozen=True)
class Workload:
    """What an estimate of one architecture is computed from."""

    estimates: EstimateModel
    costs: CostModel
    demand: Demand


class Running(NamedTuple):
    """GPUs of one's own, and the share of the time that they work."""

    gpus: int
    utilisation: float


class Burned(NamedTuple):
    """Electricity and water of a month."""

    kwh: float
    water_l: float


class Month(NamedTuple):
    """Everything that a month comes to in one case."""

    usd_by_part: dict[Part, float]
    running: Running
    kwh: float
    kg_co2e: float
    water_l: float

    @property
    def usd(self) -> float:
        return sum(self.usd_by_part.values())


def month(load: Workload, case: Case) -> Month:
    """Return what a month comes to; carbon with the average electricity of the place."""
    kwh, water_l = burned(load, case)
    carbon = case.take("grid_carbon", load.demand.kg_co2e_per_kwh.values)
    return Month(
        usd_by_part=usd_by_part(load, case),
        running=running(load, case),
        kwh=kwh,
        kg_co2e=kwh * carbon,
        water_l=water_l,
    )


def requests_per_month(load: Workload, case: Case) -> float:
    return case.take("requests", load.demand.requests.values)


def request_of(load: Workload, case: Case) -> Request:
    """Return the average request."""
    parameters = load.estimates.parameters
    return Request(
        tokens_in=case.take("tokens", load.demand.tokens_in.values),
        tokens_out=case.take("tokens", load.demand.tokens_out.values),
        cached_share=case.take("cached_share", parameters.cached_share),
        reasoning=case.take("reasoning", parameters.reasoning),
    )


# ---------------------------------------------------------------- cost


def usd_per_month(load: Workload, case: Case) -> float:
    """Return the cost of a month of all parts together."""
    return sum(usd_by_part(load, case).values())


def usd_by_part(load: Workload, case: Case) -> dict[Part, float]:
    """Return the cost of a month by part; parts that the architecture has not are left out."""
    costs, parts = load.costs, dict[Part, float]()
    if costs.service:
        requests = requests_per_month(load, case) * costs.service.share_of_requests
        parts["service"] = requests * usd_of_request(load, costs.service, case)
    if costs.self_hosted:
        cluster = cluster_of(load.estimates, costs.self_hosted, case)
        parts["gpus"] = running(load, case).gpus * cluster.usd_per_gpu_month
    if costs.seats:
        users = case.take("users", load.demand.users.values)
        parts["seats"] = users * case.take("seat_price", costs.seats.usd_per_user_month)
    if costs.platform:
        parts["platform"] = case.take("platform", costs.platform)
    staff_cost = case.take("staff_cost", load.estimates.parameters.staff_cost)
    parts["staff"] = case.take("staff_fte", costs.staff_fte) * staff_cost
    return parts


def usd_of_request(load: Workload, service: Service, case: Case) -> float:
    """Return what a request to a service costs, with retries, guardrails and tests."""
    overhead = case.take("overhead", load.estimates.parameters.overhead)
    price = price_of(model_of(load, service, case))
    return (1 + overhead) * cost.usd_per_request(request_of(load, case), price)


def model_of(load: Workload, service: Service, case: Case) -> ReferenceModel:
    """Return the reference model that answers in this case."""
    return load.estimates.models[service.models.at(case.bound("model"))]


def price_of(model: ReferenceModel) -> TokenPrice:
    """Return the list price; without a price for cached input it costs as much as other input."""
    cached = model.usd_per_million_cached
    return TokenPrice(
        tokens_in=model.usd_per_million_in,
        cached=model.usd_per_million_in if cached is None else cached,
        tokens_out=model.usd_per_million_out,
    )


# ---------------------------------------------------------------- GPUs of one's own


def cluster_of(estimates: EstimateModel, hosted: SelfHosted, case: Case) -> Cluster:
    """Return the GPUs that run a model class on some hardware."""
    model = estimates.model_classes[hosted.model_class]
    hardware = estimates.hardware[hosted.hardware]
    return Cluster(
        usd_per_gpu_hour=case.take("gpu_price", hardware.usd_per_gpu_hour),
        at_least=max(
            cost.gpus_to_hold(model.parameters_billion, model.bits, hardware.memory_gb),
            model.measured_on_gpus,
            round(case.take("gpus", hosted.gpus)),
        ),
        tokens_per_second=case.take("tokens_per_second", model.output_tokens_per_second),
        derate=case.take("derate", estimates.parameters.derate),
        peak_share=case.take("peak_share", estimates.parameters.peak_share),
    )


def running(load: Workload, case: Case) -> Running:
    """Return the GPUs needed and how busy they are; none without a self-hosted part."""
    hosted = load.costs.self_hosted
    if hosted is None:
        return Running(0, 0)
    cluster = cluster_of(load.estimates, hosted, case)
    left = 1 - load.costs.service.share_of_requests if load.costs.service else 1
    written = left * requests_per_month(load, case) * request_of(load, case).generated
    return Running(cluster.gpus(written), cluster.utilisation(written))


# ---------------------------------------------------------------- footprint


def burned(load: Workload, case: Case) -> Burned:
    """Return electricity and water of a month, of services and of one's own machines."""
    shares = list(_burned_by_part(load, case))
    return Burned(sum(share.kwh for share in shares), sum(share.water_l for share in shares))


def _burned_by_part(load: Workload, case: Case) -> Iterator[Burned]:
    costs = load.costs
    if costs.service:
        model = model_of(load, costs.service, case)
        yield _by_service(load, case, model.energy, costs.service.share_of_requests)
    if costs.seats:
        yield _by_service(load, case, costs.seats.energy, 1)
    if costs.self_hosted:
        yield _by_own_machines(load, case, costs.self_hosted)


def _by_service(load: Workload, case: Case, energy: str, share: float) -> Burned:
    """Return what shared services burn for a share of the requests.

    The system factor holds the overhead of the site already: water for cooling takes it out again.
    """
    parameters, request = load.estimates.parameters, request_of(load, case)
    joules = load.estimates.energy_per_token[energy].joules_per_output_token
    wh = footprint.wh_per_request(
        tokens_in=request.tokens_in,
        tokens_written=request.generated,
        joules_per_token=case.take("energy", joules),
        input_energy=case.take("input_energy", parameters.input_energy),
        system_factor=case.take("system_factor", parameters.system_factor),
    )
    kwh = share * requests_per_month(load, case) * wh / footprint.WATTS_PER_KILOWATT
    site = load.estimates.sites[load.estimates.service_site]
    return _with_water(load, case, kwh, site, site.pue.central)


def _by_own_machines(load: Workload, case: Case, hosted: SelfHosted) -> Burned:
    hardware = load.estimates.hardware[hosted.hardware]
    site = load.estimates.sites[hardware.site]
    power = Power(
        idle=case.take("power", hardware.idle_watts),
        busy=case.take("power", hardware.busy_watts),
        server=case.take("power", hardware.server_watts),
    )
    pue = case.take("site_overhead", site.pue)
    gpus, utilisation = running(load, case)
    kwh = footprint.server_kwh_per_month(gpus, utilisation, power, pue)
    return _with_water(load, case, kwh, site, pue)


def _with_water(load: Workload, case: Case, kwh: float, site: Site, pue: float) -> Burned:
    cooling = case.take("site_water", site.water_l_per_kwh)
    grid = case.take("grid_water", load.demand.water_l_per_kwh.values)
    return Burned(kwh, footprint.water_l(kwh, pue, cooling, grid))
