"""Each line of the audit log carries the hash of the one before, those that are there too."""

import hashlib
import json
from datetime import UTC
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

AT_ONCE = 500


def chain(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Give every entry its hashes in the order in which they were written, and store the end."""
    model: Any = apps.get_model("assessor", "AuditEntry")
    count, last = 0, ""
    while batch := list(model.objects.filter(sha256="").order_by("pk")[:AT_ONCE]):
        for entry in batch:
            entry.previous = last
            entry.sha256 = last = hash_of(entry)
        model.objects.bulk_update(batch, ["previous", "sha256"])
        count += len(batch)
    head = {"entries": count, "sha256": last}
    apps.get_model("assessor", "AuditHead").objects.update_or_create(pk=1, defaults=head)


def hash_of(entry: Any) -> str:
    content = {
        "event": entry.event,
        "actor": entry.actor,
        "subject": entry.subject,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "origin": entry.origin,
        "previous": entry.previous,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class Migration(migrations.Migration):
    dependencies = [("assessor", "0009_fill_finding")]
    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entries", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="actor",
            field=models.CharField(db_index=True, max_length=120, verbose_name="who"),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="origin",
            field=models.CharField(
                blank=True, default="", max_length=43, verbose_name="from where"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="auditentry",
            name="previous",
            field=models.CharField(
                default="", max_length=64, verbose_name="hash of the entry before"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="auditentry",
            name="sha256",
            field=models.CharField(default="", max_length=64, verbose_name="SHA-256"),
            preserve_default=False,
        ),
        migrations.RunPython(chain, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="auditentry",
            name="previous",
            field=models.CharField(
                max_length=64, unique=True, verbose_name="hash of the entry before"
            ),
        ),
    ]
