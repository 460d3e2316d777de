"""Whether a database has the shape that this version of the product works with."""

from collections.abc import Collection
from functools import cache

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

Migration = tuple[str, str]
"""The app and the name."""

OURS = "assessor"


@cache
def known() -> frozenset[Migration]:
    """Return all migrations of this version."""
    return frozenset(MigrationLoader(None).disk_migrations or {})


def applied(connection: BaseDatabaseWrapper) -> Collection[Migration]:
    """Return the migrations that a database has had; none in an empty one."""
    return MigrationRecorder(connection).applied_migrations().keys()


def pending(connection: BaseDatabaseWrapper) -> list[Migration]:
    """Return the migrations that a database still needs."""
    return sorted(known() - set(applied(connection)))


def newer(done: Collection[Migration]) -> list[str]:
    """Return our migrations that this version does not know: a newer one has made them."""
    return sorted(name for app, name in set(done) - known() if app == OURS)
