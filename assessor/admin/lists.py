"""What every list of the administration has: it can be read, and not changed, however long it is.

Django's own lists count all there is and go through all of it for the dates above a list. These
count up to a limit, and go through what an index gives them.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet, TextChoices
from django.forms import CharField, Media
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.finding.wanted import LONGEST_SEARCH
from assessor.finding.words import NOTHING

MOST = 10_000
"""Rows are counted, and can be paged through, up to here."""

MOST_FOUND = 500
"""And those that are looked for up to here: to count them is to find each."""

TOO_LONG = gettext_lazy(
    "Search for less: %(limit_value)d characters at most. Nothing was looked for yet."
)

BOX = '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">'

SCRIPTS = Media(js=["admin/js/core.js", "admin/js/actions.js"])
"""All that is needed where nothing is edited: Django's other scripts weigh 85 KB."""

Link = dict[str, str]


def time_words(time: datetime | None) -> str:
    return date_format(localtime(time), "j\xa0M\xa0Y, H:i") if time else NOTHING


def day_words(day: date | datetime | None) -> str:
    if isinstance(day, datetime):
        day = localtime(day)
    return date_format(day, "j\xa0M\xa0Y") if day else NOTHING


class QuickPaginator(Paginator):  # type: ignore[type-arg]
    """Counts up to ``most``. ``is_more``: there are more rows, which it does not reach.

    Few rows are found first, and then sorted; of more, the sorted ones are gone through.
    """

    def __init__(self, found: QuerySet[Any], every: QuerySet[Any], per_page: int, most: int):
        few = list(found.order_by().values_list("pk", flat=True)[: MOST_FOUND + 1])
        if len(few) <= MOST_FOUND:
            super().__init__(every.filter(pk__in=few).order_by(*found.query.order_by), per_page)
            self._counted = len(few)
        else:
            super().__init__(found, per_page)
            is_counted = most <= MOST_FOUND
            self._counted = len(few) if is_counted else found.order_by()[: most + 1].count()
        self.is_more = self._counted > most
        self._most = most

    @property
    def count(self) -> int:
        return min(self._counted, self._most)


