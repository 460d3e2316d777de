"""What people answer, how that changed, and what they say to it."""

from datetime import datetime
from typing import NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessor.knowledge import Answer
from assessor.models.assessments import Assessment
from assessor.models.lengths import NAME_LENGTH
from assessor.models.people import Respondent


class AnswerBase(models.Model):
    """An answer as JSON, in the types of ``knowledge.Answer``; None where it was taken back."""

    question = models.CharField(_("question"), max_length=60)
    value = models.JSONField(_("answer"), null=True)
    revision = models.PositiveIntegerField(_("save"))
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        abstract = True


class StoredAnswer(NamedTuple):
    """A row of GivenAnswer as it is read: pages need all of them, and models take twice as long."""

    question: str
    value: Answer | None
    revision: int
    saved_at: datetime
    respondent_id: int


class GivenAnswerQuerySet(models.QuerySet["GivenAnswer"]):
    """Ways to read answers."""

    def stored(self) -> list[StoredAnswer]:
        """Return the rows."""
        return [StoredAnswer(*row) for row in self.values_list(*StoredAnswer._fields)]


class GivenAnswer(AnswerBase):
    """What a respondent answers to one question now."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers")
    respondent = models.ForeignKey(Respondent, on_delete=models.CASCADE, related_name="answers")

    objects = GivenAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["respondent", "question"], name="one_answer_per_respondent_and_question"
            )
        ]

    def __str__(self) -> str:
        return self.question


class AnswerChange(AnswerBase):
    """What an answer was changed to, when, and by which rendering of which page.

    Append-only. ``form`` is the random key of the rendered form: a later save of the same form
    may replace what that form saved by itself. ``turn`` is which of the saves of that form it was,
    counted by the page, since two that are on their way at once may arrive the other way round.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="changes")
    respondent = models.ForeignKey(Respondent, on_delete=models.CASCADE, related_name="changes")
    form = models.UUIDField()
    automatic = models.BooleanField(_("saved automatically"), default=False)
    turn = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("change of an answer")
        verbose_name_plural = _("changes of answers")
        ordering = ["revision", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["respondent", "question", "revision"], name="one_change_per_save"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question} #{self.revision}"


class Settlement(models.Model):
    """What the owner has settled a question on where people disagree, and why."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="settlements")
    question = models.CharField(_("question"), max_length=60)
    value = models.JSONField(_("answer"))
    reason = models.TextField(_("reason"))
    settled_by = models.ForeignKey(Respondent, on_delete=models.CASCADE, related_name="+")
    settled_at = models.DateTimeField(_("settled"), default=timezone.now)

    class Meta:
        verbose_name = _("settled question")
        verbose_name_plural = _("settled questions")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "question"], name="one_settlement_per_question"
            )
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def stamp(self) -> str:
        """Return what a page sends back that has shown this settlement: each has its own."""
        return self.settled_at.isoformat()


class Note(models.Model):
    """A remark or a question on a question. Replies have a ``thread``: the note they answer.

    ``author`` is empty when staff wrote it; ``author_name`` stays what it was.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="notes")
    question = models.CharField(_("question"), max_length=60)
    thread = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    author = models.ForeignKey(
        Respondent, on_delete=models.SET_NULL, null=True, blank=True, related_name="notes"
    )
    author_name = models.CharField(_("author"), max_length=NAME_LENGTH)
    text = models.TextField(_("text"))
    in_report = models.BooleanField(_("printed in the report"), default=False)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = models.CharField(_("resolved by"), max_length=NAME_LENGTH, blank=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.author_name}, {self.written_at:%Y-%m-%d}"
