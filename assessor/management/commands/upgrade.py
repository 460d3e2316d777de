"""Bring the database to this version of the product: see docs/operations/upgrade.md."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from assessor.storage import backups, migrations
from assessor.storage.condition import Unusable, file_of, keep_private, refuse_unusable

MARK = "before-upgrade"
KEPT = 7
SECONDS = 10
"""How long damage is looked for, at most."""


class Command(BaseCommand):
    """Safe to run before every start: without pending migrations it only looks."""

    help = (
        "Backs up the database when it needs migrations (the last seven are kept), then migrates "
        "it. Refuses one that is damaged, or that a newer version has made."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, back up, migrate."""
        if file := file_of(connection):
            keep_private(file)  # before SQLite opens it, which makes files with the same mode
        try:
            refuse_unusable(connection, SECONDS)
            if migrations.applied(connection) and migrations.pending(connection):
                self._back_up()
        except Unusable as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        call_command("migrate", verbosity=0, interactive=False)

    def _back_up(self) -> None:
        """Back up; without the programs of PostgreSQL that is left to whoever runs it."""
        try:
            file = backups.make(backups.folder(), MARK)
        except backups.BackupError as error:
            if connection.vendor == "sqlite":
                raise CommandError(f"{error} So nothing was migrated.") from error
            self.stderr.write(f"Migrating WITHOUT a backup. {error}")
            return
        self.stdout.write(f"Backed up before the upgrade: {file}")
        backups.prune(backups.folder(), file, KEPT)
