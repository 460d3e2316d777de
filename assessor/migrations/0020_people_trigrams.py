"""An index of the trigrams of people's names and e-mails, as administrators search them.

SQLite finds people by the names of their assessments, whose trigrams it indexes; PostgreSQL would
rather read all people than look them up.
"""

from django.apps.registry import Apps
from django.db import DatabaseError, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

INDEXES = [
    f"CREATE INDEX assessor_respondent_{column}_trigrams ON assessor_respondent"
    f" USING gin (upper({column}::text) gin_trgm_ops)"
    for column in ("name", "email")
]
"""The expression is the one that Django compares where case does not matter."""

DROP = """
DROP INDEX IF EXISTS assessor_respondent_name_trigrams, assessor_respondent_email_trigrams
"""


def index(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Index the trigrams; where pg_trgm could not be made, search only takes longer."""
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            for statement in INDEXES:
                schema_editor.execute(statement, params=None)
    except DatabaseError as error:
        print(f"\n  The search for people has no index without pg_trgm: {error}")  # noqa: T201


def drop(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop them where they are."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP, params=None)


class Migration(migrations.Migration):
    dependencies = [("assessor", "0019_editions_without_document")]

    operations = [migrations.RunPython(index, drop)]
