"""What people see when something cannot be done: what happened, what to do, nothing lost."""

import sys

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from assessor.models import Assessment, Respondent
from assessor.observation import request_id
from assessor.sent import (
    ANTI_FORGERY,
    fields,
    is_from_here,
    page_before,
    sent_again,
    short_texts,
    texts,
    typed,
)
from assessor.storage.trouble import is_trouble
from assessor.views.unavailable import unavailable
from assessor.workflow.drafts import NotTaken, Overtaken, Withdrawn

OVERTAKEN: dict[type[Overtaken], str] = {
    NotTaken: "errors/not_taken.html",
    Withdrawn: "errors/withdrawn.html",
}
"""The page that says what happened."""


def failure(request: HttpRequest) -> HttpResponse:
    """Answer what nobody caught: wherever the storage failed, what was sent is kept.

    Django calls this while it handles the failure, also one of a middleware after the view.
    """
    if is_trouble(sys.exception()):
        return unavailable(request)
    page = render_to_string("500.html", {"request_id": request_id.current.get()})
    return HttpResponseServerError(page)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a page was open too long, or came from elsewhere, and keep what was sent.

    Another site may have sent it. A button to send it again is there only where the browser
    vouches that a page of ours did; else it is text to copy, which nothing can send by itself.
    Where nothing was typed there is nothing to keep, and no step to take by the way.
    """
    kept = fields(request)
    again = sent_again(request) if typed(kept) and is_from_here(request) else []
    context = {
        "sent": [(name, value) for name, value in again if name != ANTI_FORGERY],
        "is_shown": bool(texts(kept) or short_texts(kept)),
        "back": page_before(request),
    }
    response = render(request, "403_csrf.html", context, status=403)
    response["Referrer-Policy"] = "strict-origin"  # The address may be a private link.
    return response


def bad_page(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """Say that a page came back without the fields it fills in itself."""
    return render(request, "errors/bad_page.html", {"assessment": assessment}, status=400)


def overtaken(request: HttpRequest, problem: Overtaken) -> HttpResponse:
    """Say why something came too late, and keep what was sent."""
    parts = request.resolver_match.kwargs if request.resolver_match else {}
    context = {"assessment_id": parts.get("assessment_id")}
    return render(request, OVERTAKEN[type(problem)], context, status=409)


def already_submitted(request: HttpRequest, person: Respondent) -> HttpResponse:
    """Lead someone who only looks on; tell someone who saves why that is too late.

    Those who do not see the result are led to their own part.
    """
    onward = "result" if person.reads_all else "hub"
    if request.method in {"GET", "HEAD"}:
        return redirect(onward, person.assessment_id)
    context = {"assessment": person.assessment, "person": person, "onward": onward}
    return render(request, "errors/already_submitted.html", context, status=409)
