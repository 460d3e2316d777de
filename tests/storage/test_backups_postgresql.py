"""Backups of PostgreSQL, by the commands that operators type."""

import json
import os
import shutil
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from assessor.bootstrap import ROOT
from assessor.storage import moving
from tests.storage.scratch import scratch

pytestmark = pytest.mark.skipif(
    not shutil.which("pg_dump"), reason="NOT TESTED: pg_dump is not installed"
)


EARLIER = "0016"
"""A state of the schema with fewer tables."""

HASH = SQL("SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {table} t")

NEWER = """#!{python}
import subprocess, sys
said = subprocess.run(["{real}", *sys.argv[1:]], stdout=subprocess.PIPE, check=True).stdout
first, setting = b"SET lock_timeout = 0;\\n", b"SET transaction_timeout = 0;\\n"
if setting not in said:
    said = said.replace(first, first + setting, 1)
sys.stdout.buffer.write(said)
"""
"""A pg_restore that is newer than the server."""

FOLLOWED = """#!{python}
import subprocess, sys
subprocess.run(["{real}", *sys.argv[1:]], check=True)
subprocess.run(["{real}", "{address}", "--command", "{statement}"], check=True)
"""
"""A psql after which somebody else saves something at once."""


@pytest.fixture(scope="module")
def migrated() -> Iterator[str]:
    """A database with its tables, only to be copied."""
    with scratch() as database:
        moving._migrate(database)
        yield database


@pytest.fixture
def address(migrated: str) -> Iterator[str]:
    with scratch(migrated.rpartition("/")[2]) as database:
        yield database


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database as it was with an earlier version, only to be copied."""
    with scratch() as database:
        var = tmp_path_factory.mktemp("earlier")
        well(manage(database, var, "migrate", "assessor", EARLIER))
        yield database


@pytest.fixture
def older(earlier: str) -> Iterator[str]:
    with scratch(earlier.rpartition("/")[2]) as database:
        yield database


def manage(address: str, var: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address, "VAR_DIR": str(var)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def names(address: str) -> list[str]:
    return column(address, "SELECT name FROM auth_group ORDER BY name")


def column(address: str, query: str) -> list[str]:
    with psycopg.connect(address) as server:
        return [row[0] for row in server.execute(query.encode()).fetchall()]


def change(address: str, statement: str) -> None:
    with psycopg.connect(address) as server:
        server.execute(statement.encode())


def test_a_restored_database_is_the_one_that_was_backed_up(address: str, tmp_path: Path) -> None:
    change(address, "INSERT INTO auth_group (name) VALUES ('Kept')")
    before = names(address)
    made = manage(address, tmp_path, "backup")
    assert made.returncode == 0, made.stderr
    path, _, said = made.stdout.strip().rpartition(" (")
    assert "; assessments: 0; from PostgreSQL " in said
    backup = Path(path)
    change(address, "UPDATE auth_group SET name = 'Lost' WHERE name = 'Kept'")

    restored = manage(address, tmp_path, "restore", backup, "--yes")
    assert restored.returncode == 0, restored.stderr
    assert "Restored and verified" in restored.stdout
    assert names(address) == before
    (replaced,) = (tmp_path / "backups").glob("*-replaced.zip")
    assert str(replaced) in restored.stdout

    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 0xFF
    backup.write_bytes(content)
    change(address, "UPDATE auth_group SET name = 'Now' WHERE name = 'Kept'")
    refused = manage(address, tmp_path, "restore", backup, "--yes")
    assert refused.returncode == 1
    assert "Now" in names(address)


def content(address: str) -> dict[str, str]:
    """Return a hash of every table."""
    with psycopg.connect(address) as server:
        tables = server.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        ).fetchall()
        return {
            name: str(server.execute(HASH.format(table=Identifier(name))).fetchone())
            for (name,) in tables
        }


def well(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def backed_up(address: str, var: Path) -> Path:
    return Path(well(manage(address, var, "backup")).partition(" (")[0])


def test_the_way_back_from_an_upgrade(older: str, tmp_path: Path) -> None:
    """Tables of the newer version go, also those that hang on older ones."""
    change(older, "INSERT INTO auth_group (name) VALUES ('Kept')")
    before = content(older)
    said = well(manage(older, tmp_path, "upgrade"))
    (backup,) = (tmp_path / "backups").glob("*-before-upgrade.zip")
    assert str(backup) in said
    upgraded = content(older)

    assert "make setup" in well(manage(older, tmp_path, "restore", backup, "--yes"))
    assert content(older) == before
    well(manage(older, tmp_path, "upgrade"))
    assert content(older).keys() == upgraded.keys()
    assert "Kept" in names(older)


def test_a_backup_of_this_version_takes_the_place_of_an_older_database(
    address: str, older: str, tmp_path: Path
) -> None:
    backup = backed_up(address, tmp_path)
    before = content(address)
    assert "Restored and verified" in well(manage(older, tmp_path, "restore", backup, "--yes"))
    after = content(older)
    said = {"assessor_auditentry", "assessor_audithead"}  # that it was restored
    assert {name: after[name] for name in after.keys() - said} == {
        name: before[name] for name in before.keys() - said
    }


def test_a_restore_that_fails_leaves_everything_as_it_was(address: str, tmp_path: Path) -> None:
    """Something is in the way that is not the product's, met after the tables are dropped."""
    backup = backed_up(address, tmp_path)
    change(address, "ALTER TABLE auth_group RENAME TO groups")
    change(address, "CREATE TYPE auth_group AS ENUM ('in the way')")
    change(address, "INSERT INTO groups (name) VALUES ('Now')")
    before = content(address)

    refused = manage(address, tmp_path, "restore", backup, "--yes")
    assert refused.returncode == 1
    assert "auth_group" in refused.stderr
    assert "already exists. The database is as it was." in refused.stderr
    assert content(address) == before


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("rows", {"auth_group": 99}, "Not all rows of the backup are there: auth_group"),
        ("migrations", [["other", "0001_initial"]], "not of the version"),
    ],
)
def test_what_does_not_hold_what_was_backed_up_changes_nothing(
    address: str, tmp_path: Path, field: str, value: Any, said: str
) -> None:
    backup = repacked(backed_up(address, tmp_path), field, value)
    change(address, "INSERT INTO auth_group (name) VALUES ('Now')")
    before = content(address)

    refused = manage(address, tmp_path, "restore", backup, "--yes")
    assert refused.returncode == 1
    assert said in refused.stderr
    assert "The database is as it was." in refused.stderr
    assert content(address) == before


