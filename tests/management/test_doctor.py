"""manage.py doctor: what it looks at, what it says to do, and what it never says."""

import json
import os
import platform
import shutil
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core import checks as system_checks
from django.core.checks import Error
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import Settings

from assessor import deployment
from assessor.management.commands import doctor
from assessor.management.doctor import configuration, data, finding, machine
from assessor.models import PrivateLink
from assessor.report import pdf, rendering
from assessor.storage import checks, condition, file_system, migrations, sqlite
from assessor.workflow import audit, publishing
from tests.builders import make_assessment, make_edition, owner_of
from tests.lives import WORDS, submitted_together

pytestmark = pytest.mark.django_db


@pytest.fixture
def var(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation in which all is well."""
    folder = tmp_path / "var"
    deployment.local_secret_key(folder)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    settings.VAR_DIR, settings.STATIC_ROOT = folder, folder / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "staticfiles.json").touch()
    (folder / "latest-backup").write_text("/mnt/backups/assessor-20261126T020000000000Z.zip")
    monkeypatch.setattr(file_system, "type_of", lambda _folder: "ext4")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=5 * 1024**3))
    monkeypatch.setattr(pdf, "write_pdf", lambda _html: b"%PDF-")
    make_edition()
    return folder


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("doctor", *arguments, stdout=output, no_color=True)
    return output.getvalue()


def found(examine: finding.Examine) -> str:
    return finding.examined(examine).state


def test_where_all_is_well_every_line_says_so(var: Path) -> None:
    lines = run().splitlines()
    assert [line for line in lines if not line.startswith("pass  ")] == []
    assert len(lines) == len(doctor.EXAMINATIONS)


def test_a_machine_gets_the_same_as_json(var: Path) -> None:
    said = json.loads(run("--json"))
    assert len(said) == len(doctor.EXAMINATIONS)
    assert {each["state"] for each in said} == {"pass"}


def test_a_line_has_the_same_name_where_its_examination_itself_fails(var: Path) -> None:
    named = [each["subject"] for each in json.loads(run("--json"))]
    assert named == [each.__name__.replace("_", " ") for each in doctor.EXAMINATIONS]


def test_a_pdf_is_really_made() -> None:
    made = machine.pdf_reports()
    assert (made.state, made.said.startswith("one was made")) == ("pass", True)


def test_a_failure_ends_with_1_and_the_other_lines_are_there(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_html: str) -> bytes:
        raise pdf.PdfError("The PDF could not be made.")

    monkeypatch.setattr(pdf, "write_pdf", fails)
    output = StringIO()
    with pytest.raises(CommandError, match=r"Not well: pdf reports$") as failure:
        call_command("doctor", stdout=output, no_color=True)
    assert failure.value.returncode == 1
    assert output.getvalue().count("pass  ") == len(doctor.EXAMINATIONS) - 1


def test_it_says_no_secret_no_answer_and_no_name(var: Path) -> None:
    assessment = submitted_together()
    token = PrivateLink.issue(owner_of(assessment))
    User.objects.create_superuser("Ada Secret")
    said = run() + run("--json")
    secrets = [*WORDS, token, "Ada Secret", django_settings.SECRET_KEY]
    secrets.append((var / "secret_key").read_text())
    assert [secret for secret in secrets if secret in said] == []


def test_what_cannot_be_examined_is_a_line_and_no_traceback() -> None:
    def strange() -> finding.Finding:
        raise ValueError("Very confidential")

    said = finding.examined(strange)
    assert (said.state, said.said) == ("fail", "could not be examined: ValueError")


def test_a_database_that_is_gone_is_a_line(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError('password "secret"')

    monkeypatch.setattr(migrations, "applied", gone)
    said = finding.examined(data.schema)
    assert (said.state, said.said) == ("fail", "the database cannot be used")
    monkeypatch.setattr("assessor.management.doctor.data.connection.ensure_connection", gone)
    assert finding.examined(data.database).said == "OperationalError"


def test_a_file_that_cannot_be_opened_is_not_called_sound(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(condition, "file_of", lambda _connection: var / "nothing" / "x.sqlite3")
    said = data.integrity()
    assert said.state == "fail"
    assert said.said == "could not be looked at: unable to open database file"


# ---------------------------------------------------------------- each illness is found


def test_the_machine(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert found(machine.user) == "warn"
    var.chmod(0o755)
    assert found(machine.data_folder) == "fail"
    (var / "static" / "staticfiles.json").unlink()
    assert found(machine.static_files) == "fail"
    for free, state in {500 * 1024**2: "warn", 1024: "fail"}.items():
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert found(machine.free_space) == state
    for kind in ("nfs4", "tmpfs", "overlay"):
        monkeypatch.setattr(file_system, "type_of", lambda _folder, kind=kind: kind)
        assert found(machine.file_system_of_data) == "warn"
    monkeypatch.setattr(machine, "versions", lambda: [Error("django 1.0 is installed")])
    assert found(machine.libraries) == "fail"
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "9", "1"))
    assert found(machine.python) == "fail"
    monkeypatch.setattr(rendering, "FONTS", var / "fonts.conf")
    assert found(machine.fonts) == "fail"
    monkeypatch.setattr(pdf, "availability", lambda: "libpango is missing")
    assert found(machine.pdf_reports) == "fail"


def test_a_clock_that_was_set_back(var: Path) -> None:
    audit.record("log.exported", "command")
    with connection.cursor() as cursor:
        later = timezone.now() + timedelta(hours=1)
        cursor.execute("UPDATE assessor_auditentry SET at = %s", [later])
    assert found(machine.clock) == "fail"


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_the_way_sqlite_writes(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def written(journal: str, synchronous: str) -> str:
        modes = {"journal_mode": journal, "synchronous": synchronous}
        monkeypatch.setattr(data, "_pragma", modes.__getitem__)
        return found(data.writing)

    assert written("wal", "1") == "fail"
    assert written("delete", "2") == "fail"
    assert written("delete", "3") == "pass"
    monkeypatch.setattr(sqlite, "version", lambda: (3, 40, 1))
    assert written("delete", "3") == "warn"
    assert written("wal", "2") == "fail"


def test_the_way_postgresql_writes(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = SimpleNamespace(vendor="postgresql")
    monkeypatch.setattr(data, "connection", server)
    monkeypatch.setattr(checks, "careless", lambda _server: iter(["fsync"]))
    assert data.writing().said == "fsync is off"
    monkeypatch.setattr(checks, "careless", lambda _server: iter([]))
    assert data.writing().state == data.integrity().state == "pass"


def test_the_data(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(condition, "file_of", lambda _connection: var / "x")
    monkeypatch.setattr(condition, "looked_for_damage", lambda _file: "Tree 2 page 4")
    assert found(data.integrity) == "fail"
    assert "/mnt/backups/" in data.backup().said
    yesterday = (timezone.now() - timedelta(hours=25)).timestamp()
    os.utime(var / "latest-backup", (yesterday, yesterday))
    assert data.backup().said.endswith(".zip, 1 day old")
    os.utime(var / "latest-backup", (0, 0))
    assert found(data.backup) == "warn"
    assert data.backup().said.endswith(" days old")
    (var / "latest-backup").unlink()
    assert found(data.backup) == "warn"
    monkeypatch.setattr(publishing, "current", lambda: None)
    assert found(data.edition) == "fail"
    audit.record("log.exported", "command")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE assessor_auditentry SET actor = 'nobody'")
    assert found(data.audit_log) == "fail"
    known = migrations.known()
    monkeypatch.setattr(migrations, "known", lambda: known | {("assessor", "9999_next")})
    assert found(data.schema) == "fail"
    monkeypatch.setattr(migrations, "known", lambda: known - {("assessor", "0001_initial")})
    assert found(data.schema) == "fail"


def test_the_settings(var: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (var / "secret_key").chmod(0o644)
    assert found(configuration.secret_key) == "fail"
    monkeypatch.setenv("SECRET_KEY", "x")
    assert found(configuration.secret_key) == "pass"
    settings.SECRET_KEY = "short"
    assert found(configuration.secret_key) == "fail"
    settings.DEBUG = True
    assert found(configuration.debug) == "warn"
    settings.SECURE_SSL_REDIRECT = True
    assert found(configuration.public_address) == "warn"
    settings.KEEP_DRAFTS_DAYS = 30
    assert "KEEP_DRAFTS_DAYS 30" in configuration.retention().said
    complaint: list[Any] = [Error("wrong", id="x.E1")]
    monkeypatch.setattr(system_checks, "run_checks", lambda **_: complaint)
    assert found(configuration.system_checks) == "fail"


def test_the_mail(var: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SENDS_MAIL = True
    assert found(configuration.mail) == "pass"

    def refused(**_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(configuration, "get_connection", refused)
    assert found(configuration.mail) == "fail"


def test_the_second_factor(var: Path, settings: Settings) -> None:
    User.objects.create_superuser("ada")
    assert found(configuration.second_factor) == "pass"
    settings.PUBLIC_URL = "https://assess.example.org"
    assert found(configuration.second_factor) == "warn"
    settings.REQUIRE_TWO_FACTOR = True
    assert found(configuration.second_factor) == "warn"
    make_assessment()
    User.objects.update(is_active=False)
    assert found(configuration.second_factor) == "pass"
