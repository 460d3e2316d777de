"""Backups: one file with the database and what has to be known to trust it again.

A ZIP file of ``manifest.json`` and the database: a SQLite file, or a dump of PostgreSQL.
"""

import hashlib
import os
import re
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal

from django.conf import settings
from django.db import connection
from pydantic import BaseModel, ConfigDict

from assessor import VERSION
from assessor.files import whole, write_privately
from assessor.storage import copies, in_work
from assessor.storage.condition import damage, file_of

MANIFEST, SECRET_KEY = "manifest.json", "secret_key"
CONTENT: Mapping[str, str] = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
NAME = re.compile(r"assessor-\d{8}T\d{12}Z((?:-[a-z]+)*)\.zip")
BEGINNING = "assessor-{:%Y%m%dT%H%M%S%f}Z"
"""How the name begins of a backup that was made at a time."""

WITH_KEY = "with-secret-key"
PIECE = 1024**2
FAST = 1
"""The quickest level of compression: with the usual one half a gigabyte takes most of a minute."""


class BackupError(Exception):
    """No backup was made. The message is for the operator."""


class Manifest(BaseModel):
    """What is said about a backup in it.

    ``format`` is raised when versions before can no longer read it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    product: Literal["assessor"] = "assessor"
    format: Literal[1] = 1
    version: str
    made_at: datetime
    database: Literal["sqlite", "postgresql"]
    editions: list[str]
    migrations: list[tuple[str, str]]
    rows: dict[str, int]
    size: int
    sha256: str
    holds_secret_key: bool


def folder() -> Path:
    """Return where backups are put when nothing else is said."""
    return Path(settings.VAR_DIR) / "backups"


def unpacked_in() -> Path:
    """Return where backups are unpacked: a file can take the place of another beside it only."""
    file = file_of(connection)
    return file.parent if file else folder()


def every(kept_in: Path) -> list[Path]:
    """Return the backups in a folder, the oldest first."""
    return sorted(file for file in kept_in.glob("*.zip") if NAME.fullmatch(file.name))


def prune(kept_in: Path, latest: Path, keep: int) -> list[Path]:
    """Delete all but so many of the backups that are marked like the latest; return them.

    The latest stays in any case. Those of a time that is still to come were made while the clock
    was ahead: they go first.
    """
    now = BEGINNING.format(datetime.now(UTC))
    alike = [file for file in every(kept_in) if marks_of(file) == marks_of(latest)]
    alike.sort(key=lambda file: file.name <= now)
    old = [file for file in alike[:-keep] if file.name != latest.name]
    for file in old:
        file.unlink()
    return old


def marks_of(file: Path) -> str:
    """Return what a backup's name says besides the time."""
    found = NAME.fullmatch(file.name)
    return found[1] if found else ""


def manifest_of(file: Path) -> Manifest:
    """Return what a backup that was just made says about itself; it is not verified."""
    with zipfile.ZipFile(file) as archive:
        return Manifest.model_validate_json(archive.read(MANIFEST))


def make(to: Path, mark: str = "", *, with_secret_key: bool = False) -> Path:
    """Back up everything that was committed before this is called; return the file.

    Others may write meanwhile. The file gets its name when it is whole. Raises BackupError.
    """
    now = datetime.now(UTC)
    marks = [mark] * bool(mark) + [WITH_KEY] * with_secret_key
    file = to / f"{'-'.join([BEGINNING.format(now), *marks])}.zip"
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        in_work.remove_left(unpacked_in())
        with in_work.folder(to) as place, whole(file, place) as part:
            copy = place / CONTENT[connection.vendor]
            manifest = _copied(copy, now, with_secret_key=with_secret_key)
            _pack(part, manifest, copy)
        sync_folder(to)
    except OSError as error:
        raise BackupError(f"{file} was not written: {error.strerror or error}") from error
    except (sqlite3.Error, copies.ToolFailed) as error:
        raise BackupError(f"The database could not be copied. {error}") from error
    with suppress(OSError):  # the backup is made, wherever it may not be noted
        write_privately(_note(), str(file))
    return file


def latest() -> tuple[str, datetime] | None:
    """Return where the latest backup was written and when, if one was; it may be elsewhere now."""
    try:
        at = datetime.fromtimestamp(_note().stat().st_mtime, UTC)
        return _note().read_text(), at
    except FileNotFoundError:
        return None


def _note() -> Path:
    return Path(settings.VAR_DIR) / "latest-backup"


def _copied(copy: Path, now: datetime, *, with_secret_key: bool) -> Manifest:
    facts = copies.copy_to(copy)
    if connection.vendor == "sqlite" and (found := damage(copy)):
        raise BackupError(f"The database is damaged, and so is a copy of it: {found}")
    return Manifest(
        version=VERSION,
        made_at=now,
        database="sqlite" if connection.vendor == "sqlite" else "postgresql",
        editions=list(facts.editions),
        migrations=list(facts.migrations),
        rows=dict(facts.rows),
        size=copy.stat().st_size,
        sha256=sha256_of(copy),
        holds_secret_key=with_secret_key,
    )


def _pack(part: IO[bytes], manifest: Manifest, copy: Path) -> None:
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as archive:
        archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))
        archive.write(copy, copy.name)
        if manifest.holds_secret_key:
            archive.writestr(SECRET_KEY, settings.SECRET_KEY)


def sync_folder(kept_in: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(kept_in, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
