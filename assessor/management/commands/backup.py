"""Back up everything: see docs/operations/backup.md."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from assessor.models import Assessment
from assessor.storage import backups
from assessor.workflow import audit


class Command(BaseCommand):
    """manage.py backup [--to FOLDER] [--keep N] [--with-secret-key]"""

    help = (
        "Writes one file with the database and what is needed to verify and restore it. The "
        "server may go on. Copy the file to another machine: a backup beside the database is none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to, and how many to keep there."""
        parser.add_argument("--to", type=Path, default=None, help="folder (var/backups)")
        parser.add_argument("--keep", type=int, default=None, help="delete all but the latest N")
        parser.add_argument(
            "--with-secret-key",
            action="store_true",
            help="put the secret key in too: whoever has the file can then sign in as anybody",
        )

    def handle(
        self, *args: Any, to: Path | None, keep: int | None, with_secret_key: bool, **options: Any
    ) -> None:
        """Make it, say what is in it, and delete those that are too many."""
        if keep is not None and keep < 1:
            raise CommandError("--keep takes 1 or more, or is left out to keep all.")
        kept_in = to or backups.folder()
        self._note()
        try:
            file = backups.make(kept_in, with_secret_key=with_secret_key)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file} ({file.stat().st_size:,} bytes; {_content(file)})")
        if with_secret_key:
            self.stderr.write("It holds the secret key: keep it where only you can read it.")
        for old in backups.prune(kept_in, file, keep) if keep else []:
            self.stdout.write(f"{old} deleted")

    def _note(self) -> None:
        """Write it down, but make the backup also of a database that cannot be written to."""
        try:
            audit.record("database.backed_up", audit.COMMAND)
        except DatabaseError as error:
            self.stderr.write(f"This could not be noted in the audit log: {error}")


def _content(file: Path) -> str:
    """Say how much of which database it holds: an empty one of another place backs up well too."""
    assessments = backups.manifest_of(file).rows.get(Assessment._meta.db_table, 0)
    name, host = connection.settings_dict["NAME"], connection.settings_dict["HOST"]
    at = f" at {host}" if host else ""
    return f"assessments: {assessments:,}; from {connection.display_name} {name}{at}"
