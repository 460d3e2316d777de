"""The tables of the product, what is in them, and one hash over it that every database gives."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Field, Model

CHUNK = 500
"""Rows in memory at a time."""


@dataclass(frozen=True)
class Content:
    """How many rows a table has, and the hash of all of them in whatever order."""

    rows: int
    sha256: str


def models() -> list[type[Model]]:
    """Return the model of every table of the product, those between two models included."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and not model._meta.proxy]


def fields_of(model: type[Model]) -> Sequence["Field[Any, Any]"]:
    """Return the fields that are stored, in the order of their columns."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def rows_of(model: type[Model], database: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table as Python values, the earliest key first."""
    names = [field.attname for field in fields_of(model)]
    rows = model._base_manager.using(database).order_by("pk").values_list(*names)
    return rows.iterator(chunk_size=CHUNK)


def content_of(model: type[Model], database: str) -> Content:
    """Count and hash a table.

    The hashes of the rows are added up, because databases sort texts each in their own way.
    """
    count, total = 0, 0
    for row in rows_of(model, database):
        text = json.dumps(_plain(row), sort_keys=True)
        total += int.from_bytes(hashlib.sha256(text.encode()).digest())
        count += 1
    return Content(count, f"{total % 2**256:064x}")


def _plain(value: object) -> Any:
    """Return a value as every database gives it back, in what JSON knows."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():  # PostgreSQL keeps 1e22 in JSON as a whole number.
            return int(value) if value.is_integer() else value
        case bytes() | memoryview():
            return bytes(value).hex()
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return str(value)
