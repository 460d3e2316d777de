"""Which assessments are counted, for the database and for the administrators' list."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from assessor.models import Assessment, Tally
from assessor.workflow.tallying import EVER, EVERYWHERE, Scope

DRAFTS = (Assessment.Status.DRAFT, Assessment.Status.CHANGES_REQUESTED)
STALE = timedelta(days=30)
DAY = timedelta(days=1)
FIRST_MONTH, LAST_MONTH = "0000-01", "9999-12"


@dataclass(frozen=True)
class Filters:
    """Those of an organisation and an edition that were submitted from one month to another.

    Months are such as 2026-11. What is empty filters nothing.
    """

    organisation: str = ""
    edition: str = ""
    start: str = ""
    end: str = ""

    @property
    def is_everything(self) -> bool:
        return self == Filters()

    @property
    def is_at_any_time(self) -> bool:
        return not (self.start or self.end)

    def assessments(self) -> QuerySet[Assessment]:
        """Return them in no order."""
        return Assessment.objects.filter(**self._lookups()).order_by()

    def otherwise(self) -> QuerySet[Assessment]:
        """Return those where another architecture was chosen than suggested, the latest first."""
        return self.assessments().filter(chose_otherwise=True).order_by("-submitted_at")

    def stale(self, now: datetime) -> QuerySet[Assessment]:
        """Return the drafts that nobody has touched for long."""
        return self.assessments().filter(status__in=DRAFTS, updated_at__lt=now - STALE)

    def tallies(self) -> QuerySet[Tally]:
        """Return the counts to add up: one for each thing where no month is filtered."""
        if not self.is_at_any_time:
            return self.parted()
        scope = Scope(self.edition, EVER) if self.edition else EVERYWHERE
        return Tally.objects.filter(**scope._asdict())

    def parted(self) -> QuerySet[Tally]:
        """Return the counts for each edition and month."""
        edition = {"edition": self.edition} if self.edition else {"edition__gt": ""}
        months = (self.start or FIRST_MONTH, self.end or LAST_MONTH)
        return Tally.objects.filter(**edition, month__range=months)

    def parameters(self) -> dict[str, str]:
        """Return what filters the administrators' list alike: see ``finding.wanted``."""
        every = {
            "organisation": self.organisation,
            "edition": self.edition,
            "submitted_from": first_day(self.start).isoformat() if self.start else "",
            "submitted_to": last_day(self.end).isoformat() if self.end else "",
        }
        return {name: value for name, value in every.items() if value}

    def _lookups(self) -> dict[str, Any]:
        every = {
            "organisation": self.organisation,
            "edition__version": self.edition,
            "submitted_at__gte": _start(first_day(self.start)) if self.start else None,
            "submitted_at__lt": _start(last_day(self.end) + DAY) if self.end else None,
        }
        return {lookup: value for lookup, value in every.items() if value}


def first_day(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year, number, 1)


def last_day(month: str) -> date:
    first = first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _start(day: date) -> datetime:
    """Return when a day begins where the installation is."""
    return timezone.make_aware(datetime.combine(day, time.min))
