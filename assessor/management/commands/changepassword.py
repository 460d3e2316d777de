"""Django's own command, with a line in the audit log."""

import getpass
from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.contrib.auth.models import User

from assessor.workflow import audit


class Command(changepassword.Command):
    """manage.py changepassword [USER]"""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Change it, and note whose: only then, for nothing may be locked while somebody types."""
        said = super().handle(*args, **options)
        changed = User.objects.get(username=options["username"] or getpass.getuser())
        audit.record("account.changed", audit.COMMAND, of=audit.account(changed))
        return said
