"""What the harnesses share: an installation that is made once, and copied for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.resilience.installation import Installation, Servers, warmed

WRITERS = 16


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
