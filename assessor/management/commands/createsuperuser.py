"""Django's own command, with a line in the audit log."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User
from django.db.models.signals import post_save

from assessor.workflow import audit


class Command(createsuperuser.Command):
    """manage.py createsuperuser"""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Make an administrator, and note who it is: Django does not tell, but signals it."""
        post_save.connect(_note, sender=User)
        try:
            return super().handle(*args, **options)
        finally:
            post_save.disconnect(_note, sender=User)


def _note(instance: User, **_about: Any) -> None:
    audit.record("account.made", audit.COMMAND, of=audit.account(instance))
