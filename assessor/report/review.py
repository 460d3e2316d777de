"""When the decision is looked at again, and the risks that stay until then."""

from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localtime

from assessor.report.law import Date, Law
from assessor.report.record import Record
from assessor.report.risks import FacedRisk
from assessor.workflow.indexing import a_year_after, too_old_on

MOST_ACCEPTED = 6
"""More risks than that are accepted with the plan of controls, not by name."""


@dataclass(frozen=True)
class Review:
    """What those who sign accept, and until when.

    ``on`` and ``next_law`` are None for a suggestion never issued: there is no day to count from.
    ``too_old_on`` is when the edition has become old.
    ``residual`` are the gravest risks with something missing against them, ``more`` the number of
    the others.
    """

    on: date | None
    next_law: Date | None
    too_old_on: date
    residual: tuple[FacedRisk, ...]
    more: int


def review(record: Record, risks: tuple[FacedRisk, ...], law: Law | None) -> Review:
    """Return what is accepted, and what ends it."""
    residual = tuple(risk for risk in risks if risk.is_residual)
    return Review(
        on=a_year_after(localtime(record.issued_at).date()) if record.issued_at else None,
        next_law=_next(law),
        too_old_on=too_old_on(record.knowledge),
        residual=residual[:MOST_ACCEPTED],
        more=len(residual[MOST_ACCEPTED:]),
    )


def _next(law: Law | None) -> Date | None:
    """Return the earliest date that was still to come on the day of issue."""
    return next((date for date in law.dates if date.has_begun is False), None) if law else None
