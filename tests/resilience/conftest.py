"""What the harnesses share: an installation that is made once, and copied for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.resilience.figures import SHARE
from tests.resilience.installation import Installation, Servers, warmed

HERE = Path(__file__).parent
WRITERS = 16
ONLY_LONG = {
    "test_clock",
    "test_contention",
    "test_io_faults",
    "test_pdf_exhaustion",
    "test_postgres_killed",
    "test_power",
    "test_stopping",
    "test_upgrades",
    "test_workers",
}
"""Each starts and ends real servers for half a minute or more: too long for every change."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave these to ``make resilience``."""
    left_out = pytest.mark.skip(reason="takes minutes of real servers: make resilience runs it")
    for item in items:
        if not SHARE and item.path.parent == HERE and item.path.stem in ONLY_LONG:
            item.add_marker(left_out)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Return an installation that only is to be copied."""
    installation = Installation(tmp_path_factory.mktemp("seeded") / "var")
    installation.seed(WRITERS)
    return installation


@pytest.fixture
def installation(seeded: Installation, tmp_path: Path) -> Installation:
    """Return an installation of a test's own."""
    return seeded.copy(tmp_path / "var")


@pytest.fixture(scope="session")
def servers(seeded: Installation) -> Iterator[Servers]:
    """Give what starts the servers of all installations."""
    with warmed(seeded) as servers:
        yield servers
