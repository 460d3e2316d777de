"""Bundles of PDFs, counts of what assessments have in common, and when one is due."""

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from math import log
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Coalesce, Least
from django.utils.timezone import localtime

CONTENT_LASTS = timedelta(days=180)
FILES = ("question_bank", "architectures", "controls")
UNKNOWN = "dont_know"
SHARED = ("reg_data", "reg_jurisdiction", "reg_residency")
AT_ONCE = 500


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Tell when each is due, and count what there is to count."""
    editions = {}
    for edition in apps.get_model("assessor", "Edition").objects.iterator():
        files = [edition.document[file]["meta"]["as_of"] for file in FILES]
        too_old = min(map(date.fromisoformat, files)) + CONTENT_LASTS
        editions[edition.pk] = (edition.version, too_old)
    found: Counter[tuple[str, ...]] = Counter()
    for assessment in apps.get_model("assessor", "Assessment").objects.iterator(AT_ONCE):
        version, too_old = editions[assessment.edition_id]
        _date(assessment, too_old)
        at = assessment.submitted_at
        month = f"{localtime(at):%Y-%m}" if at else ""
        for thing in _things(assessment):
            found.update([(*thing, "", ""), (*thing, version, month)])
    names = ("kind", "key", "value", "edition", "month")
    tally = apps.get_model("assessor", "Tally")
    tally.objects.bulk_create(
        [tally(**dict(zip(names, row, strict=True)), count=n) for row, n in found.items()],
        batch_size=AT_ONCE,
    )


def _date(assessment: Any, too_old: date) -> None:
    report = assessment.reports.order_by("-number").first()
    if report is None:
        return
    day = localtime(report.issued_at).date()
    dates = [date.fromisoformat(d["applies_from"]) for d in report.suggestion.get("calendar", [])]
    assessment.law_on = min((each for each in dates if each > day), default=None)
    assessment.content_on = too_old
    assessment.save(update_fields=["law_on", "content_on"])


def _things(assessment: Any) -> Iterator[tuple[str, str, str]]:
    yield "status", assessment.status, ""
    if assessment.submitted_at is None:
        return
    suggested, chosen, outcome = assessment.suggested, assessment.chosen, _outcome(assessment)
    yield "suggested", suggested, outcome
    yield "time", _seconds(assessment), ""
    if outcome == "otherwise":
        yield "otherwise", suggested, chosen
    if outcome in {"followed", "otherwise"}:
        yield "chosen", chosen, ""
    if assessment.situation:
        yield "situation", assessment.situation, f"{suggested}/{outcome}"
    yield from _of_facts(assessment, suggested, outcome)


def _of_facts(assessment: Any, suggested: str, outcome: str) -> Iterator[tuple[str, str, str]]:
    answers: dict[str, list[str]] = {}
    for fact in assessment.facts.all():
        if fact.kind == "missing_control":
            yield "missing", fact.key, ""
        elif fact.value == UNKNOWN:
            yield "unknown", fact.key, ""
        else:
            answers.setdefault(fact.key, []).append(fact.value)
    for sector in answers.get("reg_sector", []):
        yield "sector", sector, f"{suggested}/{outcome}"
    if suggested:
        for parts in product(*(answers.get(question, []) for question in SHARED)):
            yield "shared", suggested, "/".join(parts)


def _outcome(assessment: Any) -> str:
    if assessment.status == "approved":
        return "followed" if assessment.chosen == assessment.suggested else "otherwise"
    return "declined" if assessment.status == "declined" else "open"


def _seconds(assessment: Any) -> str:
    exact = max(1, (assessment.submitted_at - assessment.created_at).total_seconds())
    return str(round(1.1 ** round(log(exact, 1.1))))


class Migration(migrations.Migration):
    dependencies = [
        ("assessor", "0012_edition_states"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="law_on",
            field=models.DateField(blank=True, null=True, verbose_name="next legal date"),
        ),
        migrations.AddField(
            model_name="assessment",
            name="content_on",
            field=models.DateField(blank=True, null=True, verbose_name="content too old"),
        ),
        migrations.AddField(
            model_name="assessment",
            name="due_on",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        status__in=["submitted", "approved"],
                        then=Least(
                            Coalesce("review_on", "law_on", "content_on"),
                            Coalesce("law_on", "content_on", "review_on"),
                            Coalesce("content_on", "review_on", "law_on"),
                        ),
                    )
                ),
                output_field=models.DateField(verbose_name="due"),
                verbose_name="due",
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="chose_otherwise",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.ExpressionWrapper(
                    models.Q(
                        ("status", "approved"),
                        models.Q(("chosen", models.F("suggested")), _negated=True),
                    ),
                    output_field=models.BooleanField(),
                ),
                output_field=models.BooleanField(),
                verbose_name="chose otherwise",
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["status", "updated_at"], name="assessment_status_saved"),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                fields=["status", "-submitted_at"], name="assessment_status_submitted"
            ),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["due_on"], name="assessment_due_on"),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["law_on"], name="assessment_law_on"),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["content_on"], name="assessment_content_on"),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                fields=["-submitted_at"],
                name="assessment_otherwise",
                condition=models.Q(("chose_otherwise", True)),
            ),
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("key", models.CharField(max_length=60)),
                ("value", models.CharField(max_length=200)),
                ("edition", models.CharField(max_length=40)),
                ("month", models.CharField(max_length=7)),
                ("count", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "edition", "-count"], name="tally_most")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "edition", "month", "key", "value"), name="one_tally_each"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Bundle",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "paper",
                    models.CharField(
                        choices=[("a4", "A4"), ("letter", "US Letter")],
                        default="a4",
                        max_length=6,
                        verbose_name="paper",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, verbose_name="made"
                    ),
                ),
                (
                    "stopped_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="stopped"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bundles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "bundle of PDFs",
                "verbose_name_plural": "bundles of PDFs",
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="BundleItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("problem", models.TextField(blank=True)),
                (
                    "bundle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="assessor.bundle",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessor.report",
                    ),
                ),
                (
                    "pdf",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessor.reportpdf",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bundle", "report"), name="one_report_per_bundle"
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
