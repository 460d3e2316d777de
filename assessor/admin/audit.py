"""The audit log in the administration."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.admin.lists import ColumnFilter, ReadOnlyAdmin, time_words
from assessor.models import AuditEntry
from assessor.workflow import audit

PERMISSION = "assessor.view_auditentry"


class EventFilter(ColumnFilter):
    """By what was done."""

    title = gettext_lazy("event")
    parameter_name = "event"
    column = "event"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(event, audit.words(event)) for event in audit.EVENTS]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, and when: the latest first."""

    list_display = ["when", "what", "actor", "which"]
    list_display_links = None
    list_filter = [EventFilter]
    search_fields = ["subject", "actor"]
    search_help_text = gettext_lazy("The key of an assessment, or who did it, such as “owner”")
    date_hierarchy = "at"
    fields = ["when", "what", "actor", "which"]

    @admin.display(description=gettext_lazy("when"), ordering="at")
    def when(self, entry: AuditEntry) -> str:
        return time_words(entry.at)

    @admin.display(description=gettext_lazy("event"), ordering="event")
    def what(self, entry: AuditEntry) -> str:
        return audit.words(entry.event)

    @admin.display(description=gettext_lazy("object"), ordering="subject")
    def which(self, entry: AuditEntry) -> SafeString:
        """Link to the assessment, which may be gone by now."""
        key = entry.subject.split()[1]
        address = reverse("admin:assessor_assessment_change", args=[key])
        return format_html('<a href="{}">{}</a>', address, entry.subject)


class HasLog(admin.ModelAdmin):  # type: ignore[type-arg]
    """Leads from an assessment to what was done to it."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if request.user.has_perm(PERMISSION):
            query = {"q": str(context["original"].pk)}
            log = reverse("admin:assessor_auditentry_changelist", query=query)
            context.setdefault("tools", []).append((_("Audit log"), log))
        return super().render_change_form(request, context, *args, **kwargs)
