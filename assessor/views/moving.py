"""Moving a draft to the edition that is current now: what that changes, then the move."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessor import access
from assessor.models import Respondent
from assessor.views.errors import already_submitted
from assessor.workflow import moving
from assessor.workflow.drafts import AlreadySubmitted


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show the owner what changes, then move."""
    owner = access.owning(request, assessment_id)
    if request.method == "POST":
        return _moved(request, owner)
    return _page(request, owner)


def _page(request: HttpRequest, owner: Respondent, *, moved_on: bool = False) -> HttpResponse:
    assessment = owner.assessment
    edition = moving.newer(assessment)
    if edition is None:
        return redirect("hub", assessment.pk)
    context = {
        "assessment": assessment,
        "move": moving.preview(assessment, edition),
        "moved_on": moved_on,
    }
    status = 409 if moved_on else 200
    return render(request, "assessment/edition.html", context, status=status)


def _moved(request: HttpRequest, owner: Respondent) -> HttpResponse:
    version = request.POST.get("edition", "")
    try:
        assessment = moving.move(owner, version, _revision(request))
    except AlreadySubmitted:
        return already_submitted(request, owner)
    except moving.MovedOn:
        owner.assessment.refresh_from_db()
        return _page(request, owner, moved_on=True)
    messages.success(request, _("The assessment uses edition %s now.") % version)
    return redirect("hub", assessment.pk)


def _revision(request: HttpRequest) -> int:
    """Return the save that the page showed; one that cannot be is none."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
