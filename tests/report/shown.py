"""What a person reads in a part of the report."""

from typing import Any

from django.template.loader import render_to_string

from assessor.report.reading import read
from assessor.report.record import Record
from tests.report.rendered import words


def part(name: str, issued: Record, **context: Any) -> str:
    """Return what the part ``templates/report/_<name>.html`` says of a result."""
    return words(render_to_string(f"report/_{name}.html", {"reading": read(issued), **context}))


def with_suggestion(issued: Record, **fields: Any) -> Record:
    """Return a record whose suggestion says something else."""
    suggestion = issued.suggestion.model_copy(update=fields)
    return Record(**{**vars(issued), "suggestion": suggestion})
