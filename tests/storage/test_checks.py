"""What is checked about the database before the product starts."""

import re
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from django.conf import settings
from environ import Env

from assessor import checks as libraries
from assessor.bootstrap import ROOT
from assessor.storage import checks, file_system, sqlite

MOUNTS = r"""
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:20 / /run rw,nosuid shared:2 - tmpfs tmpfs rw,size=1g
23 21 0:21 / /srv rw shared:3 - ext4 /dev/sdb1 rw
24 23 0:22 / /srv/data\040here rw shared:4 - nfs4 server:/data rw
25 21 0:23 / /srv rw shared:5 - xfs /dev/sdc1 rw
""".strip()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/", "ext4"), ("/run/x/y", "tmpfs"), ("/srv/data here/var", "nfs4"), ("/srv/var", "xfs")],
)
def test_the_type_is_that_of_the_closest_mount(tmp_path: Path, folder: str, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert file_system.type_of(Path(folder), mounts) == kind


def test_where_the_system_does_not_tell_nothing_is_claimed(tmp_path: Path) -> None:
    assert file_system.type_of(Path("/"), tmp_path / "nothing") == ""


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(checks, "database_file", lambda: Path("/var/lib/a.sqlite3"))

    def put_on(kind: str) -> None:
        monkeypatch.setattr(file_system, "type_of", lambda folder: kind)

    return put_on


def test_a_network_is_warned_about_and_a_disk_is_not(on: Any) -> None:
    on("nfs4")
    (warning,) = checks.network_file_system()
    assert "nfs4" in warning.msg
    on("ext4")
    assert checks.network_file_system() == checks.passing_file_system() == []


@pytest.mark.parametrize(("kind", "end"), [("tmpfs", "started anew"), ("overlay", "removed")])
def test_what_does_not_last_is_told(on: Any, kind: str, end: str) -> None:
    on(kind)
    (told,) = checks.passing_file_system()
    assert end in told.msg
    assert checks.network_file_system() == []


def test_on_postgresql_no_file_is_checked(on: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    on("nfs4")
    monkeypatch.setattr(checks, "database_file", lambda: None)
    assert checks.network_file_system() == checks.sqlite_version() == []


def test_an_old_sqlite_is_told_with_what_is_done_about_it(
    on: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "version", lambda: (3, 40, 1))
    (warning,) = checks.sqlite_version()
    assert warning.msg.startswith("SQLite 3.40.1 can corrupt")
    monkeypatch.setattr(sqlite, "version", lambda: (3, 51, 3))
    assert checks.sqlite_version() == []


@pytest.mark.parametrize("careless", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_postgresql_that_says_saved_too_early_is_warned_about(
    monkeypatch: pytest.MonkeyPatch, careless: str
) -> None:
    cursor = MagicMock()
    cursor.__enter__.return_value = cursor
    asked: list[str] = []
    cursor.execute.side_effect = asked.append
    cursor.fetchone.side_effect = lambda: ("off",) if careless in asked[-1] else ("on",)
    database = MagicMock(vendor="postgresql", cursor=lambda: cursor)
    monkeypatch.setattr(checks, "connections", {"default": database})
    (warning,) = checks.postgresql_durability(databases=["default"])
    assert f"{careless} is off" in warning.msg
    assert checks.postgresql_durability() == []


@pytest.mark.parametrize(
    ("address", "trusting"),
    [
        ("postgres://a@db.example.org/a", True),
        ("postgres://a@db.example.org/a?sslmode=require", True),
        ("postgres://a@db.example.org/a?sslmode=verify-full", False),
        ("postgres://a@127.0.0.1/a", False),
        ("postgres://a@/a", False),
        ("postgres:////run/postgresql/a", False),
        ("sqlite:////srv/a.sqlite3", False),
    ],
)
def test_a_database_elsewhere_must_prove_who_it_is(
    monkeypatch: pytest.MonkeyPatch, address: str, *, trusting: bool
) -> None:
    monkeypatch.setitem(settings.DATABASES, "default", Env.db_url_config(address))
    warnings = checks.postgresql_in_clear()
    assert [warning.id for warning in warnings] == (["assessor.W004"] if trusting else [])


def test_an_unsafe_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert libraries.versions() == []
    monkeypatch.setattr(libraries, "version", lambda name: "5.2.18" if name == "django" else "70.0")
    (error,) = libraries.versions()
    assert "django 5.2.18" in error.msg
    assert "5.2.19" in str(error.hint)


def test_the_oldest_libraries_are_those_that_are_asked_for() -> None:
    asked = dict(
        re.findall(r'"(django|weasyprint)>=([\d.]+),', (ROOT / "pyproject.toml").read_text())
    )
    floors = {name: tuple(map(int, text.split("."))) for name, text in asked.items()}
    assert floors == libraries.OLDEST
