"""How often somebody has done something lately."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessor", "0014_names")]
    operations = [
        migrations.CreateModel(
            name="Bucket",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("full_at", models.FloatField(db_index=True)),
            ],
        ),
    ]
