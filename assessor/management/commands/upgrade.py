"""Bring the database to this version of the product: see docs/operations/upgrade.md."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from assessor.files import write_privately
from assessor.storage import backups, copies, locking, migrations
from assessor.storage.condition import Unusable, file_of, keep_private, refuse_unusable

MARK = "before-upgrade"
KEPT = 7
SECONDS = 10
"""How long damage is looked for, at most."""


class Command(BaseCommand):
    """Safe to run before every start: without pending migrations it only looks."""

    help = (
        "Backs up the database when it needs migrations, then migrates it; of these backups the "
        "last seven are kept. Refuses one that is damaged, or that a newer version has made."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, back up, migrate."""
        if file := file_of(connection):
            keep_private(file)  # before SQLite opens it, which makes files with the same mode
        with ExitStack() as alone:
            try:
                refuse_unusable(connection, SECONDS)
                if migrations.pending(connection):
                    alone.enter_context(locking.exclusive())
                    connection.close()  # its file may have been replaced until now
                    self._back_up()
                elif options["verbosity"]:
                    self.stdout.write("Nothing to migrate.")
            except Unusable as error:
                raise CommandError(str(error)) from error
            except locking.Locked as error:
                raise CommandError(f"{error} Nothing was migrated.") from error
            except DatabaseError as error:
                raise CommandError(f"The database cannot be used: {error}") from error
            call_command("migrate", verbosity=0, interactive=False)
            self._finish()

    def _back_up(self) -> None:
        """Back up what is not empty, unless an upgrade that did not end has.

        What that left is no way back. Without the programs of PostgreSQL backing up is left to
        whoever runs it.
        """
        if not migrations.applied(connection):
            return
        if file := _backup_of_unfinished():
            self.stdout.write(f"Going on with the upgrade that was backed up before: {file}")
            return
        try:
            file = backups.make(backups.folder(), MARK)
            write_privately(_unfinished(), f"{file}\n{_aim()}")
        except (backups.BackupError, OSError) as error:
            if not isinstance(error.__cause__, copies.NotInstalled):
                raise CommandError(
                    f"{error} So nothing was migrated. What to do: docs/operations/upgrade.md, "
                    '"When no backup can be made".'
                ) from error
            self.stderr.write(f"Migrating WITHOUT a backup. {error}")
            return
        self.stdout.write(f"Backed up before the upgrade: {file}")

    def _finish(self) -> None:
        """Delete old backups, now that the latest is of a database that could be migrated.

        Whatever cannot be deleted is no reason not to start: it is tried again the next time.
        """
        noted = _noted()
        if not noted:
            return
        try:
            backups.prune(backups.folder(), noted.file, KEPT)
            _unfinished().unlink()
        except OSError as error:
            self.stderr.write(f"The database is migrated. Old backups were not deleted: {error}")


class Noted(NamedTuple):
    """What is written down of an upgrade that has backed up and has not ended."""

    file: Path
    aim: str


def _unfinished() -> Path:
    """Return where it is noted that an upgrade has backed up and has not ended."""
    return Path(settings.VAR_DIR) / "unfinished-upgrade"


def _aim() -> str:
    """Return which database is brought to which schema."""
    where = connection.settings_dict
    name = [str(where[part]) for part in ("ENGINE", "HOST", "PORT", "NAME")]
    return " ".join(
        [*name, max(name for app, name in migrations.known() if app == migrations.OURS)]
    )


def _noted() -> Noted | None:
    """Return the upgrade that has not ended, if there is one."""
    if not _unfinished().exists():
        return None
    file, _, aim = _unfinished().read_text().partition("\n")
    return Noted(Path(file), aim)


def _backup_of_unfinished() -> Path | None:
    """Return the backup from before the same upgrade, where it has begun and is still there."""
    match _noted():
        case Noted(file, aim) if aim == _aim() and file.exists():
            return file
    return None
