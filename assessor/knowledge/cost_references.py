"""Every name in the estimates must mean something, and cheapest must come first."""

from collections.abc import Iterable, Iterator
from typing import get_args

from assessor.knowledge.conditions import UNKNOWN
from assessor.knowledge.costs import (
    EstimateModel,
    Knob,
    ModelChoice,
    ReferenceModel,
    SelfHosted,
)
from assessor.knowledge.findings import Dangling, unknown
from assessor.knowledge.quantities import Bound
from assessor.knowledge.question_bank import MultiQuestion, NumberQuestion, SingleQuestion
from assessor.knowledge.schema import KnowledgeBase

ESTIMATES = "estimates.yaml"
BOUNDS: tuple[Bound, ...] = get_args(Bound)

Wrong = tuple[str, str]
"""path, reason"""


def unresolved_costs(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    """Yield every name in the estimates that points nowhere; nothing when there are none."""
    if knowledge.estimates is None:
        return
    for path, reason in _wrong(knowledge, knowledge.estimates):
        yield ESTIMATES, path, reason


def _wrong(knowledge: KnowledgeBase, estimates: EstimateModel) -> Iterator[Wrong]:
    if estimates.meta.content_version != knowledge.version:
        yield "meta.content_version", f"{estimates.meta.content_version}, not {knowledge.version}"
    yield from _same_keys("labels", estimates.labels, get_args(Knob))
    yield from _same_keys("options", estimates.options, knowledge.options)
    yield from _answers(knowledge, estimates)
    yield from _catalogue(estimates)
    for key, option in estimates.options.items():
        path = f"options ({key})"
        if option.service:
            yield from _choice(estimates, f"{path}.service.models", option.service.models)
            if option.self_hosted is None and option.service.share_of_requests < 1:
                yield f"{path}.service.share_of_requests", "nothing answers the rest"
            if option.self_hosted and option.service.share_of_requests == 1:
                yield f"{path}.service.share_of_requests", "leaves nothing for self_hosted"
        if option.self_hosted:
            yield from _hosting(estimates, f"{path}.self_hosted", option.self_hosted)
        if option.seats:
            yield from _names(
                f"{path}.seats.energy", [option.seats.energy], estimates.energy_per_token
            )


def _answers(knowledge: KnowledgeBase, estimates: EstimateModel) -> Iterator[Wrong]:
    asked = estimates.questions
    for path, key in (("requests", asked.requests), ("users", asked.users)):
        if not isinstance(knowledge.questions.get(key), NumberQuestion):
            yield f"questions.{path}", f"no question {key!r} for a number"
    yield from _one_each("places", knowledge, asked.place, estimates.places)
    yield from _one_each(
        "budget.up_to_usd_per_month", knowledge, asked.budget, estimates.budget.up_to_usd_per_month
    )
    yield from _one_each("users", knowledge, asked.scope, estimates.users)
    for scope, sizes in estimates.users.items():
        yield from _one_each(f"users.{scope}", knowledge, asked.organisation_size, sizes)
    yield from _names("unknown_place", [estimates.unknown_place], estimates.places)


def _one_each(
    path: str, knowledge: KnowledgeBase, key: str, given: Iterable[str]
) -> Iterator[Wrong]:
    """Yield a difference between what is given and the choices of a question."""
    question = knowledge.questions.get(key)
    if isinstance(question, SingleQuestion | MultiQuestion):
        choices = [choice.key for choice in question.choices if choice.key != UNKNOWN]
        yield from _same_keys(path, given, choices)
    else:
        yield path, f"no question {key!r} with choices"


def _catalogue(estimates: EstimateModel) -> Iterator[Wrong]:
    for key, model in estimates.models.items():
        yield from _names(f"models.{key}.energy", [model.energy], estimates.energy_per_token)
        if _cached(model) > model.usd_per_million_in:
            yield f"models.{key}.usd_per_million_cached", "must not be above usd_per_million_in"
    for key, hardware in estimates.hardware.items():
        yield from _names(f"hardware.{key}.site", [hardware.site], estimates.sites)
    yield from _names("service_site", [estimates.service_site], estimates.sites)
    yield from _names("break_even.services", estimates.break_even.services, estimates.models)
    yield from _hosting(estimates, "break_even.self_hosted", estimates.break_even.self_hosted)


def _hosting(estimates: EstimateModel, path: str, hosted: SelfHosted) -> Iterator[Wrong]:
    yield from _names(f"{path}.model_class", [hosted.model_class], estimates.model_classes)
    yield from _names(f"{path}.hardware", [hosted.hardware], estimates.hardware)


def _choice(estimates: EstimateModel, path: str, choice: ModelChoice) -> Iterator[Wrong]:
    keys = [choice.at(bound) for bound in BOUNDS]
    yield from _names(path, keys, estimates.models)
    if set(keys) <= set(estimates.models):
        models = [estimates.models[key] for key in keys]
        yield from _dearer(path, "usd_per_million_in", [m.usd_per_million_in for m in models])
        yield from _dearer(path, "usd_per_million_cached", [_cached(m) for m in models])
        yield from _dearer(path, "usd_per_million_out", [m.usd_per_million_out for m in models])
        yield from _dearer(path, "energy", _energies(estimates, models))


def _energies(estimates: EstimateModel, models: list[ReferenceModel]) -> list[float]:
    return [
        estimates.energy_per_token[model.energy].joules_per_output_token.at(bound)
        for model, bound in zip(models, BOUNDS, strict=True)
        if model.energy in estimates.energy_per_token
    ]


def _dearer(path: str, what: str, values: list[float]) -> Iterator[Wrong]:
    """Yield when low is not the least and high not the greatest: ranges would be upside down."""
    if values != sorted(values):
        yield path, f"{what} must rise from low to high, not {values}"


def _cached(model: ReferenceModel) -> float:
    cached = model.usd_per_million_cached
    return model.usd_per_million_in if cached is None else cached


def _same_keys(path: str, given: Iterable[str], wanted: Iterable[str]) -> Iterator[Wrong]:
    missing, known = set(wanted) - set(given), set(wanted)
    if missing:
        yield path, f"missing: {', '.join(sorted(missing))}"
    yield from _names(path, given, known)


def _names(path: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Wrong]:
    for _, at, reason in unknown(ESTIMATES, path, "entry", names, set(known)):
        yield at, reason
