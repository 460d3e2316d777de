"""What the three roles of staff may do. Each has what its work takes, and no more.

Accounts and their groups are managed by superusers alone.
"""

from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

VIEWED_BY_REVIEWERS = {
    "edition": "edition",
    "assessment": "assessment",
    "respondent": "respondent",
    "givenanswer": "answer",
    "answerchange": "change of an answer",
    "settlement": "settled question",
    "note": "note",
    "report": "report",
    "review": "review step",
    "signature": "signature",
    "internalnote": "internal note",
}
REVIEW = [
    *((model, f"view_{model}", f"Can view {name}") for model, name in VIEWED_BY_REVIEWERS.items()),
    ("assessment", "review_assessment", "Can request changes, approve and decline"),
    ("assessment", "export_assessment", "Can export assessments and bundle their reports"),
    ("internalnote", "add_internalnote", "Can add internal note"),
]
EDIT_CONTENT = [
    ("edition", "view_edition", "Can view edition"),
    ("edition", "publish_edition", "Can publish editions"),
]
ADMINISTER = [
    ("assessment", "reissue_link", "Can make a new private link for somebody"),
    ("assessment", "delete_assessment", "Can delete assessment"),
    ("auditentry", "view_auditentry", "Can view audit entry"),
]
ROLES = {
    "Reviewer": REVIEW,
    "Content editor": EDIT_CONTENT,
    "Administrator": [*REVIEW, *EDIT_CONTENT, *ADMINISTER],
}
NEW = ("Content editor", "Administrator")
NEW_FOR_REVIEWERS = (
    "view_settlement",
    "view_note",
    "view_review",
    "view_signature",
    "view_internalnote",
    "add_internalnote",
    "export_assessment",
)


def create_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Create the groups; what somebody has added to the one there is stays.

    Django creates permissions only after all migrations, so those not there yet are created here
    in exactly Django's form; it then finds them.
    """
    groups = apps.get_model("auth", "Group").objects
    for name, permissions in ROLES.items():
        group, _created = groups.get_or_create(name=name)
        group.permissions.add(*_stored(apps, permissions))


def _stored(apps: Apps, permissions: list[tuple[str, str, str]]) -> Iterator[Any]:
    types = apps.get_model("contenttypes", "ContentType").objects
    stored = apps.get_model("auth", "Permission").objects
    for model, codename, name in permissions:
        of, _created = types.get_or_create(app_label="assessor", model=model)
        permission, _created = stored.get_or_create(
            codename=codename, content_type=of, defaults={"name": name}
        )
        yield permission


def remove_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Remove the groups that are new, and from reviewers what they could not do before."""
    groups = apps.get_model("auth", "Group").objects
    groups.filter(name__in=NEW).delete()
    for group in groups.filter(name="Reviewer"):
        group.permissions.remove(*group.permissions.filter(codename__in=NEW_FOR_REVIEWERS))


class Migration(migrations.Migration):
    dependencies = [
        ("assessor", "0010_audit_chain"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.AlterModelOptions(
            name="assessment",
            options={
                "ordering": ["-updated_at"],
                "permissions": [
                    ("review_assessment", "Can request changes, approve and decline"),
                    ("reissue_link", "Can make a new private link for somebody"),
                    ("export_assessment", "Can export assessments and bundle their reports"),
                ],
                "verbose_name": "assessment",
                "verbose_name_plural": "assessments",
            },
        ),
        migrations.AlterModelOptions(
            name="edition",
            options={
                "ordering": ["-loaded_at"],
                "permissions": [("publish_edition", "Can publish editions")],
                "verbose_name": "edition",
                "verbose_name_plural": "editions",
            },
        ),
        migrations.RunPython(create_roles, remove_roles),
    ]
