"""Which workers are there, and what comes back every night."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessor", "0016_put_off"),
    ]

    operations = [
        migrations.CreateModel(
            name="Routine",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("last", models.CharField(blank=True, max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name="Worker",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("seen_at", models.DateTimeField()),
            ],
        ),
    ]
