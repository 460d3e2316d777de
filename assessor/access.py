"""The one place that fetches an assessment *and* decides who may see or change it.

Without accounts, a browser holds links: the session remembers which private links it has opened,
never an answer. A link that is revoked or has expired ends access with the next request.
"""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone

from assessor.models import Assessment, PrivateLink, Respondent

SESSION_KEY = "links"
VIEW_PERMISSION = "assessor.view_assessment"


@dataclass(frozen=True)
class Access:
    """An assessment someone may read; ``respondent`` is None for staff, who only read."""

    assessment: Assessment
    respondent: Respondent | None

    @property
    def may_edit(self) -> bool:
        return self.respondent is not None


def reading(request: HttpRequest, assessment_id: UUID) -> Access:
    """Return the assessment if this browser, or a member of staff, may read it.

    Raises Http404 otherwise: whether it exists is nobody else's business.
    """
    link = _open_link(request, assessment_id)
    if link is not None:
        return Access(link.respondent.assessment, link.respondent)
    if request.user.has_perm(VIEW_PERMISSION):
        assessment = Assessment.objects.filter(pk=assessment_id).first()
        if assessment is not None:
            return Access(assessment, None)
    raise Http404


def answering(request: HttpRequest, assessment_id: UUID) -> Respondent:
    """Return the respondent this browser answers as. Raises Http404 when it may not answer."""
    link = _open_link(request, assessment_id)
    if link is None:
        raise Http404
    return link.respondent


def remember(request: HttpRequest, token: str) -> Respondent:
    """Let this browser use a private link from now on; return its respondent.

    Raises Http404 for an unknown, expired or revoked token: the same answer for all three.
    """
    link = link_of(token)
    request.session.cycle_key()
    assessment_id = str(link.respondent.assessment_id)
    request.session[SESSION_KEY] = {**_links(request), assessment_id: link.pk}
    return link.respondent


def link_of(token: str) -> PrivateLink:
    """Return the open link with this token. Raises Http404."""
    link = (
        PrivateLink.objects.select_related("respondent__assessment")
        .filter(token_sha256=PrivateLink.hashed(token))
        .first()
    )
    if link is None or not link.is_open(timezone.now()):
        raise Http404
    return link


def assessments(request: HttpRequest) -> list[Assessment]:
    """Return the assessments whose private links this browser holds, the last saved first."""
    return list(
        Assessment.objects.filter(
            respondents__links__pk__in=_links(request).values(),
            respondents__links__revoked_at=None,
            respondents__links__expires_at__gt=timezone.now(),
        ).distinct()
    )


def has_opened(request: HttpRequest, assessment_id: UUID | None) -> bool:
    """Say whether this browser has opened a private link of it; by now the link may have ended."""
    return str(assessment_id) in _links(request)


def _links(request: HttpRequest) -> dict[str, int]:
    links: dict[str, int] = request.session.get(SESSION_KEY, {})
    return links


def _open_link(request: HttpRequest, assessment_id: UUID) -> PrivateLink | None:
    pk = _links(request).get(str(assessment_id))
    if pk is None:
        return None
    link = PrivateLink.objects.select_related("respondent__assessment").filter(pk=pk).first()
    return link if link is not None and link.is_open(timezone.now()) else None
