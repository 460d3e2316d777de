"""Deleting an assessment for good in the administration, an approved one too."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from assessor.access import VIEW_PERMISSION
from assessor.models import Assessment
from assessor.views import erasing
from assessor.views.erasing import ErasureForm
from assessor.workflow import audit

PERMISSIONS = (VIEW_PERMISSION, "assessor.delete_assessment")


class Erases(admin.ModelAdmin):  # type: ignore[type-arg]
    """Asks before it deletes."""

    def get_urls(self) -> list[URLPattern]:
        address = path(
            "<uuid:assessment_id>/erase/",
            self.admin_site.admin_view(self.erase),
            name="assessor_assessment_erase",
        )
        return [address, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if request.user.has_perms(PERMISSIONS):
            address = reverse("admin:assessor_assessment_erase", args=[context["original"].pk])
            context.setdefault("tools", []).append((_("Delete for good"), address))
        return super().render_change_form(request, context, *args, **kwargs)

    def erase(self, request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        """Say what is deleted and what stays, then delete it."""
        if not request.user.has_perms(PERMISSIONS):
            raise PermissionDenied
        assessment = get_object_or_404(Assessment, pk=assessment_id)
        form = ErasureForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            erasing.erase(assessment, audit.account(request.user), even_approved=True)
            self.message_user(request, erasing.deleted_words(assessment))
            return redirect("admin:assessor_assessment_changelist")
        return self._ask_about_erasing(request, assessment, form)

    def _ask_about_erasing(
        self, request: HttpRequest, assessment: Assessment, form: ErasureForm
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Delete for good"),
            "opts": self.opts,
            "assessment": assessment,
            "is_approved": erasing.is_approved(assessment),
            "form": form,
            **erasing.extent(assessment),
        }
        template = "admin/assessor/assessment/erase.html"
        return render(request, template, context, status=422 if form.is_bound else 200)
