"""The administration: everything about assessments can be read, and nothing in them changed.

Administrators replace lost links and delete for good; each has a page of its own that asks first.
"""

from typing import Any, Protocol

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

import assessor.admin.accounts
import assessor.admin.assessments
import assessor.admin.audit
import assessor.admin.background  # takes pages away
import assessor.admin.devices  # takes pages away
import assessor.admin.people
import assessor.admin.reports  # noqa: F401  each registers its lists
from assessor.access import PUBLISH_PERMISSION, VIEW_PERMISSION
from assessor.admin.lists import ReadOnlyAdmin, time_words
from assessor.models import Assessment, Edition

SHORT_HASH = 12

admin.site.site_header = gettext_lazy("Assessor")
admin.site.site_title = gettext_lazy("Assessor administration")
admin.site.index_title = gettext_lazy("Administration")
# The lists are at home on the index; the columns of the longest need the room.
admin.site.enable_nav_sidebar = False


class CountedEdition(Protocol):
    """An edition with the number of its assessments."""

    version: str
    assessment_count: int


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    """The editions of the knowledge base that assessments are pinned to."""

    list_display = ["version", "short_sha256", "loaded"]
    fields = ["version", "sha256", "loaded"]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_display(request), *_allowed(request)]

    def get_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[Any]:
        return [*super().get_fields(request, obj), *_allowed(request)]

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[Any]:
        return self.get_fields(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        """Count the assessments."""
        editions: QuerySet[Edition] = super().get_queryset(request)
        # Counted apart: together, the rows would be grouped by their documents.
        pinned = Assessment.objects.filter(edition=OuterRef("pk")).order_by().values("edition")
        count = Subquery(pinned.annotate(count=Count("pk")).values("count"))
        return editions.annotate(assessment_count=Coalesce(count, 0))

    @admin.display(description=gettext_lazy("SHA-256"), ordering="sha256")
    def short_sha256(self, edition: Edition) -> str:
        return edition.sha256[:SHORT_HASH]

    @admin.display(description=gettext_lazy("published"), ordering="loaded_at")
    def loaded(self, edition: Edition) -> str:
        return time_words(edition.loaded_at)

    @admin.display(description=gettext_lazy("assessments"), ordering="assessment_count")
    def pinned(self, edition: CountedEdition) -> SafeString:
        """Link to the assessments that use the edition."""
        count = edition.assessment_count
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:assessor_assessment_changelist", query={"edition": edition.version}),
            ngettext("%d assessment", "%d assessments", count) % count,
        )

    @admin.display(description=gettext_lazy("content"))
    def content(self, edition: Edition) -> SafeString:
        """Link to what it says: for those who own the content."""
        words = _("Differences and downloads")
        return format_html('<a href="{}">{}</a>', reverse("edition", args=[edition.pk]), words)


def _allowed(request: HttpRequest) -> list[str]:
    """Return the columns whose links lead somewhere for this person."""
    columns = {"pinned": VIEW_PERMISSION, "content": PUBLISH_PERMISSION}
    return [name for name, needed in columns.items() if request.user.has_perm(needed)]
