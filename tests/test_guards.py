"""The list of guards names modules that are there."""

from assessor.bootstrap import ROOT
from tests.guards import GUARDS


def test_every_guard_is_there_once() -> None:
    assert [path for path in GUARDS if not (ROOT / path).is_file()] == []
    assert len(set(GUARDS)) == len(GUARDS)
