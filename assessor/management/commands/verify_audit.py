"""Say whether the audit log is as it was written: see docs/operations/retention.md."""

import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessor.workflow import audit


class Command(BaseCommand):
    """manage.py verify_audit [--noted SHA256]. Exits with 1 when it is broken or lacks that."""

    help = (
        "Goes through the audit log and says whether each entry follows the one before, unchanged, "
        "up to the last that was written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what was noted where nobody with access to the database can change it."""
        parser.add_argument(
            "--noted",
            type=whole_hash,
            metavar="SHA256",
            help="a hash that an earlier run has printed",
        )

    def handle(self, *args: Any, noted: str | None, **options: Any) -> None:
        """Say how many entries there are and the hash of the last, or the first that is wrong."""
        try:
            head = audit.verify(noted or "")
        except audit.Broken as broken:
            raise CommandError(f"The audit log is broken. {broken}") from broken
        except audit.NotThere as error:
            raise CommandError(
                f"{error} Every entry follows the one before it, so either the log was shortened "
                "or written anew since the hash was noted, or the hash is of another installation."
            ) from error
        last = head.sha256 or "none"
        self.stdout.write(f"The audit log is unbroken. Entries: {head.entries}. Last one: {last}")


def whole_hash(text: str) -> str:
    """Return a hash as the log has it. Raises ArgumentTypeError."""
    noted = text.strip().lower()
    if not re.fullmatch("[0-9a-f]{64}", noted):
        raise ArgumentTypeError(
            "this is no whole hash, which has 64 characters, each of 0-9 or a-f. "
            "Nothing was verified."
        )
    return noted
