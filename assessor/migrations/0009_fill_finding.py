"""Copy what the latest reports say to where administrators find it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NOT_COUNTED = {"number", "text"}
UNKNOWN = "dont_know"
AT_ONCE = 500


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Go through the assessments that have a report."""
    models = {name: apps.get_model("assessor", name) for name in ("Assessment", "Fact")}
    types: dict[int, dict[str, str]] = {}
    assessments = models["Assessment"].objects.filter(reports__isnull=False).distinct()
    for assessment in assessments.iterator(chunk_size=AT_ONCE):
        report = assessment.reports.order_by("-number").select_related("edition")[0]
        if report.edition_id not in types:
            types[report.edition_id] = _types(report.edition.document)
        _copy(assessment, report)
        models["Fact"].objects.bulk_create(
            models["Fact"](assessment=assessment, **fact)
            for fact in _facts(report, types[report.edition_id])
        )


def _types(document: dict[str, Any]) -> dict[str, str]:
    return {each["key"]: each["type"] for each in document["question_bank"]["questions"]}


def _copy(assessment: Any, report: Any) -> None:
    suggestion = report.suggestion
    situation = suggestion.get("levels", {}).get("situation", "")
    day: date = report.issued_at.date()
    is_leap_day = (day.month, day.day) == (2, 29)
    assessment.suggested = report.leader
    assessment.score = report.score
    assessment.result = report.status
    assessment.situation = situation if isinstance(situation, str) else ""
    assessment.unknown_count = len(suggestion.get("not_known", []))
    assessment.submitted_at = report.issued_at
    assessment.review_on = day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)
    assessment.save()


def _facts(report: Any, types: dict[str, str]) -> Iterator[dict[str, str]]:
    for key, answer in report.answers.items():
        if types.get(key) in NOT_COUNTED and answer != UNKNOWN:
            continue
        for value in answer if isinstance(answer, list) else [answer]:
            yield {"kind": "answer", "key": key, "value": str(value)}
    for control in report.suggestion.get("controls", []):
        if control["status"] != "in_place":
            yield {"kind": "missing_control", "key": control["control"], "value": ""}


def empty(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Forget the facts; the columns go with their migration."""
    apps.get_model("assessor", "Fact").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("assessor", "0008_finding")]
    operations = [migrations.RunPython(fill, empty)]
