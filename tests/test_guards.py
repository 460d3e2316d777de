"""The lists of guards and of their tests name what is there."""

from collections.abc import Sequence

import pytest

from assessor.bootstrap import ROOT
from tests.guards import GUARDS, TESTS


@pytest.mark.parametrize("paths", [GUARDS, TESTS], ids=["guards", "tests"])
def test_each_is_there_once(paths: Sequence[str]) -> None:
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert len(set(paths)) == len(paths)
