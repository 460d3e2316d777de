"""Who takes part: inviting, renewing and withdrawing links, and what those invited say of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessor import access, limits
from assessor.forms.people import IntroductionForm, InvitationForm, WithdrawalForm, asked_in_words
from assessor.models import Assessment, Respondent
from assessor.views.errors import already_submitted
from assessor.views.hub import Progress, progress
from assessor.views.links import (
    Cookie,
    address_of,
    person_link_just_made,
    show_once,
    token_just_made,
)
from assessor.views.methods import LOOK_AND_SEND
from assessor.workflow import audit, inviting
from assessor.workflow.drafts import AlreadySubmitted
from assessor.workflow.invitation_mail import invitation_text, send_invitation


@dataclass(frozen=True)
class Invited:
    """Somebody who was invited. ``works_until`` is None when no link of theirs works."""

    progress: Progress
    asked: str
    works_until: datetime | None


@dataclass(frozen=True)
class NewLink:
    """A link that was made a moment ago, with a text to send it with."""

    person: Respondent
    address: str
    text: str


@require_http_methods(LOOK_AND_SEND)
def people(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show who takes part, and invite more."""
    owner = access.owning(request, assessment_id)
    form = _form(owner, request.POST if request.method == "POST" else None)
    if form.is_valid():
        limits.take("INVITATIONS", owner.assessment_id)
        person, token, is_new = inviting.invite(owner, form.invitation())
        return _with_link(request, person, token, mails=is_new)
    return _people(request, owner, form, status=422 if form.is_bound else 200)


def _form(owner: Respondent, sent: QueryDict | None = None) -> InvitationForm:
    return InvitationForm(sent, knowledge=owner.assessment.knowledge, mails=settings.SENDS_MAIL)


def _people(
    request: HttpRequest, owner: Respondent, form: InvitationForm, status: int
) -> HttpResponse:
    context = {
        "assessment": owner.assessment,
        "form": form,
        "people": list(_invited(owner.assessment)),
        "new_link": _just_made(request, owner.assessment),
    }
    return render(request, "people/people.html", context, status=status)


def _has_ended(request: HttpRequest, owner: Respondent, person: Respondent) -> HttpResponse:
    """Say that an invitation was withdrawn before, perhaps in another tab."""
    messages.error(request, _("The invitation of %s has ended already.") % person)
    return _people(request, owner, _form(owner), status=409)


def _invited(assessment: Assessment) -> Iterator[Invited]:
    works_until = inviting.open_until(assessment)
    for person in assessment.people[1:]:
        yield Invited(
            progress=progress(person),
            asked=asked_in_words(assessment.knowledge, person.asked),
            works_until=works_until.get(person.pk),
        )


def _with_link(
    request: HttpRequest, person: Respondent, token: str, *, mails: bool = True
) -> HttpResponse:
    """Go back to the list, which shows the new link once; mail it where mail is set up."""
    if mails and settings.SENDS_MAIL and person.email:
        if send_invitation(person, address_of(token)):
            messages.success(request, _("The invitation was sent to %s.") % person.email)
        else:
            messages.error(request, _("The mail could not be sent. Send the link below yourself."))
    path = reverse("people", args=[person.assessment_id])
    response = redirect(path)
    show_once(response, Cookie.PEOPLE, token, path)
    return response


def _just_made(request: HttpRequest, assessment: Assessment) -> NewLink | None:
    link = person_link_just_made(request, Cookie.PEOPLE, assessment.pk)
    if link is None:
        return None
    address = address_of(token_just_made(request, Cookie.PEOPLE))
    text = invitation_text(link.respondent, address, link.expires_at)
    return NewLink(link.respondent, address, text)


@require_http_methods(LOOK_AND_SEND)
def renew(request: HttpRequest, assessment_id: UUID, person_pk: int) -> HttpResponse:
    """Ask, then make a new link for somebody who lost theirs; the old one stops working."""
    owner = access.owning(request, assessment_id)
    person = _colleague(owner, person_pk)
    if request.method != "POST":
        return _ask_about_link(request, owner, person)
    limits.take("INVITATIONS", owner.assessment_id)
    try:
        token = inviting.renew_link(person, audit.actor_of(owner))
    except inviting.InvitationEnded:
        return _has_ended(request, owner, person)
    return _with_link(request, person, token)


def _ask_about_link(request: HttpRequest, owner: Respondent, person: Respondent) -> HttpResponse:
    if person.withdrawn_at:
        return _has_ended(request, owner, person)
    context = {
        "assessment": owner.assessment,
        "person": person,
        "mailed_to": person.email if settings.SENDS_MAIL else "",
        "back": reverse("people", args=[owner.assessment_id]),
    }
    return render(request, "people/renew.html", context)


@require_http_methods(LOOK_AND_SEND)
def withdraw(request: HttpRequest, assessment_id: UUID, person_pk: int) -> HttpResponse:
    """Ask what becomes of the answers, then end the invitation."""
    owner = access.owning(request, assessment_id)
    person = _colleague(owner, person_pk)
    if person.withdrawn_at:
        return _has_ended(request, owner, person)
    form = WithdrawalForm(
        request.POST if request.method == "POST" else None,
        may_leave_out=owner.assessment.is_draft,
    )
    if form.is_valid():
        return _withdrawn(request, owner, person, keep_answers=form.keeps_answers)
    context = {"assessment": owner.assessment, "person": person, "form": form}
    return render(request, "people/withdraw.html", context, status=422 if form.is_bound else 200)


def _withdrawn(
    request: HttpRequest, owner: Respondent, person: Respondent, *, keep_answers: bool
) -> HttpResponse:
    try:
        inviting.withdraw(person, audit.actor_of(owner), keep_answers=keep_answers)
    except inviting.InvitationEnded:
        return _has_ended(request, owner, person)
    except AlreadySubmitted:
        return already_submitted(request, owner)
    messages.success(request, _("The invitation of %s has ended.") % person)
    return redirect("people", owner.assessment_id)


def _colleague(owner: Respondent, person_pk: int) -> Respondent:
    """Return somebody who was invited. Raises Http404."""
    colleagues = owner.assessment.respondents.filter(is_owner=False)
    return get_object_or_404(colleagues.select_related("assessment"), pk=person_pk)


# ---------------------------------------------------------------- those who were invited


@require_http_methods(LOOK_AND_SEND)
def introduce(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Ask somebody who was invited who they are."""
    person = access.taking_part(request, assessment_id)
    if person.is_owner:
        raise Http404
    if person.name and person.role and not person.assessment.is_draft:
        return already_submitted(request, person)
    form = IntroductionForm(
        request.POST if request.method == "POST" else None,
        person=person,
        initial={"name": person.name},
    )
    if form.is_valid():
        role = form.cleaned_data.get("role", "")
        inviting.introduce(person, form.cleaned_data["name"], role)
        return redirect("hub", assessment_id)
    context = {"assessment": person.assessment, "person": person, "form": form}
    return render(request, "people/introduce.html", context, status=422 if form.is_bound else 200)


@require_POST
def finish(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Note that somebody has answered what they wanted to."""
    person = access.answering(request, assessment_id)
    if person.is_owner:
        raise Http404
    inviting.finish(person)
    messages.success(request, _("Thank you. The owner sees that you have finished."))
    return redirect("hub", assessment_id)