def repacked(backup: Path, field: str, value: Any) -> Path:
    """Return a backup whose manifest says something else."""
    other = backup.with_name("other.zip")
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "manifest.json":
                data = json.dumps({**json.loads(data), field: value}).encode()
            target.writestr(name, data)
    return other


def test_what_a_server_elsewhere_saves_at_once_is_no_failure(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock of VAR_DIR is not seen on other machines."""
    backup = backed_up(address, tmp_path)
    statement = "INSERT INTO django_session VALUES ('key', 'data', now())"
    real = shutil.which("psql")
    put_first(
        tmp_path / "psql",
        FOLLOWED.format(python=sys.executable, real=real, address=address, statement=statement),
        monkeypatch,
    )
    said = well(manage(address, tmp_path, "restore", backup, "--yes"))
    assert "Restored and verified" in said
    (replaced,) = (tmp_path / "backups").glob("*-replaced.zip")
    assert str(replaced) in said
    assert "database.restored" in column(address, "SELECT event FROM assessor_auditentry")


def put_first(program: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a program be found before the real one."""
    program.write_text(text)
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


def test_newer_programs_restore_to_an_older_server(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Since PostgreSQL 17 they begin with a setting that servers before do not know."""
    newer = NEWER.format(python=sys.executable, real=shutil.which("pg_restore"))
    put_first(tmp_path / "pg_restore", newer, monkeypatch)
    backup = backed_up(address, tmp_path)
    assert "Restored and verified" in well(manage(address, tmp_path, "restore", backup, "--yes"))


def test_what_belongs_to_others_is_let_be(tmp_path: Path) -> None:
    """Who restores may own nothing but the tables: neither the schema nor the extension."""
    with scratch() as database, user_of(database) as address:
        change(database, "CREATE EXTENSION pg_trgm")
        moving._migrate(address)
        backup = backed_up(address, tmp_path)
        change(address, "INSERT INTO auth_group (name) VALUES ('Lost')")
        change(database, "CREATE TABLE of_others AS SELECT 1 AS one")
        change(database, "GRANT SELECT ON of_others TO PUBLIC")

        said = well(manage(address, tmp_path, "restore", backup, "--yes"))
        assert "Restored and verified" in said
        assert "Lost" not in names(address)
        assert "of_others" in content(address)


@contextmanager
def user_of(database: str) -> Iterator[str]:
    """Give the address of a database for somebody who may make tables in it and nothing else."""
    name = f"scratch_{uuid.uuid4().hex}"
    user = Identifier(name)
    with psycopg.connect(database, autocommit=True) as server:
        try:
            server.execute(SQL("CREATE ROLE {} LOGIN PASSWORD 'scratch'").format(user))
        except psycopg.errors.InsufficientPrivilege as error:
            pytest.skip(f"NOT TESTED: {error}")
        server.execute(SQL("GRANT CREATE ON SCHEMA public TO {}").format(user))
        try:
            yield urlsplit(database)._replace(netloc=netloc_for(name, database)).geturl()
        finally:
            server.execute(SQL("DROP OWNED BY {}").format(user))
            server.execute(SQL("DROP ROLE {}").format(user))


def netloc_for(user: str, address: str) -> str:
    return f"{user}:scratch@{urlsplit(address).netloc.rpartition('@')[2]}"


def test_without_the_programs_of_postgresql_it_says_what_to_install(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = manage(address, tmp_path, "backup")
    assert done.returncode == 1
    assert "pg_dump is not installed here" in done.stderr
    assert list((tmp_path / "backups").iterdir()) == []


OLDER = """#!/bin/sh
echo 'pg_dump: error: aborting because of server version mismatch' >&2
exit 1
"""


def test_where_a_backup_fails_nothing_is_migrated(
    older: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(older)
    with monkeypatch.context() as where:
        put_first(tmp_path / "pg_dump", OLDER, where)
        refused = manage(older, tmp_path, "upgrade")
    assert refused.returncode == 1
    assert "server version mismatch. So nothing was migrated" in refused.stderr

    (tmp_path / "backups").rmdir()
    (tmp_path / "backups").touch()
    refused = manage(older, tmp_path, "upgrade")
    assert refused.returncode == 1
    assert "was not written" in refused.stderr
    assert content(older) == before


def test_without_the_programs_of_postgresql_it_migrates_and_says_so(
    older: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(older)
    monkeypatch.setenv("PATH", "/nowhere")
    done = manage(older, tmp_path, "upgrade")
    assert done.returncode == 0, done.stderr
    assert "WITHOUT a backup" in done.stderr
    assert content(older).keys() > before.keys()
