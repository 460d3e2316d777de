"""Whether a database can be used as it is: whole, and not of a newer version."""

import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from assessor.storage import migrations

STEPS = 100_000
"""Of SQLite's virtual machine between two looks at the clock: a few milliseconds."""

NO_DAMAGE = ("interrupted", "unable to open", "readonly", "locked")
"""Why SQLite may be unable to look to the end."""

PRIVATE = 0o600


class Unusable(Exception):
    """A database that nothing must be done with; the message says what to do instead."""


class NotLookedAt(Exception):
    """A file that could not be looked through to the end; the message is what SQLite says."""


def refuse_unusable(connection: BaseDatabaseWrapper, seconds: float) -> None:
    """Look for damage for so long, then at the shape. Raises Unusable."""
    file = file_of(connection)
    if file and file.exists() and (found := damage(file, seconds)):
        raise Unusable(
            f"The database {file} is damaged ({found}). Nothing was changed in it. Restore the "
            f"latest backup: manage.py restore FILE (backups are in {file.parent / 'backups'})."
        )
    if newer := migrations.newer(migrations.applied(connection)):
        raise Unusable(
            f"The database was made by a newer version of Assessor (it has {newer[-1]}, which "
            "this version does not know). Nothing was changed in it. Install that version again, "
            "or restore a backup that was made before: manage.py restore FILE."
        )


def file_of(connection: BaseDatabaseWrapper) -> Path | None:
    """Return the file of a database, None where it is no file."""
    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None


def keep_private(file: Path) -> None:
    """Let nobody else read a SQLite file, nor the files that SQLite puts beside it."""
    with suppress(OSError):  # Whoever opens it next is told, and says it better.
        file.touch(PRIVATE)
        file.chmod(PRIVATE)


def damage(file: Path, seconds: float = 0) -> str:
    """Return the first damage found in a SQLite file, nothing where none is known of.

    What cannot be looked at counts as that: whoever uses it next is told the same.
    """
    try:
        return looked_for_damage(file, seconds)
    except NotLookedAt:
        return ""


def looked_for_damage(file: Path, seconds: float = 0) -> str:
    """Return the first damage found in a SQLite file, nothing where there is none.

    ``seconds`` limits the search, so that a large database starts as fast as a small one; without
    a limit the indexes are compared with their tables too. Raises NotLookedAt.
    """
    until = time.monotonic() + seconds
    pragma = "quick_check(1)" if seconds else "integrity_check(1)"
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True)) as database:
            if seconds:
                database.set_progress_handler(lambda: time.monotonic() > until, STEPS)
            found = database.execute(f"PRAGMA {pragma}").fetchone()[0]
    except sqlite3.OperationalError as error:
        if any(words in str(error) for words in NO_DAMAGE):
            raise NotLookedAt(str(error)) from error
        return str(error)
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else str(found).splitlines()[-1]
