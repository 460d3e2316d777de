"""Which suggestions are due to be looked at again, and why. See ``Assessment.due_on``."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessor.models import Assessment, Edition, EditionDraft, Report, Rerun, RerunEffect
from assessor.workflow import audit
from assessor.workflow.indexing import a_year_after, next_law

REVIEWED = ("reviewed_at", "put_off_at", "review_on", "law_on", "content_on")
"""The columns that change when somebody looks again."""


class Reason(TextChoices):
    """Why an assessment is due."""

    REVIEW = "review", _("Its review date has come")
    LAW = "law", _("A law applies by now that was still to come")
    CONTENT = "content", _("Its content is older than 180 days")
    LEADER = "leader", _("A newer edition puts another architecture first")


COLUMN = {Reason.REVIEW: "review_on", Reason.LAW: "law_on", Reason.CONTENT: "content_on"}


def due(today: date, reason: str = "") -> QuerySet[Assessment]:
    """Return what a day has made due, for a reason or for any, that which waits longest first.

    Raises KeyError for a reason that is no day.
    """
    column = COLUMN[Reason(reason)] if reason else "due_on"
    found = Assessment.objects.filter(due_on__isnull=False, **{f"{column}__lte": today})
    return found.order_by(column, "pk")


def days(assessment: Assessment, today: date) -> dict[Reason, date]:
    """Return the days that have made it due, the first first."""
    every = {reason: getattr(assessment, column) for reason, column in COLUMN.items()}
    passed = {reason: day for reason, day in every.items() if day is not None and day <= today}
    return dict(sorted(passed.items(), key=lambda entry: entry[1]))


def latest_rerun() -> Rerun | None:
    """Return what the current edition changes; None where that was not worked out."""
    current = Edition.objects.newest_first().values("pk")[:1]
    reruns = Rerun.objects.filter(draft__edition=Subquery(current))
    return reruns.select_related("draft").defer("draft__document").first()


def unworked() -> EditionDraft | None:
    """Return the draft that became the current edition, where what it changes was not worked out.

    None as well where the current edition was not published from a draft here.
    """
    current = Edition.objects.newest_first().values("pk")[:1]
    drafts = EditionDraft.objects.filter(edition=Subquery(current), rerun=None)
    return drafts.defer("document").first()


def came_up(rerun: Rerun) -> datetime:
    """Return since when its reasons hold: nobody could know them before they were worked out."""
    return max(filter(None, [rerun.draft.closed_at, rerun.started_at]))


def another_leads(rerun: Rerun, today: date) -> QuerySet[RerunEffect]:
    """Return whose leader is another one now, and was not looked at since, nor put off to a day
    that is to come.
    """
    since = came_up(rerun)
    looked_at = Q(assessment__reviewed_at__gte=since)
    put_off = Q(assessment__put_off_at__gte=since, assessment__review_on__gt=today)
    found = RerunEffect.objects.filter(
        ~looked_at,
        ~put_off,
        rerun=rerun,
        assessment__due_on__isnull=False,
        assessment__edition=F("edition"),
        assessment__suggested=F("then"),
    )
    return found.order_by("pk")


def only_another_leads(rerun: Rerun, today: date) -> QuerySet[RerunEffect]:
    """Return those that no day has made due."""
    return another_leads(rerun, today).filter(assessment__due_on__gt=today)


def latest_reports(assessments: Iterable[UUID]) -> QuerySet[Report]:
    """Return the report of each that was issued last."""
    newest = Report.objects.filter(assessment=OuterRef("assessment")).order_by("-number")
    number = Subquery(newest.values("number")[:1])
    return Report.objects.filter(assessment__in=list(assessments), number=number).order_by()


def legal_dates(report: Report) -> list[str]:
    """Return the dates of its legal calendar (ISO 8601)."""
    return [duty["applies_from"] for duty in report.suggestion.get("calendar", [])]


# ---------------------------------------------------------------- looking again


def acknowledge(assessment: Assessment, dates: Iterable[str]) -> None:
    """Note that somebody looked at it today, with the dates of its legal calendar.

    The caller stores what of ``REVIEWED`` has changed.
    """
    assessment.reviewed_at = timezone.now()
    _settle(assessment, dates, timezone.localdate())


def mark_reviewed(assessments: Iterable[UUID], actor: str, next_on: date | None = None) -> int:
    """Note that these were looked at today, and when to look again: in a year if not said.

    Returns how many there were; one that is no suggestion now is passed over.
    """
    with transaction.atomic():
        found = _locked(assessments)
        today = timezone.localdate()
        for assessment, dates in found.items():
            acknowledge(assessment, dates)
            assessment.review_on = next_on or a_year_after(today)
        return _store(found, actor, "assessment.reviewed")


def put_off(assessments: Iterable[UUID], actor: str, until: date) -> int:
    """Let these be due on that day and not before, unless something new comes up.

    Returns how many there were; one that is no suggestion now is passed over.
    """
    with transaction.atomic():
        found = _locked(assessments)
        for assessment, dates in found.items():
            _settle(assessment, dates, timezone.localdate())
            assessment.review_on, assessment.put_off_at = until, timezone.now()
        return _store(found, actor, "assessment.scheduled")


def _settle(assessment: Assessment, dates: Iterable[str], today: date) -> None:
    """Forget the reasons that have come by now, apart from the review date."""
    assessment.law_on = next_law(dates, today)
    if assessment.content_on is not None and assessment.content_on <= today:
        assessment.content_on = None


def _locked(assessments: Iterable[UUID]) -> Mapping[Assessment, list[str]]:
    """Return those that can be due, each with the dates of its legal calendar."""
    every = Assessment.objects.select_for_update()
    found = list(every.filter(pk__in=list(assessments), due_on__isnull=False).order_by("pk"))
    reports = latest_reports(each.pk for each in found)
    calendars = dict(reports.values_list("assessment_id", "suggestion__calendar"))
    return {each: [duty["applies_from"] for duty in calendars.get(each.pk) or []] for each in found}


def _store(found: Mapping[Assessment, list[str]], actor: str, event: str) -> int:
    Assessment.objects.bulk_update(found, REVIEWED)
    for assessment in found:
        audit.record(event, actor, assessment)
    return len(found)
