"""Which failures are those of the storage, and pass when it is well again."""

import errno

from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
)

OF_THE_PROGRAM = ("no such ", "syntax error", "has no column named")
"""SQLite calls a wrong statement an OperationalError too. That does not pass by waiting."""

OF_THE_FILE = ("malformed", "not a database", "disk i/o error")
"""What SQLite says of a database it cannot read any more."""

OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
READ_ONLY = ("read-only transaction",)


def is_trouble(error: BaseException | None) -> bool:
    """Say whether the storage failed: full, read-only, locked, gone or damaged.

    Only what a database says is read: the text of another exception may ask the database.
    """
    match error:
        case OSError():
            return error.errno in OF_THE_DISK
        case InterfaceError():
            return True
        case OperationalError():
            return not _says(error, OF_THE_PROGRAM)
        case InternalError():
            return _says(error, READ_ONLY)
        case DatabaseError() if not isinstance(error, IntegrityError):  # Django has its own.
            return _says(error, OF_THE_FILE)
        case _:
            return False


def _says(error: DatabaseError, words: tuple[str, ...]) -> bool:
    said = str(error).lower()
    return any(each in said for each in words)