class Search(ChangeListSearchForm):
    """What to search for: as much as databases can look for at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[SEARCH_VAR] = CharField(
            required=False,
            strip=False,
            max_length=LONGEST_SEARCH,
            error_messages={"max_length": TOO_LONG},
        )


class SearchedList(ChangeList):
    """A list that says when it is searched for too much, or for what makes no sense."""

    search_form_class = Search

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        """Return what the address asks for. Raises IncorrectLookupParameters.

        It is asked for what makes no sense: years with no next one, text that no database takes.
        """
        if any("\0" in value for values in self.get_filters_params().values() for value in values):
            raise IncorrectLookupParameters
        try:
            return super().get_queryset(request, *args, **kwargs)
        except (OverflowError, ValueError) as error:
            raise IncorrectLookupParameters(error) from error

    def get_results(self, request: HttpRequest) -> None:
        """Ask the database. Raises IncorrectLookupParameters.

        Only now a time becomes one elsewhere, where the first of all years may not have begun.
        """
        try:
            super().get_results(request)
        except OverflowError as error:
            raise IncorrectLookupParameters(error) from error


class QuickList(SearchedList):
    """A list with links to years, months and days that are not gone through to make them."""

    paginator: QuickPaginator

    def get_results(self, request: HttpRequest) -> None:
        """Take the rows as the paginator found them, where they all stand on one page."""
        super().get_results(request)
        if not self.multi_page or (self.show_all and self.can_show_all):
            self.result_list = self.paginator.object_list[: self.result_count]
        # What of the address is kept to come back to it is the same in every row: Django would
        # ask which view each row leads to before it adds it.
        self._way_back, self.preserved_filters = self.preserved_filters, ""

    def url_for_result(self, result: Model) -> str:
        """Return the address of a row, from which the way leads back to the same list."""
        address = super().url_for_result(result)
        return f"{address}?{self._way_back}" if self._way_back else address

    @property
    def dates(self) -> dict[str, Any]:
        """Return the links to the next smaller time there may be rows of, and back."""
        column = self.date_hierarchy
        times = self.root_queryset.exclude(**{column: None}).values_list(column, flat=True)
        # Each is one look into an index; the least and the greatest in one query are not.
        first, last = times.order_by(column).first(), times.order_by(f"-{column}").first()
        if first is None or last is None:
            return {}
        return self._dates(localtime(first).date(), localtime(last).date())

    def _dates(self, first: date, last: date) -> dict[str, Any]:
        chosen = self._chosen("year")
        year = chosen or (first.year if first.year == last.year else 0)
        month, day = (self._chosen("month"), self._chosen("day")) if chosen else (0, 0)
        if not year:
            years = range(first.year, last.year + 1)
            return {"choices": [self._to(date(year, 1, 1), "year") for year in years]}
        if not month:
            starts = [date(year, month, 1) for month in range(1, 13)]
            months = [self._to(start, "month") for start in starts if _overlaps(start, first, last)]
            back = self._back(_("All dates")) if chosen else None
            return {"back": back, "choices": months}
        if not day:
            days = [self._to(day, "day") for day in _days(year, month) if first <= day <= last]
            return {"back": self._to(date(year, 1, 1), "year"), "choices": days}
        start = date(year, month, day)
        return {"back": self._to(start, "month"), "choices": [{"title": _title(start, "day")}]}

    def _chosen(self, part: str) -> int:
        return int(self.params.get(f"{self.date_hierarchy}__{part}") or 0)

    def _to(self, start: date, part: str) -> Link:
        parts = {"year": start.year, "month": start.month, "day": start.day}
        kept = list(parts)[: list(parts).index(part) + 1]
        query = {f"{self.date_hierarchy}__{name}": parts[name] for name in kept}
        link = self.get_query_string(query, [f"{self.date_hierarchy}__"])
        return {"link": link, "title": _title(start, part)}

    def _back(self, title: str) -> Link:
        return {"link": self.get_query_string({}, [f"{self.date_hierarchy}__"]), "title": title}


def _title(start: date, part: str) -> str:
    if part == "year":
        return str(start.year)
    shown = "YEAR_MONTH_FORMAT" if part == "month" else "MONTH_DAY_FORMAT"
    return capfirst(date_format(start, shown))


def _overlaps(month: date, first: date, last: date) -> bool:
    return first.replace(day=1) <= month <= last


def _days(year: int, month: int) -> Iterator[date]:
    day = date(year, month, 1)
    while day.month == month:
        yield day
        day += timedelta(days=1)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Reading takes the view permission. Nothing else is open, not even to superusers."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @property
    def media(self) -> Media:
        return SCRIPTS

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return QuickList

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        per_page: int,
        *args: Any,
        **kwargs: Any,
    ) -> Paginator:  # type: ignore[type-arg]
        """Count less far where something is looked for."""
        if queryset.model is not self.model:  # Django's page of changes has rows of another table.
            return super().get_paginator(request, queryset, per_page, *args, **kwargs)
        most = MOST_FOUND if queryset.query.where else MOST
        return QuickPaginator(queryset, self.get_queryset(request), per_page, most)

    def action_checkbox(self, obj: Model) -> SafeString:
        """Return the box to tick: a template for each takes a third of the time of a row."""
        label = format_html(_("Select this object for an action - {}"), str(obj))
        return format_html(BOX, ACTION_CHECKBOX_NAME, obj.pk, label)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under the plain name of what it holds."""
        shown = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, shown | (extra_context or {}))


class ColumnFilter(admin.SimpleListFilter):
    """By the values of one column. A value that is not among them filters nothing."""

    column: str

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = dict(self.lookup_choices)
        return queryset.filter(**{self.column: self.value()}) if self.value() in known else queryset


class ChoiceFilter(ColumnFilter):
    """By a column that holds one of few choices."""

    choices_of: type[TextChoices]

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(choice.value, str(choice.label)) for choice in self.choices_of]
