"""Migrate with something in every table, and tell what is no longer as it was.

    python -m tests.resilience.run resilience.every_row 0005_people 0006_reviewers_review ...

Before each of the states a row is added to every table that there is, in every field of it. What
is added says nothing that makes sense, but every key leads to a row that was added with it.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model
from django_otp.plugins.otp_static.models import StaticToken
from model_bakery import baker

from tests.knowledge.editions import shipped

READ_BY_MIGRATIONS = {
    "assessor.edition": {"document": shipped().document},
    "otp_static.statictoken": {"token": StaticToken.random_token},
    "otp_totp.totpdevice": {"key": "00" * 20, "confirmed": True},
}
"""What has to make sense, by model."""

CHAINED = {"assessor.auditentry": "previous", "assessor.audithead": "entries"}
"""Models that nothing is added to from when on they have these fields: each row fits one other."""

Table = dict[Any, dict[str, Any]]
"""Rows by key, their values by column."""
Tables = dict[str, Table]


def main(*states: str) -> None:
    """Print as JSON, by state, how many rows there were and in which columns one is another."""
    for app in {app for app, _name in MigrationLoader(connection).disk_migrations} - {"assessor"}:
        call_command("migrate", app, verbosity=0)
    told = {}
    for state in states:
        fill()
        before = stored()
        call_command("migrate", "assessor", state, verbosity=0)
        told[state] = sum(map(len, before.values())), sorted(set(differences(before, stored())))
    print(json.dumps(told))  # noqa: T201


def models() -> list[type[Model]]:
    """Return the models as they were when the last migration that is applied was written."""
    loader = MigrationLoader(connection)
    return loader.project_state(list(loader.applied_migrations)).apps.get_models(
        include_auto_created=True
    )


def fill() -> None:
    """Add a row to every table."""

    @cache
    def added(model: type[Model]) -> Model:
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        values: dict[str, Any] = {
            key.name: None if key.related_model is model else added(key.related_model)
            for key in fields
            if key.related_model
        }
        values |= READ_BY_MIGRATIONS.get(model._meta.label_lower, {})
        row: Model = baker.make(model, _fill_optional=[field.name for field in fields], **values)
        return row

    for model in models():
        fields = {field.name for field in model._meta.concrete_fields}
        if CHAINED.get(model._meta.label_lower) not in fields:
            added(model)


def stored() -> Tables:
    """Return everything that is stored."""
    return {model._meta.db_table: table(model) for model in models()}


def table(model: type[Model]) -> Table:
    columns = [str(field.column) for field in model._meta.concrete_fields]
    with connection.cursor() as cursor:
        names = ", ".join(map(connection.ops.quote_name, columns))
        cursor.execute(f"SELECT {names} FROM {model._meta.db_table}")  # noqa: S608
        rows = [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]
    key = str(model._meta.pk.column)
    return {row[key]: row for row in rows}


def differences(before: Tables, after: Tables) -> Iterator[str]:
    """Yield where something that was there is another or not there; what is new does not count."""
    for name, rows in before.items():
        if not rows.keys() <= after.get(name, {}).keys():
            yield name
        for key, now in after.get(name, {}).items():
            for column, value in rows.get(key, {}).items():
                if column not in now or now[column] != value:
                    yield f"{name}.{column}"
