"""Where an assessment took its first answers from."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessor", "0002_reviewer_group"),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="origin",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="copies",
                to="assessor.assessment",
                verbose_name="started from",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="origin_report",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="started from report"
            ),
        ),
    ]
