"""The data: the database and how it writes, editions, the audit log, backups."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.translation import ngettext

from assessor.management.doctor.finding import Finding, bad, poor, well
from assessor.models import Edition
from assessor.storage import backups, checks, condition, migrations, sqlite
from assessor.workflow import audit, publishing

OLD = timedelta(days=2)


def database() -> Finding:
    """Connect, and say what it is."""
    try:
        connection.ensure_connection()
    except Exception as error:  # noqa: BLE001 (each driver has its own)
        return bad("database", str(type(error).__name__), "Look at DATABASE_URL and the server.")
    number = ".".join(map(str, connection.get_database_version()))
    if connection.vendor == "sqlite":
        return well("database", f"SQLite {number}, {condition.file_of(connection)}")
    return well("database", f"{connection.display_name} {number}")


def writing() -> Finding:
    """Say whether what was told saved survives a power cut."""
    if connection.vendor == "postgresql":
        careless = ", ".join(checks.careless(connection))
        if careless:
            return bad("writing", f"{careless} is off", "Set it on: saved answers can be lost.")
        return well("writing", "durable (fsync, full_page_writes, synchronous_commit)")
    return _sqlite_writing()


def _sqlite_writing() -> Finding:
    journal, synchronous = _pragma("journal_mode"), int(_pragma("synchronous"))
    said = f"journal {journal}, synchronous {synchronous}"
    least = 2 if journal == "wal" else 3
    if synchronous < least:
        return bad("writing", said, "Saved answers can be lost at a power cut; please report this.")
    if sqlite.has_wal_reset_bug(sqlite.version()):
        if journal == "wal":
            return bad("writing", f"{said}: this SQLite can corrupt it", "Run: make setup")
        return poor("writing", f"{said}: safe, and slower than need be", "Install pysqlite3.")
    return well("writing", said)


def _pragma(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return str(cursor.fetchone()[0])


def integrity() -> Finding:
    """Look through all of a SQLite file; PostgreSQL looks after itself."""
    file = condition.file_of(connection)
    if file is None:
        return well("integrity", "left to PostgreSQL")
    try:
        found = condition.looked_for_damage(file)
    except condition.NotLookedAt as error:
        advice = "Look whether the file is there and open to the user of this, and try again."
        return bad("integrity", f"could not be looked at: {error}", advice)
    if found:
        return bad("integrity", found, "Stop the server and restore a backup.")
    return well("integrity", "the whole file is sound")


def schema() -> Finding:
    done = migrations.applied(connection)
    if newer := migrations.newer(done):
        return bad("schema", f"{newer[-1]} is of a newer version", "Install that version.")
    if waiting := migrations.pending(connection):
        return bad("schema", f"{len(waiting)} migrations are pending", "Run: make setup")
    return well("schema", f"{len(done)} migrations applied, none pending")


def edition() -> Finding:
    current = publishing.current()
    if current is None:
        return bad("edition", "none is loaded", "Run: make setup")
    count = Edition.objects.count()
    return well("edition", f"{current.version} ({current.sha256[:12]}), {count} in all")


def audit_log() -> Finding:
    try:
        head = audit.verify()
    except audit.Broken as broken:
        return bad("audit log", str(broken), "Compare it with a backup; see retention.md.")
    return well("audit log", f"{head.entries:,} entries, unbroken")


def backup() -> Finding:
    made = backups.latest()
    advice = "Run manage.py backup every night, and copy the file to another machine."
    if made is None:
        return poor("backup", "none was made from here", advice)
    file, at = made
    age = datetime.now(UTC) - at
    said = f"{file}, {ngettext('%d day old', '%d days old', age.days) % age.days}"
    return poor("backup", said, advice) if age > OLD else well("backup", said)


EXAMINATIONS = (database, writing, integrity, schema, edition, audit_log, backup)
