"""An assessment and a question in it can be longer than the column was, which PostgreSQL minds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessor", "0017_workers")]
    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="subject",
            field=models.CharField("what", max_length=160, db_index=True),
        )
    ]
