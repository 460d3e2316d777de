"""The list of assessments: what is looked for stands in its address, and above it in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ERROR_FLAG, ORDER_VAR, PAGE_VAR
from django.db.models import QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.admin.lists import QuickList, ReadOnlyAdmin, time_words
from assessor.finding.wanted import EQUAL, Outcome, Wanted
from assessor.models import Assessment
from assessor.views import trail

OF_THE_PAGE = (PAGE_VAR, ERROR_FLAG)
"""Parameters that do not outlive a change of what is looked for."""

TELLING = {"answer", "control"}
"""Parameters that make the list one of those who gave an answer."""

DATES = {"year": "Y", "month": "F\xa0Y", "day": "j\xa0F\xa0Y"}
"""How to write what was chosen above the list, down to the smallest part."""

COMPARED: dict[str, Promise] = {
    "gte": gettext_lazy("from"),
    "gt": gettext_lazy("after"),
    "lte": gettext_lazy("up to"),
    "lt": gettext_lazy("before"),
}


COLUMNS = {
    f"{column}{lookup}": name
    for name, column in EQUAL.items()
    for lookup in ("", "__exact")
    if f"{column}{lookup}" != name
}
"""What the form calls the columns that other pages compare by Django's own parameters."""

OTHERWISE = "chose_otherwise__exact"
OUTCOMES = {"1": Outcome.OTHERWISE.value, "0": Outcome.FOLLOWED.value}


@dataclass(frozen=True)
class Chip:
    """Something looked for in words, and the address of the list without it."""

    label: str
    words: str
    without: str


class FoundList(QuickList):
    """What a form in the address looks for, in the order in which it is found soonest."""

    wanted: Wanted

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """Leave to the form what the form looks for."""
        given = super().get_filters_params(params)
        of_the_form = {*Wanted.base_fields, *COLUMNS, OTHERWISE}
        return {name: value for name, value in given.items() if name not in of_the_form}

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: Any = None
    ) -> QuerySet[Assessment]:
        self._address = in_words_of_the_form(request.GET)
        self.wanted = Wanted(self._address)
        return self.wanted.found(super().get_queryset(request, exclude_parameters))

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        if ORDER_VAR in self.params:
            return super().get_ordering(request, queryset)
        by_columns = bool(self.get_filters_params())
        return [*(["-submitted_at"] if by_columns else self.wanted.ordering), "-pk"]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return what the form does not ask for, and has to send along."""
        others = self._address.keys() - Wanted.base_fields.keys() - {*OF_THE_PAGE}
        return [(name, str(self._address[name])) for name in sorted(others)]

    # ------------------------------------------------------------ in words

    @property
    def chips(self) -> list[Chip]:
        """Return all that is looked for, by Django's own parameters too."""
        return [*self._of_the_form(), *self._of_the_dates(), *self._of_columns()]

    def _of_the_form(self) -> Iterator[Chip]:
        for each in self.wanted.active():
            yield Chip(each.label, each.words, self._without(each.name, value=each.value))

    def _of_the_dates(self) -> Iterator[Chip]:
        names = [f"{self.date_hierarchy}{LOOKUP_SEP}{part}" for part in DATES]
        given = [int(self.params[name]) for name in takewhile(self.params.__contains__, names)]
        if given:
            day = date(*given, *[1] * (len(DATES) - len(given)))
            shown = date_format(day, list(DATES.values())[len(given) - 1])
            yield Chip(_("Submitted"), shown, self._without(*names))

    def _of_columns(self) -> Iterator[Chip]:
        for name, values in self.get_filters_params().items():
            if not name.startswith(f"{self.date_hierarchy}{LOOKUP_SEP}") or name.endswith(
                tuple(COMPARED)
            ):
                yield Chip(_column(name), _value(values[-1]), self._without(name))

    def _without(self, *names: str, value: str = "") -> str:
        """Return the address without these parameters; of one that is repeated, without a value."""
        query = self._address.copy()
        others = [each for each in query.getlist(names[0]) if each != value] if value else []
        for name in (*names, *OF_THE_PAGE):
            query.pop(name, None)
        if len(others) < len(self._address.getlist(names[0])):
            query.setlist(names[0], others)
        return f"?{query.urlencode()}"


def in_words_of_the_form(query: QueryDict) -> QueryDict:
    """Return an address with the parameters of the form in place of those of columns."""
    renamed = query.copy()
    for name, in_form in COLUMNS.items():
        if name in renamed:
            renamed.setlist(in_form, renamed.pop(name))
    if query.get(OTHERWISE) in OUTCOMES:
        renamed["outcome"] = OUTCOMES[renamed.pop(OTHERWISE)[0]]
    return renamed


def number_of_filters(query: QueryDict) -> int:
    """Return by how much an address narrows the list down."""
    given = query.copy()
    for name in (*OF_THE_PAGE, ORDER_VAR):
        given.pop(name, None)
    return sum(bool(value) for _name, values in given.lists() for value in values)


def _column(name: str) -> str:
    """Return a comparison of a column in words, as far as there are any."""
    column, _sep, lookup = name.partition(LOOKUP_SEP)
    try:
        label = capfirst(str(label_for_field(column, Assessment)))
    except AttributeError:
        label = name
    return f"{label} {COMPARED[lookup]}" if lookup in COMPARED else label


def _value(text: str) -> str:
    try:
        time = parse_datetime(text)
    except ValueError:
        return text
    return time_words(time) if time and time.tzinfo else text


class Finds(ReadOnlyAdmin):
    """Has the list with the form."""

    search_help_text = gettext_lazy(
        "Initiative, organisation, or a respondent’s name or e-mail."
        " One or two letters are looked for where a word starts."
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[FoundList]:
        return FoundList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Leave out of the address what was left open in the form: it is there to be kept.

        Where it asks for answers, each row tells one: who looked is noted, and not for which.
        """
        if request.method == "GET" and "" in request.GET.values():
            return HttpResponseRedirect(f"?{_filled_in(request)}")
        page = super().changelist_view(request, extra_context)
        if request.GET.keys() & TELLING:
            trail.listed(request, page, "assessments by answers")
        return page


def _filled_in(request: HttpRequest) -> str:
    query = request.GET.copy()
    for name, values in request.GET.lists():
        query.setlist(name, list(filter(None, values)))
    return query.urlencode()
