"""estimates_for(knowledge, answers, ranked): what it costs and burns, as ranges.

Low means that every assumption is as favourable as it may be, high that every one is as
unfavourable; central takes the central value of each. Reality is rarely at an end.
"""

from collections.abc import Sequence
from typing import Literal, get_args

from pydantic import Field

from assessor.advice import assumptions, cost, workload
from assessor.advice.assumptions import Assumption
from assessor.advice.cases import CENTRAL, FAVOURABLE, UNFAVOURABLE, Case, End
from assessor.advice.cost import MONTHS_PER_YEAR
from assessor.advice.demand import demand_of
from assessor.advice.workload import Part, Workload
from assessor.knowledge.conditions import Answers, Fact
from assessor.knowledge.costs import EstimateModel, Knob
from assessor.knowledge.quantities import Range
from assessor.knowledge.schema import KnowledgeBase

MOST_SENSITIVE = 3
"""So many assumptions are shown with what they change."""

BudgetCheck = Literal["within", "near", "above", "unknown"]
"""``unknown``: nobody has said what it may cost."""


class BreakEven(Fact):
    """From which volume GPUs cost no more than a service, and how many; None: never."""

    service: str = Field(description="Key of the reference model that is compared with.")
    service_name: str
    model_class: str
    requests_per_month: int | None
    gpus: int | None


class Sensitivity(Fact):
    """Cost with one assumption at either end and all others central."""

    assumption: Knob
    usd_per_year_favourable: float
    usd_per_year_unfavourable: float


class OptionEstimate(Fact):
    """What one architecture costs and burns. Figures per person use the central number of users."""

    architecture: str
    usd_per_month: Range
    usd_per_year: Range
    usd_per_month_by_part: dict[Part, Range]
    gpus: Range | None = Field(description="None: no GPUs of one's own, rented or bought.")
    utilisation: Range | None = Field(description="Share of the time that own GPUs work.")
    kwh_per_year: Range
    kg_co2e_per_year: Range
    water_l_per_year: Range
    usd_per_user_month: Range | None
    kg_co2e_per_user_year: Range | None
    budget: BudgetCheck
    break_even: tuple[BreakEven, ...]
    assumptions: tuple[Assumption, ...] = Field(description="About this architecture alone.")


class Estimates(Fact):
    """Estimates of the leader, the runner-up and the cheapest that is not excluded."""

    prices_as_of: str = Field(description="Date of the list prices, as YYYY-MM-DD.")
    leader: str
    runner_up: str | None
    cheapest: str = Field(description="By central monthly cost; may be one of the others.")
    options: dict[str, OptionEstimate] = Field(description="By architecture, the leader first.")
    sensitivity: tuple[Sensitivity, ...] = Field(description="Of the leader, largest first.")
    assumptions: tuple[Assumption, ...] = Field(description="Behind all options.")


def estimates_for(
    knowledge: KnowledgeBase, answers: Answers, ranked: Sequence[str]
) -> Estimates | None:
    """Return the estimates, or None: no architecture is left, or the edition has no cost model.

    ``answers`` holds only those that count, ``ranked`` the architectures not excluded, best first.
    """
    model = knowledge.estimates
    if model is None or not ranked:
        return None
    demand = demand_of(knowledge, model, answers)
    loads = {key: Workload(model, model.options[key], demand) for key in ranked}
    cheapest = min(ranked, key=lambda key: workload.usd_per_month(loads[key], CENTRAL))
    shown = dict.fromkeys((*ranked[:2], cheapest))
    return Estimates(
        prices_as_of=model.meta.prices_as_of.isoformat(),
        leader=ranked[0],
        runner_up=ranked[1] if len(ranked) > 1 else None,
        cheapest=cheapest,
        options={key: _option(key, loads[key], answers) for key in shown},
        sensitivity=_sensitivity(loads[ranked[0]]),
        assumptions=assumptions.shared(model, demand),
    )


