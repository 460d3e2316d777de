"""The PDFs that were issued, and what an assessment was imported from."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessor", "0003_origin"),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="imported",
            field=models.JSONField(blank=True, null=True, verbose_name="imported from"),
        ),
        migrations.AlterField(
            model_name="report",
            name="sha256",
            field=models.CharField(db_index=True, max_length=64, verbose_name="SHA-256"),
        ),
        migrations.CreateModel(
            name="ReportPdf",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "paper",
                    models.CharField(
                        choices=[("a4", "A4"), ("letter", "US Letter")],
                        max_length=6,
                        verbose_name="paper",
                    ),
                ),
                ("content", models.BinaryField(verbose_name="content")),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(db_index=True, max_length=64, verbose_name="SHA-256")),
                ("renderer", models.CharField(max_length=80, verbose_name="renderer")),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="made"),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pdfs",
                        to="assessor.report",
                    ),
                ),
            ],
            options={
                "verbose_name": "PDF of a report",
                "verbose_name_plural": "PDFs of reports",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "paper"), name="one_pdf_per_report_and_paper"
                    )
                ],
            },
        ),
    ]
