"""The formulas of cost against the worked figures of the method document."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.advice.cost import (
    Cluster,
    Request,
    TokenPrice,
    break_even,
    gpus_to_hold,
    usd_per_million_tokens,
    usd_per_request,
)
from tests.advice.answers import unhurried

LOOK_UP = Request(tokens_in=4000, tokens_out=400)
OPUS = TokenPrice(4, 0.2, 20)
STAFF_USD = 5000
"""Half a person."""

TWO_H100 = Cluster(
    usd_per_gpu_hour=3.13, at_least=2, tokens_per_second=2160, derate=0.5, peak_share=0.5
)


def rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


# ---------------------------------------------------------------- a service


def test_input_from_a_cache_is_cheaper() -> None:
    request = Request(tokens_in=1_000_000, tokens_out=0, cached_share=0.25)
    assert usd_per_request(request, OPUS) == pytest.approx(0.75 * 4 + 0.25 * 0.2)


def test_hidden_thinking_is_billed_as_output() -> None:
    request = Request(tokens_in=0, tokens_out=100_000, reasoning=3)
    assert usd_per_request(request, OPUS) == pytest.approx(0.3 * 20)


# ---------------------------------------------------------------- GPUs of one's own


def test_two_gpus_and_half_a_person_cost_about_9570_a_month() -> None:
    gpus = TWO_H100.gpus(100_000 * 400)
    assert rounded(gpus * TWO_H100.usd_per_gpu_month + STAFF_USD, 3) == 9570


def test_at_100_000_requests_the_two_gpus_work_less_than_one_percent_of_the_time() -> None:
    assert rounded(TWO_H100.utilisation(100_000 * 400), 1) == 0.007


@pytest.mark.parametrize(("utilisation", "usd"), [(1, 0.40), (0.1, 4.0), (0.01, 40.0)])
def test_a_million_tokens_cost_more_the_less_a_gpu_works(utilisation: float, usd: float) -> None:
    assert rounded(usd_per_million_tokens(3.13, 2160, utilisation), 2) == usd


@pytest.mark.parametrize(
    ("parameters_billion", "bits", "memory_gb", "gpus"),
    [
        (8, 16, 80, 1),
        (30, 16, 80, 1),
        (117, 4, 80, 1),
        (70, 16, 80, 4),
        (235, 8, 80, 4),
        (8, 4, 16, 1),
        (1050, 8, 80, 16),
    ],
)
def test_the_gpus_that_hold_a_model_are_a_power_of_two(
    parameters_billion: float, bits: int, memory_gb: float, gpus: int
) -> None:
    assert gpus_to_hold(parameters_billion, bits, memory_gb) == gpus


def test_gpus_are_added_when_the_busiest_hour_needs_them() -> None:
    one_gpu = TWO_H100.tokens_per_gpu_month * TWO_H100.peak_share
    assert [TWO_H100.gpus(one_gpu * share) for share in (0, 2, 2.01)] == [2, 2, 3]


@unhurried
@given(tokens=st.floats(0, 1e15))
def test_gpus_never_work_more_than_their_mean_load_allows(tokens: float) -> None:
    assert TWO_H100.utilisation(tokens) <= TWO_H100.peak_share * (1 + 1e-9)


# ---------------------------------------------------------------- break-even


@pytest.mark.parametrize(
    ("service", "usd", "requests", "gpus"),
    [
        ("Opus 5.5", 0.024, 0.4e6, 2),
        ("Sonnet 5.5 or GPT-6.1", 0.012, 0.8e6, 2),
        ("Gemini Flash", 0.0045, 2.1e6, 2),
        ("Mistral Small 4", 0.00084, 28e6, 8),
    ],
)
def test_the_break_even_volume_rises_as_services_get_cheaper(
    service: str, usd: float, requests: float, gpus: int
) -> None:
    crossing = break_even(TWO_H100, STAFF_USD, 400, usd)
    assert crossing is not None, service
    assert rounded(crossing.requests_per_month, 2 if requests > 1e6 else 1) == requests
    assert crossing.gpus == gpus


def test_against_the_cheapest_services_it_never_breaks_even() -> None:
    assert break_even(TWO_H100, STAFF_USD, 400, 0.0006) is None


def test_requests_without_an_answer_never_break_even() -> None:
    assert break_even(TWO_H100, STAFF_USD, 0, 0.01) is None
    assert break_even(TWO_H100, STAFF_USD, 400, 0) is None


@unhurried
@given(usd=st.floats(1e-5, 1), staff_usd=st.floats(0, 1e5), tokens=st.floats(1, 1e5))
def test_the_service_is_cheaper_just_below_the_break_even_and_not_at_it(
    usd: float, staff_usd: float, tokens: float
) -> None:
    def own(requests: int) -> float:
        return TWO_H100.gpus(requests * tokens) * TWO_H100.usd_per_gpu_month + staff_usd

    crossing = break_even(TWO_H100, staff_usd, tokens, usd)
    if crossing is None:
        many = 10**12
        assert many * usd < own(many)
        return
    at, below = crossing.requests_per_month, crossing.requests_per_month - 1
    assert at * usd >= own(at) * (1 - 1e-9)
    assert below * usd < own(below) * (1 + 1e-9) or math.isclose(below * usd, own(below))
    assert TWO_H100.gpus(at * tokens) <= crossing.gpus
