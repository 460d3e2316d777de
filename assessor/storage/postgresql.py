"""How PostgreSQL is used by what answers people: connections that are shared, and limits.

Whoever waits for a page is better told to come back than left waiting. Commands have no limits:
nothing they wait for can last, because whoever else is at work has these.
"""

from dataclasses import dataclass
from typing import Any

ENGINE = "django.db.backends.postgresql"
SECONDS_TO_CONNECT = 5
"""For a connection of the pool, when the database is away or all are in use."""

SECONDS_TO_RECONNECT = 2
"""How long the pool tries by itself; after that the next request tries, so that nobody waits for
the growing pauses of the pool once the database is back."""


@dataclass(frozen=True)
class Limits:
    """Seconds that a statement, waiting for a lock, and doing nothing in a transaction may take.

    0 is for ever.
    """

    statement: int = 10
    lock: int = 5
    idle: int = 30

    def options(self) -> str:
        """Return the limits as a connection is told them."""
        return (
            f"-c statement_timeout={self.statement}s -c lock_timeout={self.lock}s "
            f"-c idle_in_transaction_session_timeout={self.idle}s"
        )


def serve(database: dict[str, Any], *, limits: Limits, pool_size: int) -> None:
    """Let later connections to a database be those of a process that answers people.

    ``pool_size``: the most connections of the process; 0 where something else pools them. Does
    nothing to another database than PostgreSQL.
    """
    if database["ENGINE"] != ENGINE:
        return
    options = database["OPTIONS"]
    options["options"] = f"{options.get('options', '')} {limits.options()}".strip()
    if pool_size:
        # Connections that a thread keeps would never get back into the pool.
        database["CONN_MAX_AGE"] = 0
        options["pool"] = {
            "min_size": 1,
            "max_size": pool_size,
            "timeout": SECONDS_TO_CONNECT,
            "reconnect_timeout": SECONDS_TO_RECONNECT,
        }
