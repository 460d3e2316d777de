"""Administrators may make a new private link for somebody who has lost theirs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessor", "0006_reviewers_review")]
    operations = [
        migrations.AlterModelOptions(
            name="assessment",
            options={
                "ordering": ["-updated_at"],
                "permissions": [
                    ("review_assessment", "Can request changes, approve and decline"),
                    ("reissue_link", "Can make a new private link for somebody"),
                ],
                "verbose_name": "assessment",
                "verbose_name_plural": "assessments",
            },
        ),
        migrations.AlterModelOptions(
            name="auditentry",
            options={
                "ordering": ["-at", "-pk"],
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
            },
        ),
    ]
