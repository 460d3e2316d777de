"""What assessments are found and counted by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessor.models.assessments import Assessment


class Fact(models.Model):
    """One thing that the latest report of an assessment says, to find and count assessments by.

    ``kind`` ``answer``: ``key`` is a question and ``value`` a choice or point, one row for each,
    or the edition's "I don't know yet". ``missing_control``: ``key`` is a control not in place.
    Numbers and what somebody wrote are left out.
    """

    class Kind(models.TextChoices):
        ANSWER = "answer", _("Answer")
        MISSING_CONTROL = "missing_control", _("Control not in place")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(max_length=16, choices=Kind)
    key = models.CharField(max_length=60)
    value = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "value", "assessment"], name="one_fact_per_assessment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.value}"


class Names(models.Model):
    """The names that administrators search an assessment by, in one text: see ``workflow.naming``.

    Its trigrams are indexed: on SQLite by the table ``assessor_names_trigrams`` (FTS5), which
    triggers keep in step, on PostgreSQL by pg_trgm where the extension may be made. A migration
    that has SQLite make this table anew has to make the triggers anew, too.
    """

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, related_name="names")
    text = models.TextField()

    def __str__(self) -> str:
        return self.text


class Tally(models.Model):
    """How many assessments are alike in one thing: see ``workflow.tallying``.

    ``edition`` and ``month`` (of the submission, such as 2026-11; empty before the first) part
    them. A row with "ever" for a month counts those of an edition at any time, one with an empty
    edition those of all.
    """

    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=60)
    value = models.CharField(max_length=200)
    edition = models.CharField(max_length=40)
    month = models.CharField(max_length=7)
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "edition", "month", "key", "value"], name="one_tally_each"
            )
        ]
        indexes = [models.Index(fields=["kind", "edition", "-count"], name="tally_most")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.value}: {self.count}"
