"""Move everything from SQLite to PostgreSQL: see docs/operations/move-to-postgresql.md."""

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessor.storage import moving


class Command(BaseCommand):
    """manage.py move_to_postgres [postgres://user:password@host/name]"""

    help = (
        "Copies everything from the SQLite database to an empty PostgreSQL database in one "
        "transaction, and compares every table before it ends. Stop the server first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to. Others see a command line, in the list of processes and afterwards."""
        parser.add_argument(
            "address",
            nargs="?",
            help="as for DATABASE_URL. Leave it out where it holds a password: then it is asked "
            "for, or read from the standard input",
        )

    def handle(self, *args: Any, address: str | None, **options: Any) -> None:
        """Move, and say what is left to do."""
        try:
            moving.move(address or _unseen(), self._report)
        except moving.MoveError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            "Moved and verified. Set DATABASE_URL to that address and start the server. "
            "The SQLite file is as it was: keep it until you have a backup of PostgreSQL."
        )

    def _report(self, table: str, rows: int) -> None:
        self.stdout.write(f"{table}  {rows:,}")


def _unseen() -> str:
    """Return an address that nobody else sees; nothing where none is given."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    try:
        return getpass("Address of the PostgreSQL database, as for DATABASE_URL (not shown): ")
    except EOFError:
        return ""
