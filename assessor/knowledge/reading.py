"""YAML files → KnowledgeBase. Every error names the file, the path in it, and the reason."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from assessor.knowledge.findings import Dangling
from assessor.knowledge.overlay import inconsistent
from assessor.knowledge.plain_json import from_json
from assessor.knowledge.plain_yaml import plain_data
from assessor.knowledge.references import unresolved
from assessor.knowledge.schema import KnowledgeBase

FILES = ("question_bank", "architectures", "controls", "golden_cases")
LATER_FILES = ("estimates", "organisation")
"""Not in the first editions, or not in all, so an edition may be without them."""

NAMES = tuple(f"{name}.yaml" for name in (*FILES, *LATER_FILES))

LARGEST_FILE = 1024 * 1024


class Finding(NamedTuple):
    """One thing that is wrong with an edition."""

    file: str
    path: str
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.file}: {self.path}: {self.reason}"
            if self.path
            else f"{self.file}: {self.reason}"
        )


class KnowledgeError(Exception):
    """An edition that cannot be used, with everything that is wrong with it."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("\n".join(map(str, findings)))


def read_folder(folder: Path) -> KnowledgeBase:
    """Read the files in ``folder``. Raises KnowledgeError."""
    present = [name for name in LATER_FILES if (folder / f"{name}.yaml").exists()]
    return read_document({name: _read_file(folder / f"{name}.yaml") for name in (*FILES, *present)})


def read_files(files: Mapping[str, bytes]) -> KnowledgeBase:
    """Read files that came without a folder, by name. Raises KnowledgeError."""
    strange = [name for name in files if name not in NAMES]
    missing = [f"{name}.yaml" for name in FILES if f"{name}.yaml" not in files]
    findings = [Finding(name, "", "not a file of an edition") for name in strange]
    findings += [Finding(name, "", "the file is missing") for name in missing]
    document = {}
    for name, content in files.items():
        try:
            document[name.removesuffix(".yaml")] = parsed(name, content)
        except KnowledgeError as error:
            findings += error.findings
    if findings:
        raise KnowledgeError(findings)
    return read_document(document)


def read_json(name: str, content: bytes) -> KnowledgeBase:
    """Read a whole edition from one JSON file. Raises KnowledgeError."""
    try:
        document = from_json(content)
    except (ValueError, RecursionError) as error:
        raise KnowledgeError([Finding(name, "", f"not JSON: {error}")]) from None
    if not isinstance(document, dict):
        raise KnowledgeError([Finding(name, "", "not an edition: no object with its files")])
    return read_document(document)


def read_document(document: dict[str, Any]) -> KnowledgeBase:
    """Check a whole edition given as plain values. Raises KnowledgeError."""
    try:
        knowledge = KnowledgeBase.model_validate(document)
    except ValidationError as error:
        raise KnowledgeError([_finding(detail) for detail in error.errors()]) from None
    dangling = [Finding(*found) for found in (*unresolved(knowledge), *_misfitting(knowledge))]
    if dangling:
        raise KnowledgeError(dangling)
    return knowledge


def _misfitting(knowledge: KnowledgeBase) -> Iterator[Dangling]:
    if knowledge.organisation is not None:
        yield from inconsistent(knowledge.organisation, knowledge.document)


def _read_file(path: Path) -> Any:
    if not path.is_file():
        raise KnowledgeError([Finding(path.name, "", "the file is missing")])
    with path.open("rb") as file:
        return parsed(path.name, file.read(LARGEST_FILE + 1))


def parsed(name: str, content: bytes) -> Any:
    """Return what a YAML file holds, as plain values. Raises KnowledgeError."""
    if len(content) > LARGEST_FILE:
        raise KnowledgeError([Finding(name, "", "the file is larger than 1 MiB")])
    try:
        return plain_data(content)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise KnowledgeError([Finding(name, line, error.problem or "not YAML")]) from None
    except yaml.YAMLError as error:
        raise KnowledgeError([Finding(name, "", f"not YAML: {error}")]) from None


def _finding(detail: Any) -> Finding:
    """Turn pydantic's location ("question_bank", "questions", 3, "type") into words."""
    file, *path = (str(part) for part in detail["loc"]) if detail["loc"] else ("edition",)
    reason = "unknown key" if detail["type"] == "extra_forbidden" else detail["msg"]
    return Finding(f"{file}.yaml", ".".join(path), reason)
