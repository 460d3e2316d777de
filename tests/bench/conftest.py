"""Prints every measurement as a multiple of the same plain loop, run beside it."""

import pytest

REFERENCE = "test_reference_loop"


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Write one line for each benchmark: the median, and how many reference loops that is."""
    session = getattr(config, "_benchmarksession", None)
    medians = {bench.name: bench.stats.median for bench in session.benchmarks} if session else {}
    if REFERENCE not in medians:
        return
    terminalreporter.section("medians, and multiples of the reference loop")
    for name, seconds in medians.items():
        ratio = seconds / medians[REFERENCE]
        terminalreporter.write_line(f"{name:<60} {1000 * seconds:9.3f} ms {ratio:9.2f} x")
