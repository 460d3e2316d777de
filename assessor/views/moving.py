"""Moving a draft to the edition that is current now: what that changes, then the move."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessor import access
from assessor.forms.people import asked_in_words
from assessor.models import Respondent
from assessor.views.errors import already_submitted
from assessor.views.methods import LOOK_AND_SEND
from assessor.workflow import moving
from assessor.workflow.drafts import AlreadySubmitted


@dataclass(frozen=True)
class Unasked:
    """Somebody of whom nothing is asked after the move, and what is asked of them before it."""

    person: Respondent
    before: str
    after: str


@require_http_methods(LOOK_AND_SEND)
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
    shown = moving.preview(assessment, edition)
    context = {
        "assessment": assessment,
        "move": shown,
        "unasked": list(_unasked(shown)),
        "moved_on": moved_on,
    }
    status = 409 if moved_on else 200
    return render(request, "assessment/edition.html", context, status=status)


def _unasked(move: moving.Move) -> Iterator[Unasked]:
    after = asked_in_words(move.edition.knowledge, Respondent.NONE)
    for person in move.unasked:
        yield Unasked(person, asked_in_words(move.assessment.knowledge, person.asked), after)


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
