"""Members of the reviewers' group may request changes, approve and decline."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REVIEWER = "Reviewer"
CODENAME = "review_assessment"
NAME = "Can request changes, approve and decline"


def let_them_review(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Give the group the permission, which Django itself creates only after all migrations."""
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=REVIEWER)
    content_type, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="assessor", model="assessment"
    )
    permission, _created = apps.get_model("auth", "Permission").objects.get_or_create(
        codename=CODENAME, content_type=content_type, defaults={"name": NAME}
    )
    group.permissions.add(permission)


def let_them_only_read(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Take the permission from the group."""
    for group in apps.get_model("auth", "Group").objects.filter(name=REVIEWER):
        group.permissions.remove(*group.permissions.filter(codename=CODENAME))


class Migration(migrations.Migration):
    dependencies = [("assessor", "0005_people")]
    operations = [migrations.RunPython(let_them_review, let_them_only_read)]
