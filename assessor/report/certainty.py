"""How sure the first place is: four readings that are never merged into one."""

from dataclasses import dataclass

from assessor.advice.status import FAIRLY_CLEAR_SHARE
from assessor.report.record import Record

USUALLY = 0.5
"""A share of draws above which an option usually comes first."""


@dataclass(frozen=True)
class Certainty:
    """``lead`` in points, None with one option; the others are shares from 0 to 1.

    ``near`` and ``anyhow``: how often the leader stays first with weights near those stated, and
    with any. ``complete``: how much of what is weighed the answers settle.
    """

    lead: float | None
    near: float
    anyhow: float
    complete: float
    draws: int

    @property
    def depends_on_priorities(self) -> bool:
        """Say whether other priorities would usually put another option first."""
        return self.near >= FAIRLY_CLEAR_SHARE and self.anyhow < USUALLY


def certainty(record: Record) -> Certainty | None:
    """Return the readings; None where no option is left, and in reports from before the draws."""
    sure = record.suggestion.confidence
    if sure is None or sure.near_priorities is None or sure.any_priorities is None:
        return None
    return Certainty(
        lead=sure.lead,
        near=sure.near_priorities,
        anyhow=sure.any_priorities,
        complete=sure.completeness,
        draws=sure.draws,
    )
