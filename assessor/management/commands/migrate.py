"""Django's own command, by one process at a time, on whatever machine."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from assessor.storage import locking


class Command(migrate.Command):
    """What is left to migrate is asked for when the others are done."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Migrate."""
        try:
            with locking.migrating(connections[options["database"]], self._wait):
                return super().handle(*args, **options)
        except locking.Locked as error:
            raise CommandError(f"{error} Nothing was migrated.") from error

    def _wait(self) -> None:
        self.stderr.write("Another process is migrating this database. Waiting until it is done.")
