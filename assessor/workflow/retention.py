"""What is kept no longer than the policy says: drafts, what was submitted, what was approved.

Time counts from the last change. What was approved is evidence, and has a term of its own.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from assessor.models import Assessment
from assessor.workflow.erasing import erase

ACTOR = "retention"
CHUNK = 500

APPROVED = Q(status=Assessment.Status.APPROVED)


@dataclass(frozen=True)
class Rule:
    """Which assessments are not kept, and why; ``due`` holds at one moment."""

    kind: str
    reason: str
    due: Q
    even_approved: bool = False


def rules(now: datetime) -> list[Rule]:
    """Return the rules that are set. Each assessment falls under one of them at most."""
    days = settings.KEEP_DRAFTS_DAYS
    submitted, approved = settings.KEEP_SUBMITTED_MONTHS, settings.KEEP_APPROVED_MONTHS
    found = []
    if days:
        due = Q(submitted_at=None, updated_at__lt=now - timedelta(days=days))
        found.append(Rule("draft", f"never submitted, unchanged for {days} days", due))
    if submitted:
        due = Q(submitted_at__isnull=False, updated_at__lt=months_before(now, submitted))
        found.append(Rule("submitted", f"unchanged for {submitted} months", due & ~APPROVED))
    if approved:
        due = APPROVED & Q(updated_at__lt=months_before(now, approved))
        reason = f"approved and unchanged for {approved} months"
        found.append(Rule("approved", reason, due, even_approved=True))
    return found


def months_before(moment: datetime, months: int) -> datetime:
    """Return the same day and time so many months earlier, or the last day of that month."""
    month = moment.year * 12 + moment.month - 1 - months
    year, month = month // 12, month % 12 + 1
    day = min(moment.day, monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


def count_due(moment: datetime) -> int:
    """Return how many fall under any rule at a moment."""
    return sum(Assessment.objects.filter(rule.due).count() for rule in rules(moment))


def due(rule: Rule) -> Iterator[Assessment]:
    """Yield what falls under a rule, unchanged the longest first, without names and answers."""
    columns = ("status", "created_at", "submitted_at", "updated_at")
    found = Assessment.objects.filter(rule.due).order_by("updated_at", "pk")
    return found.only(*columns).iterator(chunk_size=CHUNK)


def delete(rule: Rule) -> Iterator[tuple[UUID, Iterable[str]]]:
    """Delete what falls under a rule, each in a transaction; yield keys and hashes of PDFs.

    What somebody changes meanwhile stays. The entry in the audit log is part of the transaction.
    """
    found = Assessment.objects.filter(rule.due).order_by("updated_at", "pk")
    while keys := list(found.values_list("pk", flat=True)[:CHUNK]):
        for key in keys:
            hashes = _delete(rule, key)
            if hashes is not None:
                yield key, hashes


def _delete(rule: Rule, key: UUID) -> list[str] | None:
    """Return the hashes of the PDFs that are gone, or None where it is to stay after all."""
    with transaction.atomic():
        found = Assessment.objects.select_for_update().filter(rule.due, pk=key).first()
        return erase(found, ACTOR, even_approved=rule.even_approved) if found else None
