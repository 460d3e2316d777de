"""Links that show the result to people who take no part."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessor import access, limits
from assessor.forms.people import ShareForm
from assessor.models import Respondent, SharedLink
from assessor.views.links import (
    Cookie,
    address_of,
    shared_link_just_made,
    show_once,
    token_just_made,
)
from assessor.views.methods import LOOK_AND_SEND
from assessor.workflow import inviting


@require_http_methods(LOOK_AND_SEND)
def share(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show the links to the result, and make more once there is a result."""
    owner = access.owning(request, assessment_id)
    form = ShareForm(request.POST if request.method == "POST" else None)
    if form.is_bound and not _has_result(owner):
        return _page(request, owner, ShareForm(), status=409)
    if form.is_valid():
        return _with_link(request, owner, form)
    return _page(request, owner, form, status=422 if form.is_bound else 200)


def _has_result(owner: Respondent) -> bool:
    return owner.assessment.reports.exists()


def _page(request: HttpRequest, owner: Respondent, form: ShareForm, status: int) -> HttpResponse:
    assessment = owner.assessment
    context = {
        "assessment": assessment,
        "form": form,
        "has_result": _has_result(owner),
        "links": list(assessment.shared_links.all()),
        "new_link": shared_link_just_made(request, assessment.pk),
        "new_address": address_of(token_just_made(request, Cookie.SHARE)),
        "now": timezone.now(),
    }
    return render(request, "sharing/share.html", context, status=status)


def _with_link(request: HttpRequest, owner: Respondent, form: ShareForm) -> HttpResponse:
    """Go back to the list, which shows the new link once."""
    limits.take("INVITATIONS", owner.assessment_id)
    token = inviting.share(owner, **form.cleaned_data)
    path = reverse("share", args=[owner.assessment_id])
    response = redirect(path)
    show_once(response, Cookie.SHARE, token, path)
    return response


@require_http_methods(LOOK_AND_SEND)
def stop_sharing(request: HttpRequest, assessment_id: UUID, link_pk: int) -> HttpResponse:
    """Ask, then withdraw a link. One that was withdrawn before stays so."""
    owner = access.owning(request, assessment_id)
    link = get_object_or_404(owner.assessment.shared_links, pk=link_pk)
    if request.method != "POST":
        return _ask(request, owner, link)
    inviting.stop_sharing(owner, link)
    messages.success(request, _("The link for %s does not work any more.") % link)
    return redirect("share", assessment_id)


def _ask(request: HttpRequest, owner: Respondent, link: SharedLink) -> HttpResponse:
    if link.revoked_at:
        return redirect("share", owner.assessment_id)
    back = reverse("share", args=[owner.assessment_id])
    context = {"assessment": owner.assessment, "link": link, "back": back}
    return render(request, "sharing/withdraw.html", context)
