"""What a report is made from: one plain value, whether it was ever stored or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from assessor.advice import Suggestion
from assessor.evidence import SignOff, Voices
from assessor.knowledge import Answers, KnowledgeBase
from assessor.report.codes import code_of

if TYPE_CHECKING:
    from assessor.models import Report


@dataclass(frozen=True)
class Record:
    """A frozen suggestion with the answers and the edition it came from.

    ``number``, ``issued_at`` and ``sha256`` are None for a suggestion that was never issued.
    """

    initiative: str
    organisation: str
    answers: Answers
    suggestion: Suggestion
    knowledge: KnowledgeBase
    prepared_by: str = ""
    voices: Voices | None = None
    sign_off: SignOff | None = None
    number: int | None = None
    issued_at: datetime | None = None
    sha256: str | None = None

    @property
    def code(self) -> str:
        """Return what stands for the hash on paper; empty when it was never issued."""
        return code_of(self.sha256) if self.sha256 else ""


def record_of(report: Report) -> Record:
    """Return what an issued report says, and nothing that could have changed since."""
    return Record(
        initiative=report.initiative,
        organisation=report.organisation,
        prepared_by=report.prepared_by,
        voices=Voices.model_validate(report.voices) if report.voices else None,
        sign_off=SignOff.model_validate(report.sign_off) if report.sign_off else None,
        answers=report.answers,
        suggestion=report.as_suggestion,
        knowledge=report.knowledge,
        number=report.number,
        issued_at=report.issued_at,
        sha256=report.sha256,
    )
