"""Who takes part: inviting colleagues, their links, and links that only show the result."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from assessor.knowledge import KnowledgeBase
from assessor.models import (
    INVITATION_DAYS,
    LINK_DAYS,
    Assessment,
    PrivateLink,
    Respondent,
    SharedLink,
)
from assessor.workflow import audit, naming
from assessor.workflow.drafts import MOMENT, AlreadySubmitted, NotTaken, Refused


class InvitationEnded(Refused):
    """The invitation was withdrawn before."""


@dataclass(frozen=True)
class Invitation:
    """Whom to ask, what, and what else the person may do. See Respondent for ``asked``.

    ``form_key`` is the random key of the form's rendering.
    """

    name: str
    role: str
    asked: str
    email: str = ""
    message: str = ""
    sees_all: bool = False
    may_sign: bool = False
    may_decide: bool = False
    days: int = INVITATION_DAYS
    form_key: UUID = field(default_factory=uuid4)


class Invited(NamedTuple):
    """Somebody, the token of their private link, and whether they were not invited before."""

    person: Respondent
    token: str
    is_new: bool


def invite(owner: Respondent, invitation: Invitation) -> Invited:
    """Store an invitation. Sent twice within a moment, it is one, with a link each time.

    Who signs or decides has to see everything. Raises NotTaken where the edition does not have
    the group or the role.
    """
    with transaction.atomic():
        assessment = Assessment.objects.locked(owner.assessment_id)
        if invitation.asked not in askable(assessment.knowledge):
            raise NotTaken
        person, is_new = assessment.respondents.get_or_create(
            form_key=invitation.form_key,
            joined_at__gt=timezone.now() - MOMENT,
            withdrawn_at=None,
            name=invitation.name,
            email=invitation.email,
            role=invitation.role,
            asked=invitation.asked,
            message=invitation.message,
            sees_all=invitation.sees_all or invitation.may_sign or invitation.may_decide,
            may_sign=invitation.may_sign,
            may_decide=invitation.may_decide,
        )
        if is_new:
            naming.keep(assessment)
        _audit("invitation.made" if is_new else "link.made", audit.actor_of(owner), person)
        return Invited(person, PrivateLink.issue(person, invitation.days), is_new)


def askable(knowledge: KnowledgeBase) -> set[str]:
    """Return what somebody can be asked under an edition; see Respondent.asked."""
    groups = {f"group:{group.key}" for group in knowledge.question_bank.groups}
    return groups | {f"role:{role}" for role in knowledge.roles} | {Respondent.ALL, Respondent.NONE}


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


def share(owner: Respondent, label: str, days: int, form_key: UUID | None = None) -> str:
    """Return the token of a new link that shows the result and lets nobody change anything.

    Where the same form was sent a moment ago, it is that link, which gets another token.
    """
    with transaction.atomic():
        links = Assessment.objects.locked(owner.assessment_id).shared_links
        same = {"label": label, "form_key": form_key or uuid4()}
        lately = links.filter(**same, revoked_at=None, created_at__gt=timezone.now() - MOMENT)
        link = lately.first() or SharedLink.lasting(days, assessment=owner.assessment, **same)
        token = link.with_new_token()
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
