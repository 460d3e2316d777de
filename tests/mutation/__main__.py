"""Change the guards, one place at a time, and see whether a test notices.

    python -m tests.mutation

MUTATION_SAMPLE says how many changes to try, or `all`; MUTATION_SEED which; MUTATION_JOBS how many
at a time; MUTATION_ONLY names one module. MUTATION_KEPT=1 believes what was found the last time
about which tests run what. Fails under 90 of 100.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from pebble import ProcessPool

from assessor.bootstrap import ROOT
from tests.guards import GUARDS
from tests.mutation import reach
from tests.mutation.explained import EQUIVALENT
from tests.mutation.mutants import Mutant, chosen
from tests.mutation.operators import OPERATORS, shown
from tests.mutation.processes import processes, tried

SAMPLE = os.environ.get("MUTATION_SAMPLE", "200")
SEED = int(os.environ.get("MUTATION_SEED", "1"))
JOBS = int(os.environ.get("MUTATION_JOBS", "1"))
ONLY = os.environ.get("MUTATION_ONLY", "")
IS_KEPT = bool(os.environ.get("MUTATION_KEPT"))

ENOUGH = 90
"""Per cent: of all modules together, and of each where all of its changes are tried."""

PATIENCE = 60.0
"""Seconds beyond three times what the tests take, before a run counts as one that never ends."""

PASSED, NOTHING_RUN = 0, 5

FOUND = ROOT / "var" / "mutation"
HEADER = """\
| module | mutants | noticed | of these never ending | equivalent | survived | score |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |"""


@dataclass
class Tally:
    """What came of the changes of a module."""

    noticed: int = 0
    endless: int = 0
    equivalent: int = 0
    survived: list[Mutant] = field(default_factory=list)

    @property
    def mutants(self) -> int:
        return self.noticed + self.equivalent + len(self.survived)

    @property
    def score(self) -> float:
        """Return how many of 100 that can be noticed are noticed."""
        return 100 * self.noticed / max(1, self.noticed + len(self.survived))

    def row(self, name: str) -> str:
        numbers = [self.mutants, self.noticed, self.endless, self.equivalent, len(self.survived)]
        return f"| {name} | {' | '.join(map(str, numbers))} | {self.score:.1f} % |"

    def add(self, other: "Tally") -> None:
        self.noticed += other.noticed
        self.endless += other.endless
        self.equivalent += other.equivalent
        self.survived += other.survived


@dataclass
class Trial:
    """All that the runs have in common."""

    pool: ProcessPool
    template: Path
    reach: reach.Reach

    def of(self, path: str, code: str, tests: Sequence[str]) -> "Future[int]":
        seconds = PATIENCE + 3 * sum(self.reach.seconds[test] for test in tests)
        return tried(self.pool, self.template, (path, code), tests, seconds)

    def control(self, paths: Sequence[str], mutants: Iterable[Mutant]) -> None:
        """See that all tests pass as the modules are, and that one fails where one is broken."""
        first = {path: self.reach.tests_for(Mutant(path, "", 0, 0))[:1] for path in paths}
        asked = sorted({*chain(*first.values(), *map(self.reach.tests_for, mutants))})
        as_it_is = paths[0], Path(paths[0]).read_text()
        parts = [asked[at : at + reach.ENOUGH] for at in range(0, len(asked), reach.ENOUGH)]
        whole = [self.of(*as_it_is, tests) for tests in parts]
        broken = {path: self.of(path, "raise ImportError", tests) for path, tests in first.items()}
        if any(run.result() != PASSED for run in whole):
            raise RuntimeError("Tests fail before anything is changed")
        for path, run in broken.items():
            if not run.exception() and run.result() == PASSED:
                raise RuntimeError(f"Nobody notices that {path} is broken")

    def tally(self, mutants: Iterable[Mutant]) -> dict[str, Tally]:
        """Try these, and count by module what came of them."""
        runs = []
        for mutant in mutants:
            tests = self.reach.tests_for(mutant)
            runs.append((mutant, self.of(mutant.path, mutant.source, tests) if tests else None))
        found: dict[str, Tally] = {}
        for mutant, run in runs:
            count(found.setdefault(mutant.path, Tally()), mutant, run)
        return found


def count(tally: Tally, mutant: Mutant, run: "Future[int] | None") -> None:
    """Count what came of one; without a run no test runs it at all."""
    error = run.exception() if run else None
    code = run.result() if run and not error else PASSED
    if code == NOTHING_RUN:
        raise RuntimeError(f"No test was run for {mutant}")
    tally.endless += isinstance(error, TimeoutError)
    if error or code != PASSED:
        tally.noticed += 1
    elif (mutant.path, *mutant.change) in EQUIVALENT:
        tally.equivalent += 1
    else:
        tally.survived.append(mutant)
        print(mutant, flush=True)  # noqa: T201


def main() -> int:
    """Print a row for each module and what survived; return whether that is too much."""
    os.chdir(ROOT)
    os.environ.pop("DATABASE_URL", None)
    FOUND.mkdir(parents=True, exist_ok=True)
    shown(OPERATORS)
    paths = [path for path in GUARDS if ONLY in path]
    mutants = chosen(paths, None if SAMPLE == "all" else int(SAMPLE), SEED)
    with TemporaryDirectory() as place, processes(JOBS) as pool:
        trial = Trial(pool, migrated(Path(place)), reached(pool))
        trial.control(paths, mutants)
        found = trial.tally(mutants)
    total = Tally()
    for tally in found.values():
        total.add(tally)
    lines = [HEADER, *(tally.row(f"`{path}`") for path, tally in found.items()), total.row("all")]
    (FOUND / "table.md").write_text("\n".join([*lines, "", *map(str, total.survived), ""]))
    print("\n".join(lines))  # noqa: T201
    print(f"{SAMPLE} with seed {SEED}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")  # noqa: T201
    held = [total, *(found.values() if SAMPLE == "all" else ())]
    return any(each.score < ENOUGH for each in held)


def reached(pool: ProcessPool) -> reach.Reach:
    """Return which tests run what."""
    path = FOUND / "reach.json"
    if not IS_KEPT:
        reach.keep(reach.measured(pool, GUARDS, JOBS), path)
    return reach.read(path)


def migrated(place: Path) -> Path:
    """Return a database with all tables in it."""
    path = place / "template.sqlite3"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{path}"},
        check=True,
    )
    return path


if __name__ == "__main__":
    sys.exit(main())
