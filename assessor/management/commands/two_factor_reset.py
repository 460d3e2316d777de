"""Remove the second factor of somebody who has lost it."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessor import two_factor
from assessor.workflow import audit


class Command(BaseCommand):
    """manage.py two_factor_reset USER. They set up a new one when they sign in next."""

    help = (
        "Removes the phone and the recovery codes of a member of staff, so that they set up new "
        "ones when they sign in next. Be sure who asks for it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name somebody signs in with."""
        parser.add_argument("user", help="the user name")

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        """Remove it, and say so. Raises CommandError for a name nobody has."""
        found = User.objects.filter(username=user).first()
        if found is None:
            raise CommandError(f"Nobody is called {user}.")
        if two_factor.reset(found, audit.COMMAND):
            self.stdout.write(f"The second factor of {user} is removed.")
        else:
            self.stdout.write(f"{user} has no second factor.")
