"""What a server and a worker see to before they begin."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from assessor.storage import condition, locking, migrations

SECONDS_TO_LOOK_FOR_DAMAGE = 10


@contextmanager
def working_with_database() -> Iterator[None]:
    """Let nobody replace the database meanwhile, and refuse one that cannot be used."""
    try:
        with locking.shared():
            refuse_unusable_database()
            yield
    except locking.Locked as error:
        raise CommandError(str(error)) from error


def refuse_unusable_database() -> None:
    """Refuse a database that is damaged, of a newer version, or not migrated yet."""
    try:
        condition.refuse_unusable(connection, SECONDS_TO_LOOK_FOR_DAMAGE)
        waiting = migrations.pending(connection)
    except condition.Unusable as error:
        raise CommandError(str(error)) from error
    except DatabaseError as error:
        raise CommandError(f"The database cannot be used: {error}") from error
    if waiting:
        raise CommandError(f"The database needs {len(waiting)} migrations. Run: make setup")
