"""From a submitted suggestion to a decision: signing, requests for changes, approval.

Each step locks the assessment, so that two of them never cross, and is answered after commit.
Sending the same step twice is harmless: the second time gives what the first gave.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessor.access import Decider, may_sign
from assessor.evidence import Decided, SignOff
from assessor.knowledge.labels import role_label
from assessor.models import Assessment, Report, Respondent, Review, Signature
from assessor.workflow import audit, due, tallying
from assessor.workflow.drafts import Refused, Withdrawn, locked_person
from assessor.workflow.issuing import issue_again
from assessor.workflow.signatures import latest_signatures, signed


class NotSubmitted(Refused):
    """There is no suggestion to sign or decide on now."""


class AnotherSuggestion(Refused):
    """The suggestion is not the one that the person has seen."""


class AlreadyDecided(Refused):
    """It was approved or declined, and stays as it is."""


@dataclass(frozen=True)
class Opinion:
    """What somebody says to a suggestion; ``suggestion_sha256`` is the one they have seen.

    ``name`` is for whoever has not said theirs before.
    """

    suggestion_sha256: str
    opinion: str
    reason: str = ""
    accepted_risks: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Decision:
    """What is decided: a step of Review, and for an approval the architecture that is chosen.

    ``chosen`` is empty where none is chosen for now. ``suggestion_sha256`` is the one decided on.
    """

    suggestion_sha256: str
    step: str
    reason: str = ""
    chosen: str = ""


def reopen(owner: Respondent) -> None:
    """Make a submitted assessment a draft again; the reports issued so far stay.

    Does nothing to one that is a draft already. Raises AlreadyDecided.
    """
    with transaction.atomic():
        assessment = _locked(owner.assessment_id)
        if assessment.is_decided:
            raise AlreadyDecided
        if assessment.is_draft:
            return
        Review.objects.create(
            assessment=assessment,
            report=_latest(assessment),
            step=Review.Step.REOPENED,
            name=str(owner),
            role=role_label(assessment.knowledge, owner.role),
        )
        audit.record("assessment.reopened", audit.actor_of(owner), assessment)
        _becomes(assessment, Assessment.Status.DRAFT)


def sign(person: Respondent, opinion: Opinion) -> Report:
    """Store a signature and issue the report that shows it.

    Saying the same again gives the report there is. Raises NotSubmitted, AnotherSuggestion or
    Withdrawn.
    """
    with transaction.atomic():
        person = locked_person(person)
        if not may_sign(person):
            raise Withdrawn
        assessment = person.assessment
        report = _seen(assessment, opinion.suggestion_sha256)
        if _says_so_already(person, opinion):
            return report
        Signature.objects.create(
            assessment=assessment,
            report=report,
            suggestion_sha256=opinion.suggestion_sha256,
            respondent=person,
            name=person.name or opinion.name or str(person),
            role=_role_of(person, assessment),
            opinion=opinion.opinion,
            reason=opinion.reason,
            accepted_risks=list(opinion.accepted_risks),
        )
        audit.record("report.signed", audit.actor_of(person), assessment, f"report {report.number}")
        _becomes(assessment, Assessment.Status.SUBMITTED)
        rows = latest_signatures(assessment, opinion.suggestion_sha256)
        return issue_again(report, SignOff(signatures=signed(rows)))


def request_changes(decider: Decider, decision: Decision) -> None:
    """Give the assessment back to those who answer.

    Raises NotSubmitted, AnotherSuggestion or Withdrawn.
    """
    with transaction.atomic():
        assessment = _locked_for(decider)
        if _was_decided_so(assessment, decider, decision):
            return
        report = _seen(assessment, decision.suggestion_sha256)
        _step(decider, decision, report)
        audit.record("assessment.changes", decider.actor, assessment)
        assessment.reviewed_at = timezone.now()
        _becomes(assessment, Assessment.Status.CHANGES_REQUESTED)


def decide(decider: Decider, decision: Decision) -> Report:
    """Approve or decline, and issue the report that says so. Nothing changes afterwards.

    Raises NotSubmitted, AnotherSuggestion or Withdrawn.
    """
    with transaction.atomic():
        assessment = _locked_for(decider)
        if _was_decided_so(assessment, decider, decision):
            return _latest(assessment)
        report = _seen(assessment, decision.suggestion_sha256)
        review = _step(decider, decision, report)
        audit.record(f"assessment.{decision.step}", decider.actor, assessment)
        if decision.step == Review.Step.APPROVED:
            assessment.chosen = decision.chosen
            assessment.chosen_because = "" if _follows(decision, report) else decision.reason
        due.acknowledge(assessment, due.legal_dates(report))
        _becomes(assessment, Assessment.Status(decision.step))
        return issue_again(report, _sign_off(assessment, report, review))


# ---------------------------------------------------------------- the rows


def _locked(assessment_id: UUID) -> Assessment:
    return Assessment.objects.locked(assessment_id)


def _locked_for(decider: Decider) -> Assessment:
    """Return the assessment, locked. Raises Withdrawn where somebody may not decide any more."""
    if decider.respondent is None:
        return _locked(decider.assessment.pk)
    person = locked_person(decider.respondent)
    if not person.may_decide:
        raise Withdrawn
    return person.assessment


def _seen(assessment: Assessment, suggestion_sha256: str) -> Report:
    """Return the latest report of a submitted assessment, if it is the one that was seen."""
    if assessment.status != Assessment.Status.SUBMITTED:
        raise NotSubmitted
    report = _latest(assessment)
    if report.suggestion_sha256 != suggestion_sha256:
        raise AnotherSuggestion
    return report


def _latest(assessment: Assessment) -> Report:
    return assessment.reports.latest("number")


def _says_so_already(person: Respondent, opinion: Opinion) -> bool:
    last = person.signatures.filter(suggestion_sha256=opinion.suggestion_sha256).last()
    return last is not None and (last.opinion, last.reason, tuple(last.accepted_risks)) == (
        opinion.opinion,
        opinion.reason,
        opinion.accepted_risks,
    )


def _was_decided_so(assessment: Assessment, decider: Decider, decision: Decision) -> bool:
    """Say whether the same person has just decided the same: the form was sent twice."""
    if assessment.status != decision.step:
        return False
    last = assessment.reviews.select_related("report").latest("pk")
    return (last.step, last.name, last.reason, assessment.chosen) == (
        decision.step,
        decider.name,
        decision.reason,
        decision.chosen,
    ) and last.report.suggestion_sha256 == decision.suggestion_sha256


def _follows(decision: Decision, report: Report) -> bool:
    """Say whether the architecture is decided for that was suggested."""
    return bool(decision.chosen) and decision.chosen == report.leader


def _role_of(person: Respondent, assessment: Assessment) -> str:
    return role_label(assessment.knowledge, person.role) or (_("Owner") if person.is_owner else "")


def _step(decider: Decider, decision: Decision, report: Report) -> Review:
    return Review.objects.create(
        assessment_id=report.assessment_id,
        report=report,
        step=decision.step,
        name=decider.name,
        role=decider.role,
        reason=decision.reason,
    )


def _becomes(assessment: Assessment, status: str) -> None:
    assessment.status = status
    assessment.updated_at = timezone.now()
    with tallying.kept(assessment.pk):
        assessment.save(
            update_fields=["status", "updated_at", "chosen", "chosen_because", *due.REVIEWED]
        )


def _sign_off(assessment: Assessment, report: Report, review: Review) -> SignOff:
    """Return what the report says that issues a decision."""
    return SignOff(
        signatures=signed(latest_signatures(assessment, report.suggestion_sha256)),
        decision=Decided(
            step=review.step,
            name=review.name,
            role=review.role,
            reason=review.reason,
            at=review.at,
        ),
        chosen=assessment.chosen,
        chosen_because=assessment.chosen_because,
    )
