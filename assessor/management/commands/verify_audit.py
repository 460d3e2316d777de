"""Say whether the audit log is as it was written: see docs/operations/retention.md."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessor.workflow import audit


class Command(BaseCommand):
    """manage.py verify_audit [--noted SHA256]. Exits with 1 when the log is broken."""

    help = (
        "Goes through the audit log and says whether each entry follows the one before, unchanged, "
        "up to the last that was written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what was noted where nobody with access to the database can change it."""
        parser.add_argument(
            "--noted", default="", metavar="SHA256", help="a hash that an earlier run has printed"
        )

    def handle(self, *args: Any, noted: str = "", **options: Any) -> None:
        """Say how many entries there are and the hash of the last, or the first that is wrong."""
        try:
            head = audit.verify(noted)
        except audit.Broken as broken:
            raise CommandError(f"The audit log is broken. {broken}") from broken
        last = head.sha256 or "none"
        self.stdout.write(f"The audit log is unbroken. Entries: {head.entries}. Last one: {last}")
