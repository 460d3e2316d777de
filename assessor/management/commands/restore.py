"""Bring a backup back: see docs/operations/backup.md."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from assessor.storage import migrations, restoring
from assessor.storage.restoring import Backup, RestoreError
from assessor.workflow import audit

YES = "yes"
MAIN_TABLE = "assessor_assessment"


class Command(BaseCommand):
    """manage.py restore FILE [--yes] [--secret-key]"""

    help = (
        "Verifies a backup, then lets it take the place of the database, which is kept. "
        "Stop the server first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the backup, and whether to ask."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--secret-key", action="store_true", help="restore the key in it too")

    def handle(self, *args: Any, file: Path, yes: bool, secret_key: bool, **options: Any) -> None:
        """Say what is in it, ask, and do it. Nothing is touched before all is verified."""
        try:
            backup = Backup(file)
            if secret_key:
                backup.secret_key()
            self._describe(backup)
            if not (yes or self._agreed()):
                raise CommandError("Nothing was restored.")
            if kept := restoring.restore(backup):
                self.stdout.write(f"What was replaced is kept in {kept}")
            try:
                if secret_key:
                    restoring.restore_secret_key(backup)
            finally:
                self._conclude()
        except RestoreError as error:
            raise CommandError(str(error)) from error

    def _describe(self, backup: Backup) -> None:
        about = backup.manifest
        self.stdout.write(
            f"{backup.file}: made {about.made_at:%Y-%m-%d %H:%M} UTC by Assessor {about.version}, "
            f"assessments: {about.rows.get(MAIN_TABLE, 0):,}, editions: {', '.join(about.editions)}"
        )

    def _agreed(self) -> bool:
        name = connection.settings_dict["NAME"]
        try:
            return input(f"Replace everything in {name}? Write {YES}: ").strip() == YES
        except EOFError:
            return False

    def _conclude(self) -> None:
        """Look at what is there now, and say what is left to do."""
        if waiting := migrations.pending(connection):
            self.stdout.write(f"Restored. It needs {len(waiting)} migrations: make setup")
            return
        try:
            head = audit.verify()
        except audit.Broken as broken:
            raise CommandError(f"Restored, but its audit log is broken. {broken}") from broken
        audit.record("database.restored", audit.COMMAND)
        self.stdout.write(f"Restored and verified. Audit log up to: {head.sha256 or 'nothing'}")
