"""What a proof says: what was examined and how, what was found, and who can win."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from assessor.knowledge.conditions import Answers

Severity = Literal["error", "note"]
"""An error keeps an edition from being loaded; a note is for its editors to know."""

EXACT = "exact"
"""It follows from the rules alone."""

EXHAUSTIVE = "exhaustive"
"""Every set of answers that could matter was tried."""


def search(tried: str) -> str:
    """Name a method that can miss something, and how far it went."""
    return f"search: {tried}"


@dataclass(frozen=True)
class Finding:
    """Something in an edition that cannot be meant, although every name in it means something."""

    severity: Severity
    file: str
    path: str
    reason: str
    method: str = EXACT

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: {self.reason} [{self.method}]"


@dataclass(frozen=True)
class Part:
    """One kind of check. ``examined``: by method, how many things were looked at."""

    title: str
    examined: Mapping[str, int]
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, title: str, methods: Iterable[str], findings: Iterable[Finding]) -> "Part":
        """Return a part that examined one thing by each of the methods listed."""
        return cls(title, Counter(methods), tuple(findings))


@dataclass(frozen=True)
class Witness:
    """Complete, legal answers under which an architecture leads.

    ``lead``: points ahead of the next, None where nothing else is left. ``decisive``: the
    questions where one step away from the answer somebody else leads.
    """

    answers: Answers
    lead: float | None
    decisive: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """``witnesses``: by architecture, for all for which one was found."""

    parts: tuple[Part, ...]
    witnesses: Mapping[str, Witness]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for part in self.parts for finding in part.findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def notes(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "note")
