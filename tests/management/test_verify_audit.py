"""manage.py verify_audit: whether the audit log is as it was written."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from assessor.models import AuditEntry
from assessor.workflow import audit
from tests.builders import make_assessment

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("verify_audit", *arguments, stdout=output)
    return output.getvalue()


def test_it_says_how_long_the_log_is_and_how_it_ends() -> None:
    assert run() == "The audit log is unbroken. Entries: 0. Last one: none\n"
    audit.record("link.made", "owner", make_assessment())
    last = AuditEntry.objects.get().sha256
    assert run() == f"The audit log is unbroken. Entries: 1. Last one: {last}\n"
    assert run("--noted", last) == run()


def test_it_fails_where_the_log_is_broken_and_says_where() -> None:
    audit.record("link.made", "owner", make_assessment())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE assessor_auditentry SET actor = 'nobody'")
    entry = AuditEntry.objects.get()
    with pytest.raises(CommandError, match=f"broken. Entry {entry.pk} was changed") as failure:
        run()
    assert failure.value.returncode == 1


def test_it_fails_where_what_was_noted_is_not_there() -> None:
    with pytest.raises(CommandError, match="No entry has the hash that was noted"):
        run("--noted", "0" * 64)
