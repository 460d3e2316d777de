"""Whether this process can serve people now, asked every few seconds by whatever runs it."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from assessor.models import Edition
from assessor.storage import migrations
from assessor.storage.checks import database_file

ENOUGH_SPACE = 16 * 1024**2
"""Bytes; with less on the disk, SQLite's log may not find room for a page of answers."""


def reasons() -> Sequence[str]:
    """Return why this process is not ready, in a few words each; nothing when it is."""
    try:
        return [reason for ask in QUESTIONS if (reason := ask())]
    except (DatabaseError, InterfaceError):
        return ["database: cannot be read"]


def _shape() -> str:
    if migrations.newer(migrations.applied(connection)):
        return "database: was migrated by a newer version"
    return "database: migrations are pending" if migrations.pending(connection) else ""


def _edition() -> str:
    return "" if Edition.objects.exists() else "knowledge: no edition is loaded"


def _storage() -> str:
    file = database_file()
    folders = {Path(settings.VAR_DIR), file.parent if file else Path(settings.VAR_DIR)}
    return next((reason for folder in folders if (reason := unwritable(folder))), "")


def unwritable(folder: Path) -> str:
    """Return why nothing can be written to a folder, if that is so."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return f"storage: cannot be written ({error.strerror})"
    return "" if free >= ENOUGH_SPACE else "storage: the disk is full"


QUESTIONS: tuple[Callable[[], str], ...] = (_shape, _storage, _edition)
