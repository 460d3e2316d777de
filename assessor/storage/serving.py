"""What a process that answers people does about its database before it answers the first."""

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from assessor.storage import postgresql


def serve_pages() -> None:
    """Let the connections opened from now on be shared and limited: see ``postgresql``."""
    postgresql.serve(
        connections.settings[DEFAULT_DB_ALIAS],
        limits=settings.DATABASE_LIMITS,
        pool_size=settings.DATABASE_POOL_SIZE,
    )
