"""Gathers what was measured in one table, and writes it to the file that ``BENCH_REPORT`` names."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bench.figures import Figure, compared, table

REFERENCE = "test_reference_loop"
FIGURES = pytest.StashKey[list[Figure]]()

COMPARED: tuple[tuple[str, str, str, str, float | None], ...] = (
    (
        "Advice on complete answers",
        "test_complete_advice[enterprise_full]",
        "plain loop of a million turns, its hundredth",
        REFERENCE,
        None,
    ),
    (
        "PDF of a report",
        "test_full_report",
        "plain text on as many pages",
        "test_plain_text_on_as_many_pages",
        None,
    ),
)
"""What, its measurement, beside what, the measurement of that, and the aim."""


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing measured."""
    config.stash[FIGURES] = []


@pytest.fixture
def record_figure(request: pytest.FixtureRequest) -> Callable[[Figure], None]:
    """Add a line to the table."""
    return request.config.stash[FIGURES].append


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Write the table; and one line for each benchmark in multiples of the same plain loop."""
    session = getattr(config, "_benchmarksession", None)
    medians = {bench.name: bench.stats.median for bench in session.benchmarks} if session else {}
    figures = [*_of_benchmarks(medians), *config.stash[FIGURES]]
    if REFERENCE in medians:
        terminalreporter.section("medians, and multiples of the reference loop")
        for name, seconds in medians.items():
            ratio = seconds / medians[REFERENCE]
            terminalreporter.write_line(f"{name:<60} {1000 * seconds:9.3f} ms {ratio:9.2f} x")
    if figures:
        terminalreporter.section("all that was measured")
        for line in table(figures):
            terminalreporter.write_line(line)
    if file := os.environ.get("BENCH_REPORT"):
        write(Path(file), figures)


def _of_benchmarks(medians: dict[str, float]) -> list[Figure]:
    return [
        compared(what, medians[name], medians[other], to, aim)
        for what, name, to, other, aim in COMPARED
        if {name, other} <= medians.keys()
    ]


def write(file: Path, figures: list[Any]) -> None:
    """Put the table in place of the one in the file."""
    head, marker, _old = file.read_text().partition(MARKER)
    file.write_text("\n".join([head + marker, "", *table(figures), ""]))


MARKER = "<!-- What follows is written by make bench-report. -->"
