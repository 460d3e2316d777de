"""Who has signed what: a signature holds for every report over the same suggestion."""

from collections.abc import Iterable

from assessor.evidence import Signed
from assessor.models import Assessment, Respondent, Signature


def latest_signatures(assessment: Assessment, suggestion_sha256: str) -> list[Signature]:
    """Return what each person said last to this suggestion, in the order of signing.

    The clock may have been set back meanwhile: the keys tell the order.
    """
    rows = assessment.signatures.filter(suggestion_sha256=suggestion_sha256)
    latest = {row.respondent_id: row for row in rows.order_by("pk")}
    return sorted(latest.values(), key=lambda row: row.pk)


def signed(rows: Iterable[Signature]) -> tuple[Signed, ...]:
    """Return signatures as they are frozen in a report."""
    return tuple(
        Signed(
            name=row.name,
            role=row.role,
            opinion=row.opinion,
            reason=row.reason,
            accepted_risks=tuple(row.accepted_risks),
            at=row.at,
        )
        for row in rows
    )


def yet_to_sign(assessment: Assessment, rows: Iterable[Signature]) -> list[Respondent]:
    """Return those who were asked to sign and are not among these signatures."""
    there = {row.respondent_id for row in rows}
    return [
        person
        for person in assessment.people
        if person.may_sign and not person.withdrawn_at and person.pk not in there
    ]
