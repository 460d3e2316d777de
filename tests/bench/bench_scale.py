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
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from pytest_benchmark.fixture import BenchmarkFixture

from tests.bench.figures import Figure, compared
from tests.bench.many import EVERYTHING, LISTS, WHOLE

FEW, MANY = 1_000, int(os.environ.get("BENCH_ROWS", "100000"))
TWICE = 2.0
HARDLY_MORE = 1.5
"""What may be needed of memory: what grows with the rows would need a hundred times as much."""

SHOWING_MORE = {
    "list, search": "50 rows instead of 11",
    "list, answer and search": "50 rows instead of some 20",
    "people, search": "50 rows instead of 11",
}
"""These find more than a page of rows among many, a few among few: most of the time goes into
showing them. Lines beside them ask for the same with as many rows at both sizes."""

ROUNDS = 7
POSTGRES = os.environ.get("BENCH_POSTGRES", "postgres://root@127.0.0.1:5432/root")
ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys, django
django.setup()
from tests.bench import many
many.main(sys.argv[1])
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


class Filled:
    """A process that fills a database and measures what it asks of it: one knows one database."""

    def __init__(self, database: str, rows: int, var: Path) -> None:
        about = {"DATABASE_URL": database, "VAR_DIR": str(var)}
        self._process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-c", PROGRAM, str(rows)],
            cwd=ROOT,
            env=os.environ | about | {"DJANGO_SETTINGS_MODULE": "assessor.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.about: dict[str, Any] = json.loads(self._answer(starts="{"))

    def measured(self, measure: str, what: str) -> float:
        """Return what one request took."""
        print(measure, what, file=self._process.stdin, flush=True)
        return float(self._answer())

    def close(self) -> None:
        self._process.communicate()

    def _answer(self, starts: str = "") -> str:
        lines = self._process.stdout or ()
        return next(line for line in lines if line.startswith(starts))


def side_by_side(few: Filled, many: Filled) -> Iterator[tuple[str, list[float], list[float]]]:
    """Yield the milliseconds and mebibytes of everything at both sizes.

    The least of several times, in turn: whatever else the machine does only adds, and to both.
    """
    for what in EVERYTHING:
        both = (few, many)
        times = [[each.measured("ms", what) for each in both] for _ in range(ROUNDS + 1)]
        least = [min(each) for each in zip(*times[1:], strict=True)]
        memory = [each.measured("MiB", what) for each in both]
        yield what, least, memory


def memory(few: Filled, many: Filled, lines: list[Any]) -> Iterator[tuple[str, float, float]]:
    """Yield the mebibytes at both sizes: the most for a page, and for all rows at once."""
    at_few, at_many = zip(*(taken for what, _times, taken in lines if what in LISTS), strict=True)
    yield "memory of the page that takes most", max(at_few), max(at_many)
    for what in WHOLE:
        yield f"memory of {what}", few.measured("MiB", what), many.measured("MiB", what)


def table(name: str, few: Filled, many: Filled, lines: list[Any]) -> Iterator[str]:
    yield f"{name}: {many.about['assessments']:,} assessments with {many.about['facts']:,} facts"
    yield f"(filled in {few.about['seconds']:.0f} s and {many.about['seconds']:.0f} s)"
    yield f"{'':<30}{f'ms at {FEW:,}':>14}{f'at {MANY:,}':>14}{'ratio':>8}{'MiB':>8}{'MiB':>8}"
    for what, (before, after), memory in lines:
        yield (
            f"{what:<30}{before:>14.1f}{after:>14.1f}{after / before:>8.2f}"
            f"{memory[0]:>8.1f}{memory[1]:>8.1f}"
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

    with ExitStack() as stack:

        def filled(rows: int) -> Filled:
            address = stack.enter_context(database(tmp_path))
            return stack.enter_context(closing(Filled(address, rows, tmp_path)))

        few, many = filled(FEW), filled(MANY)
        lines = benchmark.pedantic(lambda: list(side_by_side(few, many)), rounds=1)  # type: ignore[no-untyped-call]
        taken = list(memory(few, many, lines))
    for what, (before, after), _memory in lines:
        more = SHOWING_MORE.get(what)
        name = f"{MANY:,} on {database.__name__}: {what}" + (f", {more}" if more else "")
        aim = None if more else TWICE
        record_figure(compared(name, after / 1000, before / 1000, f"at {FEW:,}", aim))
    for what, before, after in taken:
        name, at_few = f"{MANY:,} on {database.__name__}: {what}", f"{before:.1f} MiB at {FEW:,}"
        record_figure(Figure(name, f"{after:.1f} MiB", at_few, after / before, HARDLY_MORE))
    with capsys.disabled():
        print("", *table(database.__name__, few, many, lines), sep="\n")  # noqa: T201
