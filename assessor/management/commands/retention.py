"""Delete for good what is kept no longer: see docs/operations/retention.md."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from assessor.jobs import keeping
from assessor.models import Assessment
from assessor.workflow import retention
from assessor.workflow.retention import Rule


class Command(BaseCommand):
    """manage.py retention [--delete]. May be stopped at any time and run again."""

    help = (
        "Lists the assessments that are kept no longer by KEEP_DRAFTS_DAYS, "
        "KEEP_SUBMITTED_MONTHS and KEEP_APPROVED_MONTHS, and with --delete deletes them for good."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Let somebody say that they mean it."""
        parser.add_argument("--delete", action="store_true", help="carry it out")

    def handle(self, *args: Any, delete: bool = False, **options: Any) -> None:
        """List what is due under each rule, or delete it."""
        rules = retention.rules(timezone.now())
        if not rules:
            self.stdout.write("No term is set: everything is kept.")
            return
        counts = Counter({rule.kind: self._take(rule, delete=delete) for rule in rules})
        self.stdout.write(summary(counts, delete=delete))

    def _take(self, rule: Rule, *, delete: bool) -> int:
        return self._delete(rule) if delete else self._list(rule)

    def _list(self, rule: Rule) -> int:
        count = 0
        for assessment in retention.due(rule):
            self.stdout.write(line(assessment, rule))
            count += 1
        return count

    def _delete(self, rule: Rule) -> int:
        """Delete, with the PDFs on this machine, and say how far it is."""
        total = Assessment.objects.filter(rule.due).count()
        count = 0
        for key in keeping.delete_due(rule):
            count += 1
            self.stdout.write(f"{key}  deleted  {count} of {total}  {rule.reason}")
        return count


def line(assessment: Assessment, rule: Rule) -> str:
    """Return which one, since when, and why; nothing that somebody typed."""
    return (
        f"{assessment.pk}  {assessment.status}  started {assessment.created_at:%Y-%m-%d}  "
        f"changed {assessment.updated_at:%Y-%m-%d}  {rule.reason}"
    )


def summary(counts: Counter[str], *, delete: bool) -> str:
    each = ", ".join(f"{kind} {count}" for kind, count in counts.items())
    if delete:
        return f"{counts.total()} deleted: {each}."
    if not counts.total():
        return f"Nothing is due: {each}."
    return f"{counts.total()} would be deleted: {each}. Nothing was: add --delete to do it."
