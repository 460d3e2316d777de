"""What it costs to answer requests: as a service, and on GPUs one runs oneself.

The formulas are (a) and (b) of the method document on estimates.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

HOURS_PER_MONTH = 730
MONTHS_PER_YEAR = 12
SECONDS_PER_HOUR = 3600
TOKENS_PER_MILLION = 1_000_000
BITS_PER_BYTE = 8
ROOM_BESIDE_WEIGHTS = 1.2
"""Memory that a model takes, over that of its weights alone (EcoLogits)."""


@dataclass(frozen=True)
class TokenPrice:
    """USD per million tokens."""

    tokens_in: float
    cached: float
    tokens_out: float


@dataclass(frozen=True)
class Request:
    """Average tokens of one request. ``reasoning`` multiplies the visible answer."""

    tokens_in: float
    tokens_out: float
    cached_share: float = 0
    reasoning: float = 1

    @property
    def generated(self) -> float:
        """Return the tokens written, hidden thinking included."""
        return self.tokens_out * self.reasoning


def usd_per_request(request: Request, price: TokenPrice) -> float:
    """Return the list price of one request. A month costs this times its requests.

    Never price a month's tokens in one go: long inputs have other prices.
    """
    read = request.tokens_in * (1 - request.cached_share) * price.tokens_in
    cached = request.tokens_in * request.cached_share * price.cached
    return (read + cached + request.generated * price.tokens_out) / TOKENS_PER_MILLION


def gpus_to_hold(parameters_billion: float, bits: int, memory_gb: float) -> int:
    """Return the GPUs that hold a model: a power of two."""
    needed_gb = ROOM_BESIDE_WEIGHTS * parameters_billion * bits / BITS_PER_BYTE
    return int(2 ** math.ceil(math.log2(math.ceil(needed_gb / memory_gb))))


@dataclass(frozen=True)
class Cluster:
    """GPUs that run one model. ``at_least`` holds it, and what must run against failures."""

    usd_per_gpu_hour: float
    at_least: int
    tokens_per_second: float
    derate: float
    peak_share: float

    @property
    def tokens_per_gpu_month(self) -> float:
        """Return what one GPU writes in a month without a break."""
        return self.tokens_per_second * self.derate * SECONDS_PER_HOUR * HOURS_PER_MONTH

    @property
    def usd_per_gpu_month(self) -> float:
        return HOURS_PER_MONTH * self.usd_per_gpu_hour

    def gpus(self, tokens_per_month: float) -> int:
        """Return the GPUs for this many written tokens, with room for the busiest hour."""
        carried = self.tokens_per_gpu_month * self.peak_share
        return max(self.at_least, math.ceil(tokens_per_month / carried))

    def utilisation(self, tokens_per_month: float) -> float:
        """Return the share of the time that the GPUs work."""
        return tokens_per_month / (self.gpus(tokens_per_month) * self.tokens_per_gpu_month)


def usd_per_million_tokens(
    usd_per_gpu_hour: float, tokens_per_second: float, utilisation: float
) -> float:
    """Return the cost of a million written tokens on GPUs that work this share of the time."""
    tokens_per_hour = tokens_per_second * SECONDS_PER_HOUR * utilisation
    return usd_per_gpu_hour * TOKENS_PER_MILLION / tokens_per_hour


class Crossing(NamedTuple):
    """From this volume GPUs of one's own cost no more than a service."""

    requests_per_month: int
    gpus: int


def break_even(
    cluster: Cluster, fixed_usd_per_month: float, tokens_written: float, service_usd: float
) -> Crossing | None:
    """Return the smallest volume at which the service costs at least as much as the cluster.

    ``tokens_written`` and ``service_usd`` are those of one request. None means never: what one
    more GPU can carry costs less as a service than that GPU.
    """
    if tokens_written <= 0:
        return None
    carried = cluster.tokens_per_gpu_month * cluster.peak_share / tokens_written
    gained = carried * service_usd - cluster.usd_per_gpu_month
    if gained <= 0:
        return None
    gpus = max(cluster.at_least, math.ceil(fixed_usd_per_month / gained))
    cost = gpus * cluster.usd_per_gpu_month + fixed_usd_per_month
    return Crossing(math.ceil(cost / service_usd), gpus)
