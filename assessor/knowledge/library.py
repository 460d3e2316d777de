"""The risks, the controls against them, and the law."""

from typing import Annotated, Literal

from pydantic import Field

from assessor.knowledge.applicability import ALWAYS, Applicability
from assessor.knowledge.conditions import Clause, Fact, Key
from assessor.knowledge.values import Meta

JURISDICTION = "reg_jurisdiction"
"""The question whose choices are jurisdictions."""

SAFEGUARDS = "gov_in_place"
"""The question whose choices are safeguards that work already."""

Jurisdiction = Literal["eu", "uk", "us", "other"]
Certainty = Literal["high", "medium", "low"]

IsoDate = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
"""Text, so that dates can be put in order as they stand."""

GRAVEST = 5
Severity = Annotated[int, Field(strict=True, ge=1, le=GRAVEST)]
"""1 nuisance … 5 could threaten people or the business."""


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
    """A duty of a law, and from when. ``articles`` is empty where the law has none.

    The first editions spoke of the EU AI Act only: that is what the defaults say.
    """

    key: str = ""
    jurisdiction: Jurisdiction = "eu"
    law: str = "EU AI Act"
    source: str = "eu_ai_act"
    articles: tuple[str, ...]
    topic: str
    applies_from: IsoDate
    certainty: Certainty
    note: str
    applies: Applicability = ALWAYS


class CounselQuestion(Fact):
    """Something that only a lawyer can answer."""

    jurisdiction: Jurisdiction
    question: str
    applies: Applicability = ALWAYS


class Risk(Fact):
    """Each clause of ``raised_by`` that holds raises the severity by one, at most to 5."""

    key: Key
    label: str
    consideration: str
    nist_gai_risk: str | None
    severity: Severity = 3
    applies: Applicability = ALWAYS
    raised_by: tuple[Clause, ...] = ()


class ClauseMap(Fact):
    """The clauses of each standard that a control helps with."""

    nist_rmf: tuple[str, ...]
    nist_600_1: tuple[str, ...]
    eu_ai_act: tuple[str, ...]
    iso_42001: tuple[str, ...]
    owasp: tuple[str, ...]
    gdpr: tuple[str, ...]


class Control(Fact):
    key: Key
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
    counsel_questions: tuple[CounselQuestion, ...] = ()
    open_points: tuple[str, ...]
    satisfies: dict[str, tuple[str, ...]]
    risks: tuple[Risk, ...]
    controls: tuple[Control, ...]
