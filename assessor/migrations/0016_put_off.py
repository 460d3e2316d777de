from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessor", "0015_buckets")]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="put_off_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="put off"),
        ),
    ]
