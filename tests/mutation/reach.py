"""Which tests run which function, and how long each takes: found by running them once."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from coverage import CoverageData
from pebble import ProcessPool

from tests.guards import TESTS
from tests.mutation.mutants import Mutant, function_around

ENOUGH = 100
"""Tests for one mutant. Those beyond are not asked, so the score can only be better."""

MODELS = "assessor/models/"
OF_THE_MODELS = "tests/test_migrations.py::test_no_migration_is_missing"


@dataclass(frozen=True)
class Reach:
    """By module and line the tests that run it; by test its seconds."""

    lines: Mapping[str, Mapping[str, list[str]]]
    seconds: Mapping[str, float]

    def tests_for(self, mutant: Mutant) -> list[str]:
        """Return the tests that run the function, or of what is in none those of the module.

        Those that are named like the module come first, then those that run most of it; and at the
        end those that are named like it and do so in another process, where nobody sees it.
        """
        lines = self.lines.get(mutant.path, {})
        much = Counter(test for tests in lines.values() for test in tests)
        around = function_around(mutant.path, mutant.line)
        # A function that runs while modules are imported runs in no test.
        found = {test for line in around for test in lines.get(str(line), ())} or set(much)
        is_model = mutant.path.startswith(MODELS)
        name = "models" if is_model else Path(mutant.path).stem
        named = {test for test in self.seconds if f"test_{name}.py" in test}
        order = sorted(found, key=lambda test: (test not in named, -much[test], test))
        order += sorted(named - found)
        if is_model:
            order.insert(0, OF_THE_MODELS)
        return order[:ENOUGH]


class Stopwatch:
    """Adds up how long each test takes, its set-up included; writes it where all are done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        self.path.write_text(json.dumps(self.seconds))


def measured(pool: ProcessPool, paths: Sequence[str], jobs: int) -> Reach:
    """Run the tests on the code as it is. Raises RuntimeError where one fails."""
    with TemporaryDirectory() as place:
        if pool.schedule(_measure, (Path(place), paths, jobs)).result():
            raise RuntimeError("The tests fail before anything is changed")
        data = CoverageData(str(Path(place, "coverage")))
        data.read()
        seconds = json.loads(Path(place, "seconds.json").read_text())
        return Reach({path: _lines(data, path) for path in paths}, seconds)


def _measure(place: Path, paths: Sequence[str], jobs: int) -> int:
    settings = place / "coveragerc"
    settings.write_text(f"[run]\ndata_file = {place / 'coverage'}\ninclude = {','.join(paths)}\n")
    arguments = [
        *TESTS,
        *("--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report="),
        *("-q", "-p", "no:randomly", "-n", str(jobs), "--dist", "worksteal"),
    ]
    return int(pytest.main(arguments, plugins=[Stopwatch(place / "seconds.json")]))


def _lines(data: CoverageData, path: str) -> dict[str, list[str]]:
    """Return the tests of each line. What runs when the module is imported has an empty name."""
    contexts = data.contexts_by_lineno(str(Path(path).resolve()))
    return {
        str(line): sorted({name.rpartition("|")[0] for name in names if name})
        for line, names in contexts.items()
        if any(names)
    }


def read(path: Path) -> Reach:
    return Reach(**json.loads(path.read_text()))


def keep(reach: Reach, path: Path) -> None:
    path.write_text(json.dumps(asdict(reach)))
