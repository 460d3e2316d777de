"""Numbers that lead to what they count, in tables with a message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessor.portfolio.filters import Filters

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Figure:
    """A number and the address of the list behind it; ``words`` say what it is the number of."""

    count: int
    address: str
    words: str = ""


@dataclass(frozen=True)
class Line:
    """Numbers about one thing."""

    label: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Table:
    """Lines under a message: what stands out in them. ``columns`` name the figures."""

    key: str
    message: str
    about: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str = ""

    @property
    def rows(self) -> Iterator[tuple[str, list[tuple[str, Figure]]]]:
        """Yield the label of each line, and its figures with the names of their columns."""
        for line in self.lines:
            yield line.label, list(zip(self.columns, line.figures, strict=True))

    @property
    def longest(self) -> int:
        """Return the largest number in the first column, which has bars."""
        return max((line.figures[0].count for line in self.lines), default=0)


class Listing:
    """Makes addresses of the administrators' list, filtered like the page."""

    def __init__(self, filters: Filters) -> None:
        self._parameters = filters.parameters()
        self._list = reverse("admin:assessor_assessment_changelist")

    def figure(self, count: int, words: str = "", **parameters: str | Sequence[str]) -> Figure:
        """Return a number that leads to the list with these parameters besides."""
        return Figure(count, self.address(**parameters), words)

    def address(self, **parameters: str | Sequence[str]) -> str:
        query = urlencode({**self._parameters, **parameters}, doseq=True)
        return f"{self._list}?{query}" if query else self._list


def number(count: int) -> str:
    """Write a number as people read it."""
    return str(intcomma(count))


def duration(seconds: int | None) -> str:
    """Write how long something took, roughly; nothing for None."""
    if seconds is None:
        return ""
    if seconds < 2 * HOUR:
        minutes = max(1, round(seconds / MINUTE))
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    if seconds < 2 * DAY:
        return _("%d hours") % round(seconds / HOUR)
    return _("%d days") % round(seconds / DAY)
