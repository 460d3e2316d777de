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


def test_what_was_noted_is_found_however_it_was_copied() -> None:
    audit.record("link.made", "owner", make_assessment())
    last = AuditEntry.objects.get().sha256
    assert run("--noted", f" {last.upper()} ") == run()


def test_it_fails_where_what_was_noted_is_not_there_and_calls_nothing_broken() -> None:
    with pytest.raises(CommandError, match=r"No entry has this hash\..*shortened") as failure:
        run("--noted", "0" * 64)
    assert "broken" not in str(failure.value)
    assert failure.value.returncode == 1


@pytest.mark.parametrize("noted", ["zzz", "", "3f2a", "0" * 63, "g" * 64])
def test_what_is_no_whole_hash_is_refused_and_raises_no_alarm(noted: str) -> None:
    with pytest.raises(CommandError, match="no whole hash") as failure:
        run("--noted", noted)
    assert "broken" not in str(failure.value)
