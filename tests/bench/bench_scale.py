"""How long lists take at a thousand and at a hundred thousand assessments. Run by ``make bench``.

On SQLite, and on PostgreSQL where one can be reached at ``BENCH_POSTGRES``. Each database is
temporary. Nothing here can fail for being slow.
"""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from pytest_benchmark.fixture import BenchmarkFixture

from tests.bench.figures import compared

FEW, MANY = 1_000, int(os.environ.get("BENCH_ROWS", "100000"))
TWICE = 2.0
POSTGRES = os.environ.get("BENCH_POSTGRES", "postgres://root@127.0.0.1:5432/root")
ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys, django
django.setup()
from tests.bench import many
many.main(int(sys.argv[1]))
"""


@contextmanager
def sqlite(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / f"{uuid.uuid4()}.sqlite3"
    yield f"sqlite:///{path}"
    for file in tmp_path.glob(f"{path.name}*"):
        file.unlink()


@contextmanager
def postgres(_tmp_path: Path) -> Iterator[str]:
    name = f"bench_{uuid.uuid4().hex}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"{POSTGRES.rpartition('/')[0]}/{name}"
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def reachable() -> bool:
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def filled_and_measured(database: str, rows: int, var: Path) -> dict[str, Any]:
    """Let a process of its own fill a database and measure: one process knows one database."""
    about = {"DATABASE_URL": database, "VAR_DIR": str(var)}
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", PROGRAM, str(rows)],
        cwd=ROOT,
        env=os.environ | about | {"DJANGO_SETTINGS_MODULE": "assessor.settings"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(name: str, few: dict[str, Any], many: dict[str, Any]) -> Iterator[str]:
    yield f"{name}: {many['assessments']:,} assessments with {many['facts']:,} facts"
    yield f"(filled in {few['seconds']:.0f} s and {many['seconds']:.0f} s)"
    yield f"{'':<30}{f'ms at {FEW:,}':>14}{f'at {MANY:,}':>14}{'ratio':>8}{'MiB':>8}{'MiB':>8}"
    for what, before in few["figures"].items():
        after = many["figures"][what]
        yield (
            f"{what:<30}{before['ms']:>14.1f}{after['ms']:>14.1f}"
            f"{after['ms'] / before['ms']:>8.2f}{before['MiB']:>8.1f}{after['MiB']:>8.1f}"
        )


@pytest.mark.parametrize("database", [sqlite, postgres])
def test_scale(
    database: Any,
    tmp_path: Path,
    benchmark: BenchmarkFixture,
    record_figure: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if database is postgres and not reachable():
        pytest.skip(f"No PostgreSQL at {POSTGRES}: set BENCH_POSTGRES to one.")

    def measure() -> list[dict[str, Any]]:
        found = []
        for rows in (FEW, MANY):
            with database(tmp_path) as address:
                found.append(filled_and_measured(address, rows, tmp_path))
        return found

    few, many = benchmark.pedantic(measure, rounds=1)  # type: ignore[no-untyped-call]
    for what, after in many["figures"].items():
        before = few["figures"][what]["ms"] / 1000
        name = f"{MANY:,} on {database.__name__}: {what}"
        record_figure(compared(name, after["ms"] / 1000, before, f"at {FEW:,}", TWICE))
    with capsys.disabled():
        lines = table(database.__name__, few, many)
        print("", *lines, sep="\n")  # noqa: T201
