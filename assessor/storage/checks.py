"""What is checked about the database before the product starts, and by ``manage.py check``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Info
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from assessor.deployment import LOCAL_HOSTS
from assessor.storage import file_system, postgresql, sqlite

CARELESS = "off"
VERIFIED = frozenset({"verify-full", "verify-ca"})
DURABILITY = ("fsync", "full_page_writes", "synchronous_commit")
"""What PostgreSQL must not have off, so that what was told saved survives a power cut."""


def database_file() -> Path | None:
    """Return the file of the database, None where it is no file."""
    database: dict[str, Any] = settings.DATABASES["default"]
    return Path(database["NAME"]) if database["ENGINE"].endswith("sqlite3") else None


def sqlite_version(**_which: Any) -> Sequence[CheckMessage]:
    """Tell about a SQLite that is too old for the quicker way of writing."""
    used = sqlite.version()
    if database_file() is None or not sqlite.has_wal_reset_bug(used):
        return []
    return [
        checks.Warning(
            f"SQLite {'.'.join(map(str, used))} can corrupt a database in WAL mode, so a slower "
            "mode is used, which is safe.",
            hint="Nothing has to be done. SQLite 3.51.3 or newer, or the package pysqlite3, "
            "makes saving quicker.",
            id="assessor.W001",
        )
    ]


def network_file_system(**_which: Any) -> Sequence[CheckMessage]:
    """Warn about a SQLite database on a network, where locks cannot be relied upon."""
    file = database_file()
    kind = file_system.type_of(file.parent) if file else ""
    if kind not in file_system.NETWORK:
        return []
    return [
        checks.Warning(
            f"The database is on a network file system ({kind}), where SQLite can lose or "
            "corrupt data.",
            hint="Set VAR_DIR to a folder on a local disk, or DATABASE_URL to PostgreSQL.",
            id="assessor.W002",
        )
    ]


def passing_file_system(**_which: Any) -> Sequence[CheckMessage]:
    """Tell about a database that ends with the machine or its container."""
    file = database_file()
    kind = file_system.type_of(file.parent) if file else ""
    if kind in file_system.IN_MEMORY:
        end = "when this machine is started anew"
    elif kind in file_system.IN_CONTAINER:
        end = "when this container is removed"
    else:
        return []
    return [
        Info(
            f"The database is on {kind}: it is gone {end}.",
            hint="Set VAR_DIR to a folder on a disk or a volume.",
            id="assessor.I001",
        )
    ]


def postgresql_durability(
    databases: Sequence[str] | None = None, **_which: Any
) -> Sequence[CheckMessage]:
    """Warn about a PostgreSQL that says saved before it is."""
    named = [connections[alias] for alias in databases or ()]
    return [
        checks.Warning(
            f"PostgreSQL's {name} is off: what people were told is saved can be lost.",
            hint=f"Set {name} back to on.",
            id="assessor.W003",
        )
        for connection in named
        if connection.vendor == "postgresql"
        for name in careless(connection)
    ]


def careless(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """Yield each setting of PostgreSQL that lets saved data be lost."""
    with connection.cursor() as cursor:
        for name in DURABILITY:
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone() == (CARELESS,):
                yield name


def postgresql_in_clear(**_which: Any) -> Sequence[CheckMessage]:
    """Warn about a PostgreSQL on another machine that could be listened to, or be another one."""
    database: dict[str, Any] = settings.DATABASES["default"]
    host = database.get("HOST", "")
    mode = database.get("OPTIONS", {}).get("sslmode", "prefer")
    if database["ENGINE"] != postgresql.ENGINE or is_near(host) or mode in VERIFIED:
        return []
    return [
        checks.Warning(
            f"The connection to PostgreSQL on {host} has sslmode {mode}, which trusts "
            "whoever answers there.",
            hint="Add ?sslmode=verify-full&sslrootcert=FILE to DATABASE_URL. On a network of its "
            "own, such as that of containers, it may stay.",
            id="assessor.W004",
        )
    ]


def is_near(host: str) -> bool:
    """Say whether a database is on this machine: a socket has no host, or a folder for one."""
    return not host or host.startswith("/") or host in LOCAL_HOSTS
