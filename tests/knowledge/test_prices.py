"""Prices and factors in the edition are those of the packages it names, at its date.

The packages are needed for this check alone. Prices age: when one differs, the message says what
to write into the edition.
"""

import datetime
from collections.abc import Iterator

import pytest
from ecologits import __version__ as factors_version
from ecologits.electricity_mix_repository import electricity_mixes
from genai_prices import Usage, calc_price
from genai_prices import __version__ as prices_version

from assessor.advice.cost import Request, usd_per_request
from assessor.advice.workload import price_of
from assessor.knowledge.costs import EstimateModel, GridFigure, ReferenceModel
from tests.knowledge.editions import shipped

TOKENS = 1_000
"""Small enough for the first tier of every price list."""


def estimates() -> EstimateModel:
    found = shipped().estimates
    assert found is not None
    return found


def at_noon(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)


PRICED = at_noon(estimates().meta.prices_as_of)


def listed_usd(
    model: ReferenceModel, when: datetime.datetime, tokens_in: int, tokens_out: int, cached: int = 0
) -> float:
    """Return the list price of one request. Raises LookupError for a model that is not listed."""
    usage = Usage(input_tokens=tokens_in, output_tokens=tokens_out, cache_read_tokens=cached)
    priced = calc_price(
        usage,
        model_ref=model.reference,
        provider_id=model.provider,
        genai_request_timestamp=when,
    )
    if priced.model.id != model.reference:
        raise LookupError(f"{model.reference}: matches {priced.model.id} instead")
    return float(priced.total_price)


def differences(model: ReferenceModel, when: datetime.datetime) -> Iterator[str]:
    """Yield what to write instead, for every price that differs from the list."""
    price = price_of(model)
    try:
        requests = {
            "usd_per_million_in": (price.tokens_in, listed_usd(model, when, TOKENS, 0)),
            "usd_per_million_cached": (price.cached, listed_usd(model, when, TOKENS, 0, TOKENS)),
            "usd_per_million_out": (price.tokens_out, listed_usd(model, when, 0, TOKENS)),
        }
    except LookupError as error:
        yield f"{model.provider} {model.reference}: not in the price list ({error})"
        return
    for key, (written, usd) in requests.items():
        listed = usd / TOKENS * 1_000_000
        if listed == 0:
            yield f"{model.name}: {key} has no price per token in the list: choose another model"
        elif written != pytest.approx(listed):
            yield f"{model.name}: write {key}: {listed:g} instead of {written:g}"


# ---------------------------------------------------------------- the shipped prices


def test_the_prices_come_from_the_package_that_is_named() -> None:
    assert estimates().meta.prices_from == f"genai-prices {prices_version}"


@pytest.mark.parametrize("key", list(estimates().models))
def test_every_price_is_the_list_price_on_its_date(key: str) -> None:
    found = list(differences(estimates().models[key], PRICED))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("key", list(estimates().models))
def test_the_longest_request_is_below_the_prices_for_long_inputs(key: str) -> None:
    """Dearer tiers begin at 100,000 tokens; the longest request assumed stays below."""
    model = estimates().models[key]
    tasks = shipped().question_bank.estimate_defaults.tokens_by_task.values()
    accuracy, thinking = estimates().parameters.token_accuracy, estimates().parameters.reasoning
    tokens_in = round(accuracy.high * max(task.tokens_in for task in tasks))
    tokens_out = round(accuracy.high * thinking.high * max(task.tokens_out for task in tasks))
    ours = usd_per_request(Request(tokens_in, tokens_out), price_of(model))
    assert ours == pytest.approx(listed_usd(model, PRICED, tokens_in, tokens_out))


# ---------------------------------------------------------------- the traps of price lists


def different(key: str, **values: object) -> ReferenceModel:
    return estimates().models[key].model_copy(update=values)


def test_a_price_that_differs_is_said_with_what_to_write() -> None:
    dearer = different("claude_sonnet_5_5", usd_per_million_out=12.0)
    assert list(differences(dearer, PRICED)) == [
        "Claude Sonnet 5.5: write usd_per_million_out: 10 instead of 12"
    ]


def test_a_price_that_has_changed_since_is_found() -> None:
    later = at_noon(datetime.date(2026, 12, 2))
    assert list(differences(estimates().models["gemini_4_argon"], later)) == [
        "Gemini 4 Argon: write usd_per_million_in: 4 instead of 2",
        "Gemini 4 Argon: write usd_per_million_cached: 0.2 instead of 0.1",
        "Gemini 4 Argon: write usd_per_million_out: 20 instead of 10",
    ]


def test_a_model_without_a_price_per_token_is_not_free() -> None:
    unpriced = different("gemini_4_argon", name="Gemma 4 31B", reference="gemma-4-31b-it")
    found = list(differences(unpriced, PRICED))
    assert len(found) == 3
    assert all("has no price per token" in difference for difference in found)


@pytest.mark.parametrize("reference", ["claude-opus-99", "no-such-model"])
def test_a_model_that_is_not_listed_is_named(reference: str) -> None:
    (found,) = differences(different("claude_opus_5_5", reference=reference), PRICED)
    assert found.startswith(f"anthropic {reference}: not in the price list")


def test_a_whole_month_in_one_request_would_be_priced_wrongly() -> None:
    haiku = estimates().models["claude_haiku_5_5"]
    assert listed_usd(haiku, PRICED, 1_000_000, 0) == pytest.approx(5 * haiku.usd_per_million_in)


# ---------------------------------------------------------------- factors of electricity


def mixes() -> Iterator[tuple[str, GridFigure, str]]:
    for key, place in estimates().places.items():
        yield key, place.kg_co2e_per_kwh, "gwp"
        yield key, place.water_l_per_kwh, "wue"


def test_the_factors_come_from_the_package_that_is_named() -> None:
    assert estimates().meta.factors_from == f"ecologits {factors_version}"


@pytest.mark.parametrize(("place", "figure", "factor"), list(mixes()))
def test_every_factor_of_electricity_is_that_of_its_zone(
    place: str, figure: GridFigure, factor: str
) -> None:
    values = (figure.low, figure.central, figure.high)
    for zone, written in zip(figure.zones, values, strict=True):
        mix = electricity_mixes.find_electricity_mix(zone)
        assert mix is not None, zone
        listed = getattr(mix, factor)
        assert written == listed, f"{place}: write {listed} for {zone} instead of {written}"
