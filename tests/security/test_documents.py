"""What the documents on security name: every file and every test is there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
DOCUMENTS = sorted((ROOT / "docs" / "security").glob("*.md"))

QUOTED = re.compile(r"`([^`\s]+)`")
TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
FOLDERS = ("assessor/", "docs/", "static/", "templates/", "tests/")
ENDINGS = (".css", ".html", ".js", ".md", ".py", ".txt", ".yaml")


def missing_from(text: str) -> Iterator[str]:
    """Yield every file and every test that a text names and that is not there."""
    for name in QUOTED.findall(text):
        test = TEST.fullmatch(name)
        if test:
            path = ROOT / test[1]
            if not path.is_file() or test[2] not in names_in(path):
                yield name
        elif name.startswith(FOLDERS) and name.endswith(ENDINGS) and not (ROOT / name).is_file():
            yield name


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_test_that_is_named_is_there(document: Path) -> None:
    assert list(missing_from(document.read_text())) == []


def test_a_name_that_leads_nowhere_is_found() -> None:
    planted = "`assessor/gone.py`, `assessor/limits.py` and `tests/test_models.py::test_gone`"
    assert list(missing_from(planted)) == [
        "assessor/gone.py",
        "tests/test_models.py::test_gone",
    ]


def test_every_threat_has_a_defence_and_a_test() -> None:
    table = (ROOT / "docs" / "security" / "threats.md").read_text()
    rows = [row for row in table.splitlines() if re.match(r"\| T\d", row)]
    assert [row.split("|")[1].strip() for row in rows] == [f"T{n}" for n in range(1, 21)]
    for row in rows:
        _, number, _threat, defence, test, _ = row.split(" | ".strip())
        assert QUOTED.search(defence), number
        assert TEST.search(test), number
