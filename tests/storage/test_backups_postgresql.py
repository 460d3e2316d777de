"""Backups of PostgreSQL, by the commands that operators type."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from assessor.bootstrap import ROOT
from assessor.storage import moving
from tests.storage.scratch import scratch

pytestmark = pytest.mark.skipif(
    not shutil.which("pg_dump"), reason="NOT TESTED: pg_dump is not installed"
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with scratch() as database:
        moving._migrate(database)
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
    with psycopg.connect(address) as server:
        rows = server.execute("SELECT name FROM auth_group ORDER BY name").fetchall()
    return [row[0] for row in rows]


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


def test_without_the_programs_of_postgresql_it_says_what_to_install(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = manage(address, tmp_path, "backup")
    assert done.returncode == 1
    assert "pg_dump is not installed here" in done.stderr
    assert list((tmp_path / "backups").iterdir()) == []
