"""The one place that fetches an assessment *and* decides who may see or change it.

Without accounts, a browser holds links: the session remembers which links it has opened, never an
answer. A link that is withdrawn or has expired ends access with the next request. People with an
account also reach what they take part in without a link.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from assessor import staff_sessions
from assessor.knowledge.labels import role_label
from assessor.models import NAME_LENGTH, Assessment, Link, PrivateLink, Respondent, SharedLink
from assessor.viewpoint import is_asked
from assessor.workflow import audit
from assessor.workflow.publishing import Editor

SESSION_KEY = "links"
SHARED_KEY = "shared"
VIEW_PERMISSION = "assessor.view_assessment"
REVIEW_PERMISSION = "assessor.review_assessment"
EXPORT_PERMISSION = "assessor.export_assessment"
PUBLISH_PERMISSION = "assessor.publish_edition"


@dataclass(frozen=True)
class Access:
    """An assessment someone may read. ``respondent`` is None for staff and for shared links.

    ``actor`` is the name in the audit log.
    """

    assessment: Assessment
    respondent: Respondent | None
    may_review: bool = False
    actor: str = ""
    is_staff: bool = False

    @property
    def is_owner(self) -> bool:
        return self.respondent is not None and self.respondent.is_owner

    @property
    def may_sign(self) -> bool:
        return self.respondent is not None and may_sign(self.respondent)

    @property
    def may_decide(self) -> bool:
        return self.may_review or (self.respondent is not None and self.respondent.may_decide)


@dataclass(frozen=True)
class Participant:
    """Who sees the page of a question. ``respondent`` is None for staff; ``name`` signs notes."""

    assessment: Assessment
    respondent: Respondent | None
    name: str
    may_write: bool = True

    @property
    def is_owner(self) -> bool:
        return self.respondent is not None and self.respondent.is_owner

    @property
    def sees_all(self) -> bool:
        return self.respondent is None or self.respondent.reads_all


@dataclass(frozen=True)
class Decider:
    """Who requests changes, approves or declines. ``actor`` is the name in the audit log.

    ``respondent`` is None for staff.
    """

    assessment: Assessment
    name: str
    role: str
    actor: str
    respondent: Respondent | None = None


def reading(request: HttpRequest, assessment_id: UUID) -> Access:
    """Return the assessment if this browser, or a member of staff, may read all of it.

    Raises Http404 otherwise: whether it exists is nobody else's business.
    """
    respondent = respondent_here(request, assessment_id)
    if respondent is not None and respondent.reads_all:
        actor = audit.actor_of(respondent)
        return Access(respondent.assessment, respondent, _may_review(request), actor)
    if _may(request, VIEW_PERMISSION):
        assessment = Assessment.objects.filter(pk=assessment_id).first()
        if assessment is not None:
            actor = audit.account(request.user)
            return Access(assessment, None, _may_review(request), actor, is_staff=True)
    shared = _shared_link(request, assessment_id)
    if shared is not None:
        return Access(shared.assessment, None, actor=f"shared link {shared.pk}")
    raise Http404


def staff(request: HttpRequest, *besides: str) -> User:
    """Return the account if it may view all assessments, and has these permissions besides.

    Raises Http404 otherwise: what there is for staff is nobody else's business.
    """
    user = request.user
    if user.is_anonymous or not _may(request, VIEW_PERMISSION, *besides):
        raise Http404
    return user


def taking_part(request: HttpRequest, assessment_id: UUID) -> Respondent:
    """Return the person as whom this browser takes part. Raises Http404 when it does not."""
    respondent = respondent_here(request, assessment_id)
    if respondent is None:
        raise Http404
    return respondent


def answering(request: HttpRequest, assessment_id: UUID) -> Respondent:
    """Return the respondent this browser answers as. Raises Http404 when it may not answer."""
    respondent = taking_part(request, assessment_id)
    if respondent.asked == Respondent.NONE:
        raise Http404
    return respondent


def owning(request: HttpRequest, assessment_id: UUID) -> Respondent:
    """Return the owner, if this browser is the owner's. Raises Http404."""
    respondent = taking_part(request, assessment_id)
    if not respondent.is_owner:
        raise Http404
    return respondent


