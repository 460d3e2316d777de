"""An edition that somebody sends → whether it can be published, and everything to be mended.

Read, every name followed, and proved. It runs in a process of its own and imports no Django.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from assessor.advice.proof import prove
from assessor.advice.proof.findings import Finding as Proven
from assessor.knowledge.archive import read_upload
from assessor.knowledge.overlay import ORGANISATION, Settings, derived, problems
from assessor.knowledge.reading import Finding, KnowledgeError, read_document
from assessor.knowledge.schema import KnowledgeBase


@dataclass(frozen=True)
class Examined:
    """What came of it. ``document`` is None where there are ``errors``.

    ``notes`` keep nobody from publishing; they are for the editors to know.
    """

    document: dict[str, Any] | None
    errors: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

    @property
    def knowledge(self) -> KnowledgeBase:
        """Return the edition as typed values; there must be no errors."""
        return read_document(self.document or {})


def examine_files(files: Mapping[str, bytes]) -> Examined:
    """Examine one ZIP, one JSON file, or the YAML files."""
    return _examined(lambda: read_upload(files))


def examine_settings(base: dict[str, Any], settings: Mapping[str, Any], revision: int) -> Examined:
    """Examine what settings of an organisation make of an edition."""
    return _examined(lambda: _with_settings(base, settings, revision))


def _with_settings(
    base: dict[str, Any], settings: Mapping[str, Any], revision: int
) -> KnowledgeBase:
    try:
        valid = Settings.model_validate(settings)
    except ValidationError as error:
        raise KnowledgeError([_misread(detail) for detail in error.errors()]) from None
    wrong = [Finding(*found) for found in problems(base, valid)]
    if wrong:
        raise KnowledgeError(wrong)
    return read_document(derived(base, valid, revision))


def _misread(detail: Any) -> Finding:
    return Finding(ORGANISATION, ".".join(map(str, detail["loc"])), detail["msg"])


def _examined(read: Callable[[], KnowledgeBase]) -> Examined:
    try:
        knowledge = read()
    except KnowledgeError as error:
        return Examined(None, tuple(error.findings))
    proof = prove(knowledge)
    errors, notes = (tuple(map(_plain, found)) for found in (proof.errors, proof.notes))
    return Examined(None if errors else knowledge.document, errors, notes)


def _plain(finding: Proven) -> Finding:
    return Finding(finding.file, finding.path, finding.reason)
