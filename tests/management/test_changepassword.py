"""A password that is changed on the command line stands in the audit log."""

import getpass

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from assessor.models import AuditEntry

pytestmark = pytest.mark.django_db


def types(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    """Let somebody type a password whenever they are asked for one, as the user kim."""
    monkeypatch.setattr(getpass, "getpass", lambda *_, **__: password)
    monkeypatch.setattr(getpass, "getuser", lambda: "kim")


@pytest.mark.parametrize("arguments", [["kim"], []], ids=["by name", "oneself"])
def test_a_change_is_written_down(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    kim = User.objects.create_user("kim")
    User.objects.create_user("somebody else")
    types(monkeypatch, "a long and unusual one")
    call_command("changepassword", *arguments)
    assert User.objects.get(pk=kim.pk).check_password("a long and unusual one")
    line = AuditEntry.objects.get()
    assert (line.event, line.actor, line.subject) == (
        "account.changed",
        "command",
        f"user {kim.pk}",
    )


def test_a_password_that_is_refused_leaves_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.create_user("kim")
    types(monkeypatch, "short")
    with pytest.raises(CommandError, match="Aborting"):
        call_command("changepassword", "kim")
    assert not AuditEntry.objects.exists()
