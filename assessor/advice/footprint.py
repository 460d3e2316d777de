"""Energy and water of answering requests: formulas (c) of the method document on estimates.

Carbon is energy times the factor of the electricity. Nothing here counts training, the making of
equipment, or the devices of users.
"""

from dataclasses import dataclass

from assessor.advice.cost import HOURS_PER_MONTH

JOULES_PER_WATT_HOUR = 3600
WATTS_PER_KILOWATT = 1000


def wh_per_request(
    tokens_in: float,
    tokens_written: float,
    joules_per_token: float,
    input_energy: float,
    system_factor: float,
) -> float:
    """Return the energy of one request to a shared service, its data centre included.

    ``joules_per_token`` is that of the accelerators for a written token, ``input_energy`` that of
    a read token as a share of it, ``system_factor`` the whole system over its accelerators.
    """
    joules = (tokens_written + tokens_in * input_energy) * joules_per_token
    return joules * system_factor / JOULES_PER_WATT_HOUR


@dataclass(frozen=True)
class Power:
    """Watts of one GPU, idle and busy, and of its share of the server."""

    idle: float
    busy: float
    server: float


def server_kwh_per_month(gpus: float, utilisation: float, power: Power, pue: float) -> float:
    """Return the energy of GPUs that are always on, also when nobody asks anything."""
    watts = power.idle + (power.busy - power.idle) * utilisation + power.server
    return gpus * watts * HOURS_PER_MONTH * pue / WATTS_PER_KILOWATT


def water_l(kwh: float, pue: float, site_l_per_kwh: float, grid_l_per_kwh: float) -> float:
    """Return the water for this energy: cooling at the site, and making the electricity."""
    return kwh / pue * (site_l_per_kwh + pue * grid_l_per_kwh)
