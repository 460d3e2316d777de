"""The names to search assessments by, with an index of their trigrams."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import DatabaseError, migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

AT_ONCE = 500
BEFORE_A_WORD = "  "

SQLITE = (
    """
    CREATE VIRTUAL TABLE assessor_names_trigrams
    USING fts5(text, content='assessor_names', content_rowid='id', tokenize='trigram')
    """,
    """
    CREATE TRIGGER assessor_names_inserted AFTER INSERT ON assessor_names BEGIN
        INSERT INTO assessor_names_trigrams(rowid, text) VALUES (new.id, new.text);
    END
    """,
    """
    CREATE TRIGGER assessor_names_deleted AFTER DELETE ON assessor_names BEGIN
        INSERT INTO assessor_names_trigrams(assessor_names_trigrams, rowid, text)
        VALUES ('delete', old.id, old.text);
    END
    """,
    """
    CREATE TRIGGER assessor_names_updated AFTER UPDATE ON assessor_names BEGIN
        INSERT INTO assessor_names_trigrams(assessor_names_trigrams, rowid, text)
        VALUES ('delete', old.id, old.text);
        INSERT INTO assessor_names_trigrams(rowid, text) VALUES (new.id, new.text);
    END
    """,
)
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX assessor_names_trigrams ON assessor_names USING gin (text gin_trgm_ops)",
)


def index(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Index the trigrams; without the right to make an extension, search only takes longer."""
    if schema_editor.connection.vendor == "sqlite":
        _execute(schema_editor, SQLITE)
    elif schema_editor.connection.vendor == "postgresql":
        try:
            with transaction.atomic(using=schema_editor.connection.alias):
                _execute(schema_editor, POSTGRESQL)
        except DatabaseError as error:
            print(f"\n  Search has no index, as pg_trgm could not be made: {error}")  # noqa: T201


def drop(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop what does not go with the table."""
    if schema_editor.connection.vendor == "sqlite":
        _execute(schema_editor, ["DROP TABLE assessor_names_trigrams"])


def _execute(schema_editor: BaseDatabaseSchemaEditor, statements: Any) -> None:
    for statement in statements:
        schema_editor.execute(statement, params=None)


def fill(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write down the names of all that is there."""
    names = apps.get_model("assessor", "Names")
    names.objects.bulk_create(
        (names(assessment_id=pk, text=text) for pk, text in _texts(apps)), batch_size=AT_ONCE
    )


def _texts(apps: Apps) -> Iterator[tuple[Any, str]]:
    assessments = apps.get_model("assessor", "Assessment").objects.order_by()
    for assessment in assessments.prefetch_related("respondents").iterator(AT_ONCE):
        people = sorted(assessment.respondents.all(), key=lambda person: person.pk)
        written = [assessment.initiative, assessment.organisation]
        written += [name for each in people for name in (each.name, each.email) if name]
        yield assessment.pk, "\n".join(BEFORE_A_WORD + _folded(name) for name in written)


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", BEFORE_A_WORD, folded.strip())


class Migration(migrations.Migration):
    dependencies = [("assessor", "0013_bundles")]

    operations = [
        migrations.CreateModel(
            name="Names",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                (
                    "assessment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="assessor.assessment",
                    ),
                ),
            ],
        ),
        migrations.RunPython(index, drop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
