"""An administrator who is made on the command line stands in the audit log."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from assessor.models import AuditEntry

pytestmark = pytest.mark.django_db

KIM = {"username": "kim", "email": "kim@example.org", "interactive": False}


def test_who_is_made_is_written_down_once() -> None:
    call_command("createsuperuser", **KIM)
    User.objects.create_user("somebody else")
    line = AuditEntry.objects.get()
    kim = User.objects.get(username="kim")
    assert kim.is_superuser
    assert (line.event, line.actor, line.subject) == ("account.made", "command", f"user {kim.pk}")


def test_whoever_is_there_already_leaves_no_line() -> None:
    User.objects.create_user("kim")
    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", **KIM)
    assert not AuditEntry.objects.exists()
