"""Counts of each edition at any time, so that nobody adds up its months; and an index of scores."""

from django.db import migrations, models

ADD_UP = """
INSERT INTO assessor_tally (kind, key, value, edition, month, count)
SELECT kind, key, value, edition, 'ever', SUM(count)
FROM assessor_tally WHERE edition > '' AND month <> 'ever'
GROUP BY kind, key, value, edition
"""
DROP = "DELETE FROM assessor_tally WHERE month = 'ever'"


class Migration(migrations.Migration):
    dependencies = [("assessor", "0020_people_trigrams")]

    operations = [
        migrations.RunSQL(ADD_UP, DROP),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["-score", "-id"], name="assessment_score"),
        ),
    ]
