"""Deleting an assessment for good."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from assessor import access
from assessor.models import Assessment, Respondent
from assessor.report import kept_files
from assessor.views.methods import LOOK_AND_SEND
from assessor.workflow import audit, erasing


class ErasureForm(forms.Form):
    """That somebody knows what they do."""

    understood = forms.BooleanField(
        label=gettext_lazy("I understand that this cannot be undone"),
        error_messages={"required": gettext_lazy("Confirm that this cannot be undone")},
    )
    use_required_attribute = False


@require_http_methods(LOOK_AND_SEND)
def delete(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Say what is deleted and what stays, then delete it."""
    owner = access.owning(request, assessment_id)
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if form.is_bound and is_approved(owner.assessment):
        return _page(request, owner, ErasureForm(), status=409)
    if form.is_valid():
        return _deleted(request, owner)
    return _page(request, owner, form, status=422 if form.is_bound else 200)


def is_approved(assessment: Assessment) -> bool:
    return assessment.status == Assessment.Status.APPROVED


def _page(request: HttpRequest, owner: Respondent, form: ErasureForm, status: int) -> HttpResponse:
    assessment = owner.assessment
    context = {
        "assessment": assessment,
        "form": form,
        "is_approved": is_approved(assessment),
        **extent(assessment),
    }
    return render(request, "erasing/delete.html", context, status=status)


def extent(assessment: Assessment) -> dict[str, int]:
    """Return how much there is to delete."""
    answers = assessment.answers.filter(value__isnull=False)
    return {
        "answering": answers.values("respondent").distinct().count(),
        "reports": assessment.reports.count(),
    }


def _deleted(request: HttpRequest, owner: Respondent) -> HttpResponse:
    assessment = owner.assessment
    try:
        erase(assessment, audit.actor_of(owner))
    except erasing.Approved:
        assessment.refresh_from_db(fields=["status"])
        return _page(request, owner, ErasureForm(), status=409)
    access.forget(request, assessment.pk)
    messages.success(request, deleted_words(assessment))
    return redirect("assessments")


def erase(assessment: Assessment, actor: str, *, even_approved: bool = False) -> None:
    """Delete an assessment, and its PDFs from the disk of this machine.

    Raises erasing.Approved, and Http404 where somebody else was faster.
    """
    for sha256 in erasing.erase(assessment, actor, even_approved=even_approved):
        kept_files.forget(sha256)


def deleted_words(assessment: Assessment) -> str:
    return _("“%s” was deleted.") % assessment
