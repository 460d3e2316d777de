"""What every list of the administration has: it can be read, and not changed."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime

NOTHING = "–"


def time_words(time: datetime | None) -> str:
    return date_format(localtime(time), "j\xa0M\xa0Y, H:i") if time else NOTHING


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Reading takes the view permission. Nothing else is open, not even to superusers."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under the plain name of what it holds."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))


class ColumnFilter(admin.SimpleListFilter):
    """By the values of one column. A value that is not among them filters nothing."""

    column: str

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = dict(self.lookup_choices)
        return queryset.filter(**{self.column: self.value()}) if self.value() in known else queryset
