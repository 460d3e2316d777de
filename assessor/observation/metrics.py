"""Figures for Prometheus: how many requests, how long they took, and the process itself.

Labels are names from urls.py, methods and statuses: no key, no address, nothing that was typed.
"""

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import REGISTRY, Counter, Histogram, generate_latest

__all__ = ["CONTENT_TYPE", "note", "text"]

REQUESTS = Counter("assessor_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "assessor_request_seconds",
    "Seconds until a request was answered",
    ["method", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


def note(method: str, route: str, status: int, seconds: float) -> None:
    """Count one request."""
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)


def text() -> bytes:
    """Return all figures of this process, as Prometheus reads them."""
    return generate_latest(REGISTRY)
