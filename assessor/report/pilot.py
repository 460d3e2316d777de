"""What is known already of the thresholds to agree before a pilot starts."""

from dataclasses import dataclass

from assessor.report.answers import Given, known
from assessor.report.architecture import Profile
from assessor.report.record import Record

HARM = "gov_harm"
DEADLINE = "how_deadline"


@dataclass(frozen=True)
class Pilot:
    """What the answers say of the thresholds; None where an answer is missing or not known yet.

    ``decides`` is the role that answers for the last step of the plan, empty where none is named.
    """

    harm: Given | None
    deadline: Given | None
    decides: str


def pilot(record: Record, profile: Profile) -> Pilot:
    """Return what the answers and the plan of an architecture say of its pilot."""
    owners = [owner for _, owner in profile.first_90_days]
    return Pilot(
        harm=known(record, HARM),
        deadline=known(record, DEADLINE),
        decides=owners[-1] if owners else "",
    )
