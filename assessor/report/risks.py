"""The gravest risks of the case, why they are real here, and what is missing against them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from assessor.advice.controls import AppliedRisk
from assessor.report.grounds import Ground, grounds
from assessor.report.record import Record

MOST = 10
"""More risks than that are a list, not a message."""

SEVERITY: dict[int, Promise] = {
    1: gettext_lazy("Slight"),
    2: gettext_lazy("Moderate"),
    3: gettext_lazy("Serious"),
    4: gettext_lazy("Severe"),
    5: gettext_lazy("Critical"),
}


@dataclass(frozen=True)
class FacedRisk:
    """A risk in words. ``severity``: 1 to 5; ``missing`` are keys and titles of controls."""

    label: str
    severity: int
    word: str
    grounds: tuple[Ground, ...]
    is_open: bool
    missing: tuple[tuple[str, str], ...]
    answered_by: int

    @property
    def in_place(self) -> int:
        return self.answered_by - len(self.missing)

    @property
    def is_residual(self) -> bool:
        """Say whether somebody has to accept it: not all that answers it is in place."""
        return bool(self.missing) or not self.answered_by


def gravest(record: Record) -> tuple[FacedRisk, ...]:
    """Return the gravest risks, in the order of the suggestion; none for an old report."""
    titles = {control.control: control.title for control in record.suggestion.controls}
    return tuple(_faced(record, risk, titles) for risk in record.suggestion.risks[:MOST])


def _faced(record: Record, risk: AppliedRisk, titles: dict[str, str]) -> FacedRisk:
    return FacedRisk(
        label=risk.label,
        severity=risk.severity,
        word=str(SEVERITY[risk.severity]),
        grounds=_together(grounds(record, risk.reasons), grounds(record, risk.raised_by)),
        is_open=risk.applies == "open",
        missing=tuple((key, titles[key]) for key in risk.not_in_place),
        answered_by=len(risk.controls),
    )


def _together(real: Iterable[Ground], graver: Iterable[Ground]) -> tuple[Ground, ...]:
    """Return what makes the risk real or graver; an answer that does both is named once."""
    found = {ground.subject: ground for ground in real}
    for ground in graver:
        found[ground.subject] = replace(found.get(ground.subject, ground), raises=True)
    return tuple(found.values())
