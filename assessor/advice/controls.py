"""Which controls apply and which of them are in place; which risks they answer."""

from collections.abc import Iterable
from typing import Literal

from assessor.advice.reasons import Applies, Reason, because, reasons_of
from assessor.knowledge.conditions import UNKNOWN, Fact, Situation
from assessor.knowledge.library import GRAVEST, SAFEGUARDS, Control, Risk
from assessor.knowledge.schema import KnowledgeBase

Status = Literal["in_place", "to_do", "unknown"]


class AppliedControl(Fact):
    """A control in this situation. ``status`` is meant for controls that apply."""

    control: str
    title: str
    what: str
    applies: Applies
    reasons: tuple[Reason, ...]
    phase: str
    owner: str
    evidence: str
    status: Status
    risks: tuple[str, ...]
    clauses: dict[str, tuple[str, ...]]
    """Standard to the clauses of it that the control helps with."""

    other_law: str


class AppliedRisk(Fact):
    """A risk that is real in this situation. ``severity``: 1–5, raised by ``raised_by``."""

    risk: str
    label: str
    severity: int
    raised_by: tuple[Reason, ...]
    consideration: str
    applies: Literal["yes", "open"]
    reasons: tuple[Reason, ...]
    controls: tuple[str, ...]
    """The applying controls against it."""

    not_in_place: tuple[str, ...]
    """Those of them that are still to do, or of which nothing is known."""


def controls_for(knowledge: KnowledgeBase, situation: Situation) -> tuple[AppliedControl, ...]:
    """Return every control, by phase and then in the order of the file.

    Those that do not apply are among them, without a reason: a reader can see what was left out.
    """
    phases = knowledge.controls.meta.phases
    in_order = sorted(knowledge.controls.controls, key=lambda control: phases.index(control.phase))
    return tuple(_applied(knowledge, control, situation) for control in in_order)


def risks_for(
    knowledge: KnowledgeBase, situation: Situation, controls: Iterable[AppliedControl]
) -> tuple[AppliedRisk, ...]:
    """Return the risks that apply: most severe, then most controls missing, then as in the file.

    ``controls`` are those of the same situation.
    """
    applying = [control for control in controls if control.applies != "no"]
    risks = (_real(knowledge, risk, situation, applying) for risk in knowledge.controls.risks)
    return tuple(
        sorted(
            (risk for risk in risks if risk),
            key=lambda risk: (-risk.severity, -len(risk.not_in_place)),
        )
    )


def _applied(knowledge: KnowledgeBase, control: Control, situation: Situation) -> AppliedControl:
    found = because(knowledge, control.applies, situation)
    return AppliedControl(
        control=control.key,
        title=control.title,
        what=control.what,
        applies=found.applies,
        reasons=found.reasons,
        phase=control.phase,
        owner=control.owner,
        evidence=control.evidence,
        status=_status(knowledge, control, situation),
        risks=control.risks,
        clauses=control.map.model_dump(),
        other_law=control.other_law,
    )


def _status(knowledge: KnowledgeBase, control: Control, situation: Situation) -> Status:
    safeguards = situation.answers.get(SAFEGUARDS, UNKNOWN)
    if not isinstance(safeguards, list):
        return "unknown"
    satisfied = knowledge.controls.satisfies
    in_place = any(control.key in satisfied.get(safeguard, ()) for safeguard in safeguards)
    return "in_place" if in_place else "to_do"


def _real(
    knowledge: KnowledgeBase, risk: Risk, situation: Situation, controls: list[AppliedControl]
) -> AppliedRisk | None:
    found = because(knowledge, risk.applies, situation)
    if found.applies == "no":
        return None
    raised_by = reasons_of(knowledge, risk.raised_by, situation)
    against = [control for control in controls if risk.key in control.risks]
    return AppliedRisk(
        risk=risk.key,
        label=risk.label,
        severity=min(GRAVEST, risk.severity + len(raised_by)),
        raised_by=raised_by,
        consideration=risk.consideration,
        applies=found.applies,
        reasons=found.reasons,
        controls=tuple(control.control for control in against),
        not_in_place=tuple(control.control for control in against if control.status != "in_place"),
    )
