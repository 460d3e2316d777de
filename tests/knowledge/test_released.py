"""An assessment is pinned to its edition for ever, so every edition ever shipped stays readable."""

import json
from pathlib import Path

import pytest

from assessor.advice import advise
from assessor.knowledge import read_document
from tests.knowledge.editions import RELEASED

EDITIONS = sorted(RELEASED.glob("*.json"))

HASHES = {
    "2026.11.1": "d41617b1d07308b5f42a3f20813167da226d489ef64809786470551140f8f250",
    "2026.11.2": "1b0fd7e5fff3fb71e79d64a82208ebe7eefc7cefe5a481810497fb8e6965da7e",
}


@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: path.stem)
def test_it_is_read_and_keeps_its_hash(path: Path) -> None:
    edition = read_document(json.loads(path.read_text("utf-8")))
    assert edition.version == path.stem
    assert edition.sha256 == HASHES[path.stem]


@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: path.stem)
def test_its_worked_cases_still_come_out(path: Path) -> None:
    edition = read_document(json.loads(path.read_text("utf-8")))
    for case in edition.golden_cases.cases:
        if case.answers:
            assert advise(edition, case.answers).leader == case.expect.leader
