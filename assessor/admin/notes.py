"""Internal notes on an assessment: what staff tell other staff, and nobody who takes part."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor import access
from assessor.forms.text import LinesField
from assessor.models import Assessment
from assessor.workflow import audit, internal_notes

READ = "assessor.view_internalnote"
WRITE = (access.VIEW_PERMISSION, READ, "assessor.add_internalnote")


class InternalNoteForm(forms.Form):
    """A note. It stays as it is once it is there."""

    text = LinesField(
        label=gettext_lazy("New internal note"),
        help_text=gettext_lazy("It stays: a note is neither changed nor deleted."),
        error_messages={"required": gettext_lazy("Write the note")},
    )
    use_required_attribute = False


class TakesNotes(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows internal notes on the page of an assessment, and takes new ones."""

    def get_urls(self) -> list[URLPattern]:
        address = path(
            "<uuid:assessment_id>/note/",
            self.admin_site.admin_view(self.note),
            name="assessor_assessment_note",
        )
        return [address, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        assessment: Assessment = context["original"]
        may_read = request.user.has_perm(READ)
        context |= {
            "may_read_notes": may_read,
            "internal_notes": list(assessment.internal_notes.all()) if may_read else [],
            "note_form": InternalNoteForm() if request.user.has_perms(WRITE) else None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def note(self, request: HttpRequest, assessment_id: UUID) -> HttpResponse:
        """Store a note; what cannot be stored comes back."""
        if not request.user.has_perms(WRITE):
            raise PermissionDenied
        assessment = get_object_or_404(Assessment, pk=assessment_id)
        form = InternalNoteForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._ask_for_note(request, assessment, form)
        author, actor = access.user_name(request), audit.account(request.user)
        internal_notes.write(assessment, author, actor, form.cleaned_data["text"])
        page = reverse("admin:assessor_assessment_change", args=[assessment_id])
        return redirect(f"{page}#internal-notes")

    def _ask_for_note(
        self, request: HttpRequest, assessment: Assessment, form: InternalNoteForm
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Internal note"),
            "opts": self.opts,
            "assessment": assessment,
            "note_form": form,
        }
        template = "admin/assessor/assessment/note.html"
        return render(request, template, context, status=422 if form.is_bound else 200)