def discussing(request: HttpRequest, assessment_id: UUID, key: str) -> Participant:
    """Return who may see the page of the question with this key, and whether they may write there.

    Those who are asked the question or see everything may, and staff who may view assessments, of
    whom those who review write. Raises Http404 otherwise, and where there is no such question.
    """
    respondent = respondent_here(request, assessment_id)
    if respondent is not None and _may_discuss(respondent, key):
        return Participant(respondent.assessment, respondent, str(respondent))
    if _may(request, VIEW_PERMISSION):
        assessment = Assessment.objects.filter(pk=assessment_id).first()
        if assessment is not None and key in assessment.knowledge.questions:
            name = user_name(request)
            return Participant(assessment, None, name, may_write=_may_review(request))
    raise Http404


def _may_discuss(respondent: Respondent, key: str) -> bool:
    question = respondent.assessment.knowledge.questions.get(key)
    return question is not None and (respondent.reads_all or is_asked(respondent, question))


def signing(request: HttpRequest, assessment_id: UUID) -> Respondent:
    """Return the person as whom this browser signs. Raises Http404 when it may not."""
    respondent = taking_part(request, assessment_id)
    if not may_sign(respondent):
        raise Http404
    return respondent


def may_sign(respondent: Respondent) -> bool:
    """Say whether this person signs: the owner, and those who are asked to."""
    return respondent.is_owner or respondent.may_sign


def deciding(request: HttpRequest, assessment_id: UUID) -> Decider:
    """Return who decides: somebody invited to, or staff who review. Raises Http404 otherwise."""
    respondent = respondent_here(request, assessment_id)
    if respondent is not None and respondent.may_decide:
        role = role_label(respondent.assessment.knowledge, respondent.role)
        actor = audit.actor_of(respondent)
        return Decider(respondent.assessment, str(respondent), role, actor, respondent)
    if _may_review(request):
        assessment = Assessment.objects.filter(pk=assessment_id).first()
        if assessment is not None:
            return Decider(assessment, user_name(request), "", audit.account(request.user))
    raise Http404


def editing(request: HttpRequest) -> Editor:
    """Return who uploads and publishes editions. Raises Http404 for everybody else."""
    if not _may(request, PUBLISH_PERMISSION):
        raise Http404
    return Editor(user_name(request), audit.account(request.user))


def names_assessments(request: HttpRequest) -> bool:
    """Say whether somebody who sees that suggestions change may see whose they are."""
    return _may(request, VIEW_PERMISSION)


def user_name(request: HttpRequest) -> str:
    """Return how staff who are signed in are called, as long as a name may be."""
    full = "" if request.user.is_anonymous else request.user.get_full_name()
    return (full or request.user.get_username())[:NAME_LENGTH]


def remember(request: HttpRequest, token: str) -> UUID:
    """Let this browser use a link from now on; return its assessment's key.

    Raises Http404 for an unknown, expired or withdrawn token: the same answer for all three.
    """
    link = link_of(token)
    request.session.cycle_key()
    if isinstance(link, SharedLink):
        _hold(request, SHARED_KEY, link.assessment_id, link.pk)
        return link.assessment_id
    respondent = link.respondent
    _hold(request, SESSION_KEY, respondent.assessment_id, link.pk)
    _opened_by(request, respondent)
    return respondent.assessment_id


def _hold(request: HttpRequest, key: str, assessment_id: UUID, link_pk: int) -> None:
    held: dict[str, int] = request.session.get(key, {})
    request.session[key] = {**held, str(assessment_id): link_pk}


def _opened_by(request: HttpRequest, respondent: Respondent) -> None:
    """Note that the person came, and let their account find the assessment from now on."""
    changed: dict[str, Any] = {}
    if respondent.opened_at is None:
        changed["opened_at"] = timezone.now()
    if respondent.user_id is None and request.user.is_authenticated:
        changed["user_id"] = request.user.pk
    if changed:
        Respondent.objects.filter(pk=respondent.pk).update(**changed)


def link_of(token: str) -> PrivateLink | SharedLink:
    """Return the open link with this token. Raises Http404."""
    hashed = Link.hashed(token)
    private = PrivateLink.objects.select_related("respondent__assessment")
    shared = SharedLink.objects.select_related("assessment")
    # Both are asked for in any case: how long it takes must not tell what there is.
    found = (
        private.filter(token_sha256=hashed, respondent__withdrawn_at=None).first(),
        shared.filter(token_sha256=hashed).first(),
    )
    link = found[0] or found[1]
    if link is None or not link.is_open(timezone.now()):
        raise Http404
    return link