def _option(key: str, load: Workload, answers: Answers) -> OptionEstimate:
    months = [workload.month(load, case) for case in (FAVOURABLE, CENTRAL, UNFAVOURABLE)]
    usd = [month.usd for month in months]
    kg_co2e = [month.kg_co2e for month in months]
    running = [month.running for month in months] if load.costs.self_hosted else []
    people = load.demand.users.values.central
    return OptionEstimate(
        architecture=key,
        usd_per_month=_range(usd),
        usd_per_year=_range(usd, MONTHS_PER_YEAR),
        usd_per_month_by_part={
            part: _range([month.usd_by_part[part] for month in months])
            for part in months[0].usd_by_part
        },
        gpus=_range([cluster.gpus for cluster in running]) if running else None,
        utilisation=_range([cluster.utilisation for cluster in running]) if running else None,
        kwh_per_year=_range([month.kwh for month in months], MONTHS_PER_YEAR),
        kg_co2e_per_year=_range(kg_co2e, MONTHS_PER_YEAR),
        water_l_per_year=_range([month.water_l for month in months], MONTHS_PER_YEAR),
        usd_per_user_month=_range(usd, 1 / people) if people else None,
        kg_co2e_per_user_year=_range(kg_co2e, MONTHS_PER_YEAR / people) if people else None,
        budget=_budget(load.estimates, answers, _range(usd).central),
        break_even=_break_even(load),
        assumptions=assumptions.own(load),
    )


def _range(cases: Sequence[float], factor: float = 1) -> Range:
    """Return the range of the favourable, the central and the unfavourable case.

    Utilisation can be least in any of them: with more requests there may be more GPUs.
    """
    _, central, _ = cases
    return Range(low=min(cases) * factor, central=central * factor, high=max(cases) * factor)


def _budget(estimates: EstimateModel, answers: Answers, usd_per_month: float) -> BudgetCheck:
    """Compare the central cost with the upper edge of what it may cost."""
    edges = estimates.budget.up_to_usd_per_month
    answer = answers.get(estimates.questions.budget)
    if not isinstance(answer, str) or answer not in edges:
        return "unknown"
    edge = edges[answer]
    if edge is None or usd_per_month <= edge:
        return "within"
    return "near" if usd_per_month <= edge * estimates.budget.near_factor else "above"


# ---------------------------------------------------------------- break-even


def _break_even(load: Workload) -> tuple[BreakEven, ...]:
    """Compare GPUs with services: those of the architecture with what the edition sets against it.

    A product paid for each person has no break-even volume.
    """
    services = load.estimates.break_even.services
    if load.costs.self_hosted:
        return tuple(_against(load, key) for key in services)
    if load.costs.service:
        return (_against(load, load.costs.service.models.central),)
    return ()


def _against(load: Workload, service: str) -> BreakEven:
    """Return from which volume the GPUs cost no more than this service, in the central case.

    Retries and tests fall on both, so the list price of one request is compared. People who run
    the GPUs count with them, but never more than an architecture with GPUs takes at all.
    """
    estimates, costs = load.estimates, load.costs
    hosted = costs.self_hosted or estimates.break_even.self_hosted
    staff_fte = estimates.break_even.staff_fte.central
    if costs.self_hosted:
        staff_fte = min(staff_fte, costs.staff_fte.central)
    request = workload.request_of(load, CENTRAL)
    model = estimates.models[service]
    crossing = cost.break_even(
        workload.cluster_of(estimates, hosted, CENTRAL),
        staff_fte * estimates.parameters.staff_cost.central,
        request.generated,
        cost.usd_per_request(request, workload.price_of(model)),
    )
    return BreakEven(
        service=service,
        service_name=model.name,
        model_class=estimates.model_classes[hosted.model_class].label,
        requests_per_month=crossing.requests_per_month if crossing else None,
        gpus=crossing.gpus if crossing else None,
    )


# ---------------------------------------------------------------- what moves it


def _sensitivity(load: Workload) -> tuple[Sensitivity, ...]:
    """Return the assumptions that move the yearly cost most, one at a time."""
    moved = [_moved(load, knob) for knob in get_args(Knob)]
    moved.sort(key=lambda one: one.usd_per_year_favourable - one.usd_per_year_unfavourable)
    largest = moved[:MOST_SENSITIVE]
    return tuple(
        one for one in largest if one.usd_per_year_favourable < one.usd_per_year_unfavourable
    )


def _moved(load: Workload, knob: Knob) -> Sensitivity:
    def usd_per_year(end: End) -> float:
        return workload.usd_per_month(load, Case(instead={knob: end})) * MONTHS_PER_YEAR

    return Sensitivity(
        assumption=knob,
        usd_per_year_favourable=usd_per_year("favourable"),
        usd_per_year_unfavourable=usd_per_year("unfavourable"),
    )
