"""The risks, the controls against them, and the law."""

from typing import Literal

from assessor.knowledge.applicability import Applicability
from assessor.knowledge.conditions import Fact
from assessor.knowledge.values import Meta


class LibraryMeta(Meta):
    disclaimer: str
    not_rendered: tuple[str, ...]
    clause_grammar: str
    phases: tuple[str, ...]


class Source(Fact):
    title: str
    url: str
    amending_url: str = ""
    read_via: str
    checked: str


class LegalDate(Fact):
    articles: tuple[str, ...]
    topic: str
    applies_from: str
    certainty: Literal["high", "medium", "low"]
    note: str


class Risk(Fact):
    key: str
    label: str
    consideration: str
    nist_gai_risk: str | None


class ClauseMap(Fact):
    """The clauses of each standard that a control helps with."""

    nist_rmf: tuple[str, ...]
    nist_600_1: tuple[str, ...]
    eu_ai_act: tuple[str, ...]
    iso_42001: tuple[str, ...]
    owasp: tuple[str, ...]
    gdpr: tuple[str, ...]


class Control(Fact):
    key: str
    title: str
    what: str
    consideration: str
    risks: tuple[str, ...]
    applies: Applicability
    phase: str
    owner: str
    evidence: str
    map: ClauseMap
    other_law: str = ""


class ControlLibrary(Fact):
    meta: LibraryMeta
    sources: dict[str, Source]
    legal_calendar: tuple[LegalDate, ...]
    open_points: tuple[str, ...]
    satisfies: dict[str, tuple[str, ...]]
    risks: tuple[Risk, ...]
    controls: tuple[Control, ...]
