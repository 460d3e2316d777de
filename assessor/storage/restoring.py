"""Backups brought back: everything is verified before anything is touched."""

import errno
import hashlib
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from pydantic import ValidationError

from assessor.files import write_privately
from assessor.storage import backups, copies, in_work, locking, migrations
from assessor.storage.backups import CONTENT, MANIFEST, PIECE, SECRET_KEY, Manifest
from assessor.storage.condition import damage, file_of, keep_private

LARGEST_MANIFEST = 1024**2
LARGEST_KEY = 4096
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
"""What reading a ZIP that was changed can end in."""

FILES_OF_SQLITE = ("", "-wal", "-shm", "-journal")


class RestoreError(Exception):
    """Nothing was restored. The message is for the operator."""


class Backup:
    """A backup that was found whole, of this product, and not newer than it."""

    def __init__(self, file: Path) -> None:
        """Open it. Raises RestoreError."""
        try:
            self._archive = zipfile.ZipFile(file)
        except FileNotFoundError:
            raise RestoreError(f"There is no file {file}.") from None
        except UNREADABLE as error:
            raise RestoreError(f"{file} is no backup, or was cut off: {error}") from None
        self.file = file
        self.manifest = self._manifest()
        self.content = CONTENT[self.manifest.database]
        self._refuse_unsuitable()

    def _manifest(self) -> Manifest:
        try:
            with self._archive.open(MANIFEST) as member:
                return Manifest.model_validate_json(member.read(LARGEST_MANIFEST))
        except ValidationError as error:
            wrong = ", ".join(str(each["loc"][0]) for each in error.errors() if each["loc"])
            raise RestoreError(
                f"{self.file} is no backup that this version of Assessor can read "
                f"(its manifest: {wrong or 'not JSON'}). It is of another product, or newer."
            ) from None
        except (KeyError, *UNREADABLE):
            raise RestoreError(f"{self.file} is no backup of Assessor.") from None

    def _refuse_unsuitable(self) -> None:
        wanted = {MANIFEST, self.content} | (
            {SECRET_KEY} if self.manifest.holds_secret_key else set()
        )
        if sorted(self._archive.namelist()) != sorted(wanted):
            raise RestoreError(f"{self.file} does not hold what its manifest says.")
        if newer := migrations.newer(self.manifest.migrations):
            raise RestoreError(
                f"This backup was made by a newer version of Assessor ({self.manifest.version}, "
                f"with {newer[-1]}). Install that version first."
            )
        if self.manifest.database != connection.vendor:
            raise RestoreError(
                f"This backup is of {self.manifest.database}, and DATABASE_URL is of "
                f"{connection.vendor}. Restore it there; manage.py move_to_postgres moves on."
            )

    @contextmanager
    def unpacked(self) -> Iterator[Path]:
        """Give the database of the backup as a file, verified. Raises RestoreError."""
        with in_work.folder(backups.unpacked_in()) as place:
            file = place / self.content
            try:
                self._unpack(file)
            except UNREADABLE as error:
                raise RestoreError(f"{self.file} could not be unpacked: {error}") from None
            keep_private(file)
            self._verify(file)
            yield file

    def _unpack(self, file: Path) -> None:
        """Unpack no more than the manifest says, and compare it with its hash."""
        digest, left = hashlib.sha256(), self.manifest.size
        with self._archive.open(self.content) as member, file.open("xb") as target:
            while piece := member.read(PIECE):
                left -= len(piece)
                if left < 0:
                    break
                digest.update(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        if left or digest.hexdigest() != self.manifest.sha256:
            raise RestoreError(f"{self.file} was changed since it was made: its hash is wrong.")

    def _verify(self, file: Path) -> None:
        if self.manifest.database == "postgresql":
            try:
                copies.list_dump(file)
            except copies.ToolFailed as error:
                raise RestoreError(str(error)) from error
            return
        if found := damage(file):
            raise RestoreError(f"The database in {self.file} is damaged: {found}")
        try:
            facts = copies.facts_of_sqlite(file)
        except sqlite3.Error as error:
            raise RestoreError(f"The database in {self.file} cannot be read: {error}") from error
        self._compare(facts)

    def _compare(self, facts: copies.Facts) -> None:
        rows = self.manifest.rows
        wrong = [name for name in rows if facts.rows.get(name) != rows[name]]
        if wrong:
            raise RestoreError(f"Not all rows of the backup are there: {', '.join(wrong)}")
        if sorted(facts.migrations) != sorted(self.manifest.migrations):
            raise RestoreError("The database is not of the version that the manifest says.")

    def secret_key(self) -> str:
        """Return the secret key in the backup. Raises RestoreError."""
        if not self.manifest.holds_secret_key:
            raise RestoreError(f"{self.file} holds no secret key.")
        try:
            with self._archive.open(SECRET_KEY) as member:
                return member.read(LARGEST_KEY).decode()
        except UNREADABLE as error:
            raise RestoreError(f"The key in {self.file} cannot be read: {error}") from None


def restore(backup: Backup) -> Path | None:
    """Let a backup take the place of the database; return where the replaced one is kept.

    Raises RestoreError, and then the database is as it was.
    """
    file = file_of(connection)
    connection.close()
    try:
        with locking.exclusive():
            return _restore_sqlite(backup, file) if file else _restore_postgresql(backup)
    except locking.Locked as error:
        raise RestoreError(f"{error} Nothing was restored.") from error
    except OSError as error:
        raise RestoreError(f"{error}. The database is as it was.") from error


def restore_secret_key(backup: Backup) -> None:
    """Let the key of a backup take the place of the one in a file. Raises RestoreError."""
    try:
        write_privately(Path(settings.VAR_DIR) / SECRET_KEY, backup.secret_key())
    except OSError as error:
        raise RestoreError(f"The database was restored, the secret key was not: {error}") from error


# ---------------------------------------------------------------- SQLite


def _restore_sqlite(backup: Backup, file: Path) -> Path | None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with backup.unpacked() as restored, ExitStack() as undo:
        kept = _put_aside(file, undo)
        restored.replace(file)
        backups.sync_folder(file.parent)
        undo.pop_all()
    return kept


def _put_aside(file: Path, undo: ExitStack) -> Path | None:
    """Keep the database as it is, beside the backups where that is on the same file system.

    Raises OSError, and RestoreError when it is in use.
    """
    if not file.exists():
        return None
    if not damage(file, seconds=5):
        _refuse_in_use(file)
    aside = backups.folder()
    aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = aside / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z.sqlite3"
    try:
        _move(file, kept, undo)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        kept = file.with_name(kept.name)
        _move(file, kept, undo)
    return kept


def _move(file: Path, to: Path, undo: ExitStack) -> None:
    """Rename a database, then the files beside it: on another file system the first one fails."""
    for end in FILES_OF_SQLITE:
        part, moved = file.with_name(file.name + end), to.with_name(to.name + end)
        if part.exists():
            part.replace(moved)
            undo.callback(moved.replace, part)


def _refuse_in_use(file: Path) -> None:
    """Leave WAL mode, which fails while anybody else has the database open."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True, timeout=1)) as database:
            database.execute("PRAGMA journal_mode=DELETE")
            database.execute("BEGIN EXCLUSIVE")
            database.rollback()
    except sqlite3.OperationalError as error:
        raise RestoreError(
            f"The database {file} is in use ({error}). Stop the server, then restore."
        ) from error


# ---------------------------------------------------------------- PostgreSQL


def _restore_postgresql(backup: Backup) -> Path | None:
    is_empty = not connection.introspection.table_names()
    kept_in = backups.folder()
    try:
        kept = None if is_empty else backups.make(kept_in, "replaced")
        kept_in.mkdir(mode=0o700, parents=True, exist_ok=True)
        with backup.unpacked() as dump:
            connection.close()
            copies.restore_dump(dump, backup.manifest.rows, backup.manifest.migrations)
    except (backups.BackupError, copies.ToolFailed) as error:
        raise RestoreError(f"{error} The database is as it was.") from error
    return kept