def assessments(request: HttpRequest) -> list[Access]:
    """Return those that this browser holds links for or this account takes part in.

    Each stands there once, the last changed first; who takes part in one is no mere reader of it.
    """
    found = {link.assessment_id: Access(link.assessment, None) for link in _shared_links(request)}
    for person in [*_by_account(request), *_by_link(request)]:
        found[person.assessment_id] = Access(person.assessment, person)
    return sorted(found.values(), key=lambda each: each.assessment.updated_at, reverse=True)


def _shared_links(request: HttpRequest) -> Iterable[SharedLink]:
    held = _links(request, SHARED_KEY).values()
    links = SharedLink.objects.filter(revoked_at=None, expires_at__gt=timezone.now())
    return links.filter(pk__in=held).select_related("assessment") if held else ()


def _by_link(request: HttpRequest) -> Iterable[Respondent]:
    links = PrivateLink.objects.filter(
        pk__in=_links(request, SESSION_KEY).values(),
        revoked_at=None,
        expires_at__gt=timezone.now(),
        respondent__withdrawn_at=None,
    )
    return [link.respondent for link in links.select_related("respondent__assessment")]


def _by_account(request: HttpRequest) -> Iterable[Respondent]:
    """Return as whom an account takes part; whoever it is first of all comes last."""
    if not request.user.is_authenticated:
        return ()
    people = _standing_with(request.user)
    return people.select_related("assessment").order_by("is_owner", "-pk")


def _standing_with(user: Any) -> QuerySet[Respondent]:
    """Return as whom an account takes part: owners always, others while a link of theirs works."""
    links = PrivateLink.objects.filter(
        respondent=OuterRef("pk"), revoked_at=None, expires_at__gt=timezone.now()
    )
    return Respondent.objects.filter(Q(is_owner=True) | Exists(links), user=user, withdrawn_at=None)


def forget(request: HttpRequest, assessment_id: UUID) -> None:
    """Drop the links of an assessment that is gone."""
    for key in (SESSION_KEY, SHARED_KEY):
        held = dict(_links(request, key))
        if held.pop(str(assessment_id), None) is not None:
            request.session[key] = held


def may_read(request: HttpRequest, assessment_id: UUID | None) -> bool:
    """Say whether reading() returns this assessment; without a key there is none."""
    if assessment_id is None:
        return False
    try:
        reading(request, assessment_id)
    except Http404:
        return False
    return True


def _links(request: HttpRequest, key: str) -> dict[str, int]:
    links: dict[str, int] = request.session.get(key, {})
    return links


def respondent_here(request: HttpRequest, assessment_id: UUID) -> Respondent | None:
    """Return as whom this browser takes part: by whose link it came, else with whose account."""
    pk = _links(request, SESSION_KEY).get(str(assessment_id))
    if pk is not None:
        links = PrivateLink.objects.select_related("respondent__assessment")
        link = links.filter(pk=pk, respondent__withdrawn_at=None).first()
        if link is not None and link.is_open(timezone.now()):
            return link.respondent
    if not request.user.is_authenticated:
        return None
    return (
        _standing_with(request.user)
        .select_related("assessment")
        .filter(assessment_id=assessment_id)
        .order_by("-is_owner", "pk")
        .first()
    )


def _shared_link(request: HttpRequest, assessment_id: UUID) -> SharedLink | None:
    pk = _links(request, SHARED_KEY).get(str(assessment_id))
    if pk is None:
        return None
    link = SharedLink.objects.select_related("assessment").filter(pk=pk).first()
    return link if link is not None and link.is_open(timezone.now()) else None


def _may_review(request: HttpRequest) -> bool:
    return _may(request, VIEW_PERMISSION, REVIEW_PERMISSION)


def _may(request: HttpRequest, *permissions: str) -> bool:
    """Say whether somebody has rights of staff; then their session ends as those of staff do."""
    may = request.user.has_perms(permissions)
    if may:
        staff_sessions.limit(request)
    return may
