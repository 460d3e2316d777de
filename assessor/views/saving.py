"""Saving while somebody types: never the only way to save."""

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from assessor import access
from assessor.forms.page import PageForm, seen_text
from assessor.viewpoint import Viewpoint
from assessor.workflow import drafts


@require_POST
def autosave(request: HttpRequest, assessment_id: UUID, step: str) -> HttpResponse:
    """Save what is valid on a page.

    Answers with what the page has seen now, which of its questions are asked now, and in a header
    whether all that was sent is saved.
    """
    respondent = access.answering(request, assessment_id)
    viewpoint = Viewpoint(respondent)
    page = viewpoint.pages.get(step)
    if page is None:
        raise Http404
    form = PageForm(
        request.POST,
        page=page,
        knowledge=respondent.assessment.knowledge,
        counting=viewpoint.counting,
        partial=True,
    )
    form.full_clean()
    if form.is_tampered:
        return HttpResponse(status=400)
    try:
        seen = drafts.save(respondent, form.as_save(automatic=True), viewpoint.mine)
    except drafts.ImpossibleRevision:
        return HttpResponse(status=400)
    except drafts.Refused:
        return HttpResponse(status=409)
    response = render(request, "wizard/_autosaved.html", {"seen": seen_text(seen)})
    response["Save-State"] = "partly" if form.errors else "saved"
    shown = form.shown(form.answers())
    response["HX-Trigger"] = json.dumps(
        {"questionVisibility": {key: key in shown for key in form.questions}}
    )
    return response
