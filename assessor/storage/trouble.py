"""Which failures are those of the storage, and pass when it is well again."""

import errno

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError

OF_THE_PROGRAM = ("no such ", "syntax error", "has no column named")
"""SQLite calls a wrong statement an OperationalError too. That does not pass by waiting."""

OF_THE_FILE = ("malformed", "not a database", "disk i/o error")
"""What SQLite says of a database it cannot read any more."""

OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
READ_ONLY = "read-only transaction"


def is_trouble(error: BaseException | None) -> bool:
    """Say whether the storage failed: full, read-only, locked, gone or damaged."""
    if isinstance(error, OSError):
        return error.errno in OF_THE_DISK
    said = str(error).lower()
    match error:
        case OperationalError():
            return not any(words in said for words in OF_THE_PROGRAM)
        case InterfaceError():
            return True
        case InternalError():
            return READ_ONLY in said
        case DatabaseError():
            return any(words in said for words in OF_THE_FILE)
        case _:
            return False
