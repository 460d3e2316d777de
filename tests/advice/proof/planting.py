"""Editions with a defect planted, and the proof of the shipped one."""

from functools import cache
from typing import Any

from assessor.advice.proof import Finding, Part, Proof, prove
from assessor.knowledge import KnowledgeBase, read_document
from tests.knowledge.editions import change, document, shipped

Found = tuple[str, str]
"""What a finding is about: file and path."""


@cache
def proven() -> Proof:
    """Prove the shipped edition, once: it takes seconds."""
    return prove(shipped())


def shipped_part(title: str) -> Part:
    """Return a part of the proof of the shipped edition."""
    return next(part for part in proven().parts if part.title == title)


def planted(changes: dict[str, Any]) -> KnowledgeBase:
    """Return the shipped edition with other values at some paths; it can still be read."""
    edition = document()
    for path, value in changes.items():
        change(edition, path, value)
    return read_document(edition)


def asks(question: str, op: str, value: object) -> dict[str, object]:
    return {"question": question, "op": op, "value": value}


def is_made(attribute: str, op: str, value: object) -> dict[str, object]:
    return {"attribute": attribute, "op": op, "value": value}


def stands(criterion: str, op: str, value: object) -> dict[str, object]:
    return {"dimension": criterion, "op": op, "value": value}


def severities(part: Part) -> dict[Found, str]:
    """Return what was found, with how grave it is."""
    return {(finding.file, finding.path): finding.severity for finding in part.findings}


def finding(part: Part, path: str) -> Finding:
    """Return the only finding at a path."""
    (only,) = [each for each in part.findings if each.path == path]
    return only
