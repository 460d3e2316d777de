"""The group whose members may read every assessment in the administration, and change nothing."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REVIEWER = "Reviewer"
READABLE = {
    "edition": "edition",
    "assessment": "assessment",
    "respondent": "respondent",
    "givenanswer": "answer",
    "answerchange": "change of an answer",
    "report": "report",
}


def create_reviewer(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Create the group with its permissions.

    Django creates permissions only after all migrations, so those not there yet are created here
    in exactly Django's form; it then finds them.
    """
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=REVIEWER)
    group.permissions.add(*(view_permission(apps, model, name) for model, name in READABLE.items()))


def view_permission(apps: Apps, model: str, name: str) -> Any:
    content_type, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="assessor", model=model
    )
    permission, _created = apps.get_model("auth", "Permission").objects.get_or_create(
        codename=f"view_{model}", content_type=content_type, defaults={"name": f"Can view {name}"}
    )
    return permission


def remove_reviewer(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Remove the group; its permissions are Django's and stay."""
    apps.get_model("auth", "Group").objects.filter(name=REVIEWER).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("assessor", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_reviewer, remove_reviewer)]
