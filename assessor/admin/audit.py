"""The audit log in the administration: read, searched, and exported as a table."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from assessor import limits
from assessor.admin.lists import ColumnFilter, ReadOnlyAdmin, time_words
from assessor.models import AuditEntry, AuditQuerySet
from assessor.report.tables import csv_lines
from assessor.views import trail
from assessor.views.files import to_keep
from assessor.workflow import audit

PERMISSION = "assessor.view_auditentry"
COLUMNS = ("at", "event", "actor", "subject", "origin", "previous", "sha256")
"""Names for programs: they are not translated."""

ASSESSMENT = "assessment"


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

    list_display = ["when", "what", "actor", "which", "origin"]
    list_display_links = None
    list_filter = [EventFilter]
    search_fields = ["subject", "actor", "origin"]
    search_help_text = gettext_lazy(
        "The key of an assessment; or who did it, to what, or from which network, as written below"
    )
    date_hierarchy = "at"
    fields = ["when", "what", "actor", "which", "origin", "previous", "sha256"]

    @admin.display(description=gettext_lazy("when"), ordering="at")
    def when(self, entry: AuditEntry) -> str:
        return time_words(entry.at)

    @admin.display(description=gettext_lazy("event"), ordering="event")
    def what(self, entry: AuditEntry) -> str:
        return audit.words(entry.event)

    @admin.display(description=gettext_lazy("object"), ordering="subject")
    def which(self, entry: AuditEntry) -> str | SafeString:
        """Link to the assessment, which may be gone by now."""
        kind, _space, key = entry.subject.partition(" ")
        if kind != ASSESSMENT:
            return entry.subject
        address = reverse("admin:assessor_assessment_change", args=[key.partition(" ")[0]])
        return format_html('<a href="{}">{}</a>', address, entry.subject)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find an assessment by its key, and what is written as it stands there, by an index."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.about(UUID(term)), False
        except ValueError:
            return queryset.filter(Q(actor=term) | Q(subject=term) | Q(origin=term)), False

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(require_safe(self.export))
        address = path("export/", export, name="assessor_auditentry_export")
        return [address, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer what the list shows as a table."""
        address = reverse("admin:assessor_auditentry_export", query=request.GET)
        return super().changelist_view(request, {"export": address} | (extra_context or {}))

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """Send the entries that the same address shows as a list, and note that they were sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            entries = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect("admin:assessor_auditentry_changelist")
        limits.take("EXPORTS", audit.account(request.user))
        if request.method == "GET":
            audit.record("log.exported", audit.account(request.user), of="log")
        response = StreamingHttpResponse(written(entries), content_type="text/csv; charset=utf-8")
        return to_keep(response, f"assessor-audit-log-{timezone.now():%Y-%m-%d}.csv")


def written(entries: AuditQuerySet) -> Iterator[bytes]:
    """Yield the entries as CSV, line by line."""
    return csv_lines(COLUMNS, map(_cells, entries.iterator(chunk_size=audit.CHUNK)))


def _cells(entry: AuditEntry) -> list[str]:
    content = entry.content() | {"sha256": entry.sha256}
    return [content[column] for column in COLUMNS]


class HasLog(admin.ModelAdmin):  # type: ignore[type-arg]
    """Leads from an assessment to what was done to it, and notes who looked at it."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        trail.viewed(request, "assessment.viewed", context["original"])
        if request.user.has_perm(PERMISSION):
            query = {"q": str(context["original"].pk)}
            log = reverse("admin:assessor_auditentry_changelist", query=query)
            context.setdefault("tools", []).append((_("Audit log"), log))
        return super().render_change_form(request, context, *args, **kwargs)
