"""What stands on the page."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from django.urls import reverse
from django.utils import timezone

from assessor.portfolio.counts import counted
from assessor.portfolio.figures import Figure, Listing, Table, duration
from assessor.portfolio.filters import DRAFTS, STALE, Filters
from assessor.portfolio.tables import tables
from assessor.portfolio.words import Words

MOST_COUNTED = 1000
"""Stale drafts are counted up to here; how many more there are makes no difference."""

MOST_REASONS = 10


@dataclass(frozen=True)
class Otherwise:
    """Somebody decided for another architecture than was suggested, and why.

    ``at`` is when the suggestion was submitted.
    """

    initiative: str
    organisation: str
    suggested: str
    chosen: str
    reason: str
    at: datetime | None
    address: str


@dataclass(frozen=True)
class Portfolio:
    """The numbers at the top, the tables, and the latest reasons for choosing otherwise.

    ``median`` is empty before the first submission.
    """

    total: Figure
    waiting: Figure
    approved: Figure
    stale: Figure
    median: str
    tables: tuple[Table, ...]
    otherwise: tuple[Otherwise, ...]

    @property
    def more_are_stale(self) -> bool:
        """Say whether there are more stale drafts than are counted."""
        return self.stale.count > MOST_COUNTED


def portfolio(filters: Filters) -> Portfolio:
    """Return what to show of these assessments."""
    found = counted(filters)
    words = Words.of_all()
    listing = Listing(filters)
    status = found.keys("status")
    return Portfolio(
        total=listing.figure(status.total()),
        waiting=listing.figure(status["submitted"], status="submitted"),
        approved=listing.figure(status["approved"], status="approved"),
        stale=_stale(filters, listing),
        median=duration(_median(found.keys("time"))),
        tables=tuple(tables(found, words, listing)),
        otherwise=tuple(_otherwise(filters, words)),
    )


def _stale(filters: Filters, listing: Listing) -> Figure:
    now = timezone.now()
    return listing.figure(
        filters.stale(now)[: MOST_COUNTED + 1].count(),
        status__in=",".join(DRAFTS),
        updated_at__lt=(now - STALE).isoformat(timespec="minutes"),
    )


def _median(times: Counter[str]) -> int | None:
    """Return the number of seconds that half of them took at most."""
    ordered = sorted((int(seconds), count) for seconds, count in times.items())
    running = accumulate(count for _seconds, count in ordered)
    half = times.total() / 2
    return next(
        (seconds for (seconds, _n), sofar in zip(ordered, running, strict=True) if sofar >= half),
        None,
    )


def _otherwise(filters: Filters, words: Words) -> Iterator[Otherwise]:
    columns = ("pk", "initiative", "organisation", "suggested", "chosen")
    rows = filters.otherwise().values_list(*columns, "chosen_because", "submitted_at")
    for pk, initiative, organisation, suggested, chosen, reason, at in rows[:MOST_REASONS]:
        yield Otherwise(
            initiative=initiative,
            organisation=organisation,
            suggested=words.architecture(suggested),
            chosen=words.architecture(chosen),
            reason=reason,
            at=at,
            address=reverse("admin:assessor_assessment_change", args=[pk]),
        )
