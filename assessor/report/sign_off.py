"""Who signed and what was decided, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from assessor.evidence import Signed, SignOff
from assessor.report.record import Record
from assessor.report.review import MOST_ACCEPTED
from assessor.report.risks import FacedRisk, gravest

OPINIONS: dict[str, Promise] = {
    "agree": gettext_lazy("Agrees"),
    "conditions": gettext_lazy("Agrees with conditions"),
    "disagree": gettext_lazy("Disagrees"),
}
STEPS: dict[str, Promise] = {
    "changes": gettext_lazy("Changes requested"),
    "approved": gettext_lazy("Approved"),
    "declined": gettext_lazy("Declined"),
}


@dataclass(frozen=True)
class Signatory:
    """What somebody says to the suggestion. ``opinion`` is a key of OPINIONS, ``word`` its word.

    ``reason`` holds the conditions, or why they disagree.
    """

    name: str
    role: str
    opinion: str
    word: str
    reason: str
    accepted_risks: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Choice:
    """What was decided for beside what was suggested, by their short names.

    ``suggested`` is empty where no option was left, ``chosen`` where none is chosen for now.
    ``is_ruled_out``: the answers speak against what was chosen.
    """

    suggested: str
    chosen: str
    because: str
    is_ruled_out: bool

    @property
    def differs(self) -> bool:
        return not self.chosen or self.chosen != self.suggested


@dataclass(frozen=True)
class Outcome:
    """A decision. ``step`` is a key of STEPS, ``word`` its word; ``choice`` is of approvals only.

    ``reason`` is empty where the choice tells it.
    """

    step: str
    word: str
    name: str
    role: str
    reason: str
    at: datetime
    choice: Choice | None


@dataclass(frozen=True)
class SignedOff:
    """Who signed, in the order of signing, and what was decided so far."""

    signatories: tuple[Signatory, ...]
    outcome: Outcome | None

    @property
    def dissent_first(self) -> tuple[Signatory, ...]:
        """Return them so that nobody who disagrees or sets conditions is left off a short list."""
        order = list(reversed(OPINIONS))
        return tuple(sorted(self.signatories, key=lambda each: order.index(each.opinion)))


def signed_off(record: Record) -> SignedOff | None:
    """Return what the report says of it; None where nobody had signed or decided yet."""
    if record.sign_off is None:
        return None
    return SignedOff(
        signatories=signatories(record, record.sign_off.signatures),
        outcome=_outcome(record, record.sign_off),
    )


def signatories(record: Record, signatures: Iterable[Signed]) -> tuple[Signatory, ...]:
    """Return signatures under the suggestion of this record in words."""
    labels = {risk.risk: risk.label for risk in record.suggestion.risks}
    return tuple(
        Signatory(
            name=signature.name,
            role=signature.role,
            opinion=signature.opinion,
            word=str(OPINIONS[signature.opinion]),
            reason=signature.reason,
            accepted_risks=tuple(labels.get(key, key) for key in signature.accepted_risks),
            at=signature.at,
        )
        for signature in signatures
    )


def residual_risks(record: Record) -> dict[str, FacedRisk]:
    """Return the risks that whoever signs may accept by name, by key; see ``review.Review``."""
    gravest_first = zip(record.suggestion.risks, gravest(record), strict=False)
    residual = [(risk.risk, faced) for risk, faced in gravest_first if faced.is_residual]
    return dict(residual[:MOST_ACCEPTED])


def _outcome(record: Record, sign_off: SignOff) -> Outcome | None:
    decision = sign_off.decision
    if decision is None:
        return None
    choice = _choice(record, sign_off) if decision.step == "approved" else None
    return Outcome(
        step=decision.step,
        word=str(STEPS[decision.step]),
        name=decision.name,
        role=decision.role,
        reason="" if choice and choice.because else decision.reason,
        at=decision.at,
        choice=choice,
    )


def _choice(record: Record, sign_off: SignOff) -> Choice:
    leader, chosen = record.suggestion.leader, sign_off.chosen
    ruled_out = {exclusion.architecture for exclusion in record.suggestion.excluded}
    return Choice(
        suggested=_name(record, leader),
        chosen=_name(record, chosen),
        because=sign_off.chosen_because,
        is_ruled_out=chosen in ruled_out,
    )


def _name(record: Record, architecture: str | None) -> str:
    return record.knowledge.options[architecture].short_name if architecture else ""
