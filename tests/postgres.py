"""Find a PostgreSQL to run tests on: ``python -m tests.postgres`` prints its address.

That of DATABASE_URL, or else one on this machine that lets whoever runs this create databases.
"""

import getpass
import os
import sys
from collections.abc import Iterator

import psycopg

SECONDS = 3
ADVICE = (
    "Set DATABASE_URL to one whose user may create databases, such as "
    "postgres://user:password@127.0.0.1:5432/postgres"
)
MAY_CREATE = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"


class NoServer(Exception):
    """None can be used; the message says which were tried, and what to do."""


def address() -> str:
    """Return the address of a server that can be used. Raises NoServer."""
    reasons = []
    for candidate in candidates():
        reason = obstacle(candidate)
        if not reason:
            return candidate
        reasons.append(f"  {candidate}: {reason}")
    raise NoServer("\n".join(["No PostgreSQL to run the tests on:", *reasons, ADVICE]))


def candidates() -> Iterator[str]:
    """Yield what is named, or else what a server on this machine is usually reached by."""
    named = os.environ.get("DATABASE_URL")
    if named:
        yield named
        return
    user = getpass.getuser()
    yield f"postgresql://{user}@127.0.0.1:5432/{user}"
    yield f"postgresql:///{user}"


def obstacle(candidate: str) -> str:
    """Return why tests cannot run there; nothing where they can."""
    if not candidate.startswith("postgres"):
        return "not PostgreSQL"
    try:
        with psycopg.connect(candidate, connect_timeout=SECONDS) as connection:
            row = connection.execute(MAY_CREATE).fetchone()
    except psycopg.Error as error:
        return " ".join(str(error).split())
    return "" if row and row[0] else "this user may not create databases"


def main() -> int:
    try:
        sys.stdout.write(f"{address()}\n")
    except NoServer as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
