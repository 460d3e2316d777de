import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessor", "0011_roles")]

    operations = [
        migrations.CreateModel(
            name="EditionDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=40, verbose_name="version")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("document", models.JSONField(null=True, verbose_name="document")),
                ("notes", models.JSONField(default=list, verbose_name="good to know")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Draft"),
                            ("published", "Published"),
                            ("discarded", "Discarded"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="uploaded"
                    ),
                ),
                ("uploaded_by", models.CharField(max_length=120, verbose_name="uploaded by")),
                (
                    "closed_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="published or discarded"
                    ),
                ),
                ("closed_by", models.CharField(blank=True, max_length=120, verbose_name="by")),
                (
                    "edition",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draft",
                        to="assessor.edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "draft of an edition",
                "verbose_name_plural": "drafts of editions",
                "ordering": ["-uploaded_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("sha256",),
                        name="one_open_draft_each",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rerun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("stopped", "Stopped"),
                            ("finished", "Finished"),
                        ],
                        default="running",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("after", models.UUIDField(null=True)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("losing", models.PositiveIntegerField(default=0)),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="started"),
                ),
                (
                    "saved_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="last saved"
                    ),
                ),
                (
                    "draft",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rerun",
                        to="assessor.editiondraft",
                    ),
                ),
            ],
            options={
                "verbose_name": "assessments worked out again",
                "verbose_name_plural": "assessments worked out again",
            },
        ),
        migrations.CreateModel(
            name="RerunEffect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("then", models.CharField(blank=True, max_length=60)),
                ("now", models.CharField(blank=True, max_length=60)),
                ("causes", models.JSONField(default=list)),
                ("lost", models.JSONField(default=list)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessor.assessment",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessor.edition",
                    ),
                ),
                (
                    "rerun",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="effects",
                        to="assessor.rerun",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a suggestion",
                "verbose_name_plural": "changes of suggestions",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["rerun", "then", "now"], name="effect_then_now")],
                "constraints": [
                    models.UniqueConstraint(fields=("rerun", "assessment"), name="one_effect_each")
                ],
            },
        ),
    ]
