"""What the list of assessments is filtered by, as options of a command."""

from typing import Any

from django import forms
from django.core.management.base import CommandError, CommandParser
from django.db.models import QuerySet
from django.http import QueryDict

from assessor.finding.wanted import Several, Wanted
from assessor.models import Assessment


def add_filters(parser: CommandParser) -> None:
    """Offer every parameter of the list as an option, such as --submitted-from 2026-07-01."""
    for name, field in Wanted.base_fields.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            action="append" if isinstance(field, Several) else "store",
            metavar="QUESTION:CHOICE" if name == "answer" else None,
            help=_help(field),
        )


def found(options: dict[str, Any]) -> QuerySet[Assessment]:
    """Return what is looked for, in a lasting order. Raises CommandError."""
    query = QueryDict(mutable=True)
    for name in Wanted.base_fields:
        given = options[name]
        query.setlist(name, given if isinstance(given, list) else [given or ""])
    wanted = Wanted(query)
    if not wanted.is_valid():
        problems = [
            f"--{name}: {' '.join(map(str, texts))}" for name, texts in wanted.errors.items()
        ]
        raise CommandError("\n".join(problems).replace("_", "-"))
    return wanted.found(Assessment.objects.all()).order_by("created_at", "pk")


def number_of_filters(options: dict[str, Any]) -> int:
    """Return how many values were given to look for."""
    given = (options[name] for name in Wanted.base_fields)
    return sum(len(value) if isinstance(value, list) else 1 for value in given if value)


def _help(field: forms.Field) -> str:
    words = str(field.label).replace("%", "%%")
    return f"{words}; may be repeated" if isinstance(field, Several) else words
