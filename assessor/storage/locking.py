"""Who works with the database, and who replaces or migrates it: many do the one, or one the other.

SQLite tells only who has the file open at the moment, and a server that nobody asks anything has
not. This lock ends with its process, however that ends. It is seen where VAR_DIR is; who migrates
a PostgreSQL is seen on all machines.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

NAME = "in-use.lock"
NAME_OF_MIGRATING = "migrating.lock"
MIGRATING = 0x6D696772
"""Which of the locks that PostgreSQL keeps for whoever agrees on a number."""


class Locked(Exception):
    """It cannot be done now. The message is for the operator."""


@contextmanager
def shared() -> Iterator[None]:
    """Work with the database, as others do at the same time. Raises Locked."""
    reason = "The database is being replaced or migrated. Start when that is done."
    with _held(NAME, fcntl.LOCK_SH, _refusing(reason)):
        yield


@contextmanager
def exclusive() -> Iterator[None]:
    """Replace or migrate the database, or leave it for another one. Raises Locked."""
    reason = "The database is in use. Stop the server and the workers, then try again."
    with _held(NAME, fcntl.LOCK_EX, _refusing(reason)):
        yield


@contextmanager
def migrating(connection: BaseDatabaseWrapper, wait: Callable[[], None]) -> Iterator[None]:
    """Migrate a database alone; ``wait`` is called before another process is waited for.

    What a killed process has asked for last is carried out, even its commit, while the next one
    reads what there is to migrate: PostgreSQL keeps its lock until the session has ended, and a
    file keeps its own until the process is gone. Raises Locked.
    """
    is_shared = connection.vendor == "postgresql"
    with _alone_in_session(connection, wait) if is_shared else _alone_on_machine(wait):
        yield


@contextmanager
def _alone_in_session(connection: BaseDatabaseWrapper, wait: Callable[[], None]) -> Iterator[None]:
    if not _asked(connection, "SELECT pg_try_advisory_lock(%s)"):
        wait()
        _asked(connection, "SELECT pg_advisory_lock(%s)")
    try:
        yield
    finally:
        if connection.is_usable():
            _asked(connection, "SELECT pg_advisory_unlock(%s)")


def _asked(connection: BaseDatabaseWrapper, question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [MIGRATING])
        return bool(cursor.fetchone()[0])


@contextmanager
def _alone_on_machine(wait: Callable[[], None]) -> Iterator[None]:
    def until_it_is_free(file: IO[str]) -> None:
        wait()
        fcntl.flock(file, fcntl.LOCK_EX)

    with _held(NAME_OF_MIGRATING, fcntl.LOCK_EX, until_it_is_free):
        yield


def _refusing(reason: str) -> Callable[[IO[str]], None]:
    def refuse(_file: IO[str]) -> None:
        raise Locked(reason)

    return refuse


@contextmanager
def _held(name: str, kind: int, where_taken: Callable[[IO[str]], None]) -> Iterator[None]:
    path = Path(settings.VAR_DIR) / name
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("a"))
            try:
                fcntl.flock(file, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                where_taken(file)
        except OSError as error:
            raise Locked(f"{path} cannot be locked: {error.strerror}.") from error
        yield
