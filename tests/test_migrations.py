"""The migrations and the models say the same."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    output = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=output)
    except SystemExit:
        pytest.fail(output.getvalue())


@pytest.mark.django_db
def test_the_migrations_make_the_tables_that_the_models_name() -> None:
    tables = set(connection.introspection.table_names())
    assert set(connection.introspection.django_table_names(only_existing=False)) <= tables
