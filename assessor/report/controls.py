"""The controls as a plan, which of them do not apply, and which clauses they help with."""

from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from assessor.advice.controls import AppliedControl, Status
from assessor.knowledge.library import Source
from assessor.report.grounds import Ground, grounds
from assessor.report.record import Record

PHASES: dict[str, Promise] = {
    "before_start": gettext_lazy("Before the start"),
    "before_go_live": gettext_lazy("Before it goes live"),
    "first_90_days": gettext_lazy("In the first 90 days"),
    "ongoing": gettext_lazy("From then on"),
}

BEFORE_USE = ("before_start", "before_go_live")


class Standard(NamedTuple):
    """A standard or law that controls are mapped to: its short name, and its key in sources."""

    name: str
    source: str


STANDARDS: dict[str, Standard] = {
    "eu_ai_act": Standard("EU AI Act Art.", "eu_ai_act"),
    "gdpr": Standard("GDPR Art.", "gdpr"),
    "iso_42001": Standard("ISO/IEC 42001", "iso_42001"),
    "nist_rmf": Standard("NIST AI RMF", "nist_ai_rmf"),
    "nist_600_1": Standard("NIST AI 600-1", "nist_ai_600_1"),
    "owasp": Standard("OWASP", "owasp_llm_2025"),
}


@dataclass(frozen=True)
class PlannedControl:
    """A control in words.

    ``risks``: number and label of those it answers here, as the risks are counted. ``clauses`` are
    those it helps with, one entry for each standard.
    """

    key: str
    title: str
    what: str
    owner: str
    evidence: str
    status: Status
    grounds: tuple[Ground, ...]
    is_open: bool
    risks: tuple[tuple[int, str], ...]
    clauses: tuple[str, ...]
    other_law: str


@dataclass(frozen=True)
class Phase:
    """The controls that are due at one time."""

    key: str
    label: str
    controls: tuple[PlannedControl, ...]


@dataclass(frozen=True)
class ControlPlan:
    """Every control of the edition: those that apply by phase, and the titles of the others.

    ``is_unknown``: nobody has said what is in place. ``risks``: all that are real here, in order.
    """

    phases: tuple[Phase, ...]
    risks: tuple[str, ...]
    left_out: tuple[str, ...]
    is_unknown: bool
    standards: tuple[Source, ...]

    @property
    def count(self) -> int:
        return sum(len(phase.controls) for phase in self.phases)

    @property
    def in_place(self) -> int:
        controls = [control for phase in self.phases for control in phase.controls]
        return sum(control.status == "in_place" for control in controls)

    @property
    def due_before_use(self) -> tuple[PlannedControl, ...]:
        """Return those that must be in place before people rely on it."""
        return tuple(
            control
            for phase in self.phases
            if phase.key in BEFORE_USE
            for control in phase.controls
        )


def plan(record: Record) -> ControlPlan | None:
    """Return the controls, or None for a report from before there were any."""
    applied = record.suggestion.controls
    if not applied:
        return None
    library = record.knowledge.controls
    titles = {control.key: control.title for control in library.controls}
    return ControlPlan(
        phases=tuple(
            Phase(key, _phase(key), tuple(_planned(record, control) for control in controls))
            for key, controls in groupby(applied, key=lambda control: control.phase)
        ),
        risks=tuple(risk.label for risk in record.suggestion.risks),
        left_out=tuple(titles[key] for key in record.suggestion.controls_left_out),
        is_unknown=all(control.status == "unknown" for control in applied),
        standards=tuple(
            library.sources[standard.source]
            for standard in STANDARDS.values()
            if standard.source in library.sources
        ),
    )


def _phase(key: str) -> str:
    return str(PHASES[key]) if key in PHASES else key.replace("_", " ").capitalize()


def _planned(record: Record, control: AppliedControl) -> PlannedControl:
    return PlannedControl(
        key=control.control,
        title=control.title,
        what=control.what,
        owner=record.knowledge.roles[control.owner].label,
        evidence=control.evidence,
        status=control.status,
        grounds=grounds(record, control.reasons),
        is_open=control.applies == "open",
        risks=tuple(
            (number, risk.label)
            for number, risk in enumerate(record.suggestion.risks, start=1)
            if control.control in risk.controls
        ),
        clauses=tuple(
            f"{standard.name} {', '.join(clauses)}"
            for key, standard in STANDARDS.items()
            if (clauses := control.clauses.get(key))
        ),
        other_law=control.other_law,
    )
