"""Who takes part: inviting colleagues, their links, and links that only show the result."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from assessor.models import (
    INVITATION_DAYS,
    LINK_DAYS,
    Assessment,
    PrivateLink,
    Respondent,
    SharedLink,
)
from assessor.workflow import audit, naming
from assessor.workflow.drafts import AlreadySubmitted, Refused


class InvitationEnded(Refused):
    """The invitation was withdrawn before."""


@dataclass(frozen=True)
class Invitation:
    """Whom to ask, what, and what else the person may do. See Respondent for ``asked``."""

    name: str
    role: str
    asked: str
    email: str = ""
    message: str = ""
    sees_all: bool = False
    may_sign: bool = False
    may_decide: bool = False
    days: int = INVITATION_DAYS


def invite(owner: Respondent, invitation: Invitation) -> tuple[Respondent, str]:
    """Store an invitation; return the person and the token of their private link.

    Who signs or decides has to see everything.
    """
    with transaction.atomic():
        person = Respondent.objects.create(
            assessment=owner.assessment,
            name=invitation.name,
            email=invitation.email,
            role=invitation.role,
            asked=invitation.asked,
            message=invitation.message,
            sees_all=invitation.sees_all or invitation.may_sign or invitation.may_decide,
            may_sign=invitation.may_sign,
            may_decide=invitation.may_decide,
        )
        naming.keep(owner.assessment)
        _audit("invitation.made", audit.actor_of(owner), person)
        return person, PrivateLink.issue(person, invitation.days)


def open_until(assessment: Assessment) -> dict[int, datetime]:
    """Return until when a private link of theirs works, by person; nobody without one."""
    links = PrivateLink.objects.filter(
        respondent__assessment=assessment, revoked_at=None, expires_at__gt=timezone.now()
    )
    return dict(links.order_by("expires_at").values_list("respondent_id", "expires_at"))


def another_link(owner: Respondent) -> str:
    """Return the token of one more private link; those made before keep working."""
    with transaction.atomic():
        _audit("link.made", audit.actor_of(owner), owner)
        return PrivateLink.issue(owner)


def renew_link(person: Respondent, actor: str) -> str:
    """Return the token of a new private link; those made before stop working.

    So does the account by which one of them was opened: it may be somebody else's who found it.
    The account of whoever opens the new link takes its place. Raises InvitationEnded.
    """
    with transaction.atomic():
        _locked(person)
        _revoke_links(person)
        Respondent.objects.filter(pk=person.pk).update(user=None)
        _audit("link.renewed", actor, person)
        return PrivateLink.issue(person, LINK_DAYS if person.is_owner else INVITATION_DAYS)


def withdraw(person: Respondent, actor: str, *, keep_answers: bool) -> None:
    """End an invitation. The answers stay on record, and count on only where they are kept.

    Raises InvitationEnded, and AlreadySubmitted where answers should no longer count.
    """
    with transaction.atomic():
        assessment = _locked(person)
        if not keep_answers:
            _leave_out_answers(assessment)
        _revoke_links(person)
        person.withdrawn_at = timezone.now()
        person.counts = keep_answers
        person.save(update_fields=["withdrawn_at", "counts"])
        _audit("invitation.withdrawn", actor, person)


def introduce(person: Respondent, name: str, role: str) -> None:
    """Store how a person calls themselves, and their role where the owner has not named one."""
    person.name = name
    person.role = person.role or role
    with transaction.atomic():
        person.save(update_fields=["name", "role"])
        naming.keep(person.assessment)


def finish(person: Respondent) -> None:
    """Note that a person has answered all they want to; answering on is still possible."""
    person.finished_at = timezone.now()
    person.save(update_fields=["finished_at"])


def share(owner: Respondent, label: str, days: int) -> str:
    """Return the token of a new link that shows the result and lets nobody change anything."""
    with transaction.atomic():
        token = SharedLink.made(days, assessment=owner.assessment, label=label)
        link = SharedLink.objects.get(token_sha256=SharedLink.hashed(token))
        _audit_shared("result.shared", owner, link)
        return token


def stop_sharing(owner: Respondent, link: SharedLink) -> None:
    """Withdraw a link that shows the result. Does nothing to one that was withdrawn before."""
    with transaction.atomic():
        open_link = SharedLink.objects.filter(pk=link.pk, revoked_at=None)
        if open_link.update(revoked_at=timezone.now()):
            _audit_shared("result.unshared", owner, link)


def _locked(person: Respondent) -> Assessment:
    """Return the assessment, locked; two changes of an invitation never cross.

    Raises InvitationEnded.
    """
    assessment = Assessment.objects.locked(person.assessment_id)
    if assessment.respondents.get(pk=person.pk).withdrawn_at:
        raise InvitationEnded
    return assessment


def _leave_out_answers(assessment: Assessment) -> None:
    if not assessment.is_draft:
        raise AlreadySubmitted
    assessment.count_save()


def _revoke_links(person: Respondent) -> None:
    person.links.filter(revoked_at=None).update(revoked_at=timezone.now())


def _audit(event: str, actor: str, person: Respondent) -> None:
    audit.record(event, actor, person.assessment, f"respondent {person.pk}")


def _audit_shared(event: str, owner: Respondent, link: SharedLink) -> None:
    audit.record(event, audit.actor_of(owner), owner.assessment, f"shared link {link.pk}")
