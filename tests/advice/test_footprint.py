"""The formulas of the footprint against the worked figures of the method document."""

import pytest

from assessor.advice.footprint import Power, server_kwh_per_month, water_l, wh_per_request

WORLD_KG_PER_KWH, WORLD_L_PER_KWH = 0.458, 3.9
HALF_GOES_UP = 1e-9
IDLE = Power(idle=110, busy=600, server=150)


def look_up_wh(joules: float, input_energy: float, system_factor: float) -> float:
    return wh_per_request(4000, 400, joules, input_energy, system_factor)


@pytest.mark.parametrize(
    ("model", "joules", "wh"),
    [
        ("small", (0.05, 0.15, 0.7), ("0.01", "0.07", "1")),
        ("mid", (0.14, 0.35, 1.7), ("0.03", "0.17", "2.4")),
        ("70B", (0.2, 0.8, 3.8), ("0.04", "0.4", "5")),
        ("very large open", (0.25, 2, 9), ("0.05", "1.0", "13")),
        ("closed frontier", (0.5, 3, 15), ("0.1", "1.4", "21")),
    ],
)
def test_the_energy_of_a_look_up_request(
    model: str, joules: tuple[float, ...], wh: tuple[str, ...]
) -> None:
    ends = zip(joules, (0.05, 0.15, 0.4), (1.3, 1.72, 2.5), wh, strict=True)
    for joules_per_token, input_energy, system_factor, expected in ends:
        decimals = len(expected.partition(".")[2])
        energy = look_up_wh(joules_per_token, input_energy, system_factor)
        assert f"{energy + HALF_GOES_UP:.{decimals}f}" == expected, model


def test_100_000_requests_to_a_frontier_model() -> None:
    low, kwh, high = (
        100_000 * look_up_wh(*end) / 1000
        for end in ((0.5, 0.05, 1.3), (3, 0.15, 1.72), (15, 0.4, 2.5))
    )
    assert [round(low), round(kwh), round(high)] == [11, 143, 2083]
    assert round(kwh * WORLD_KG_PER_KWH) == 66
    assert round(water_l(kwh, 1.2, 0.5, WORLD_L_PER_KWH), -1) == 620


def test_two_gpus_that_are_merely_switched_on() -> None:
    kwh = server_kwh_per_month(2, 0, IDLE, 1.2)
    assert [round(kwh), round(kwh * WORLD_KG_PER_KWH)] == [456, 209]


def test_a_busy_gpu_takes_more() -> None:
    assert server_kwh_per_month(1, 1, IDLE, 1) == pytest.approx(0.75 * 730)


def test_a_small_idle_server_can_burn_more_than_a_large_shared_service() -> None:
    assert server_kwh_per_month(2, 0, IDLE, 1.2) > 3 * 100_000 * look_up_wh(3, 0.15, 1.72) / 1000
