"""The way to a decision: who reviewed, signed and decided, and what staff note for each other."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessor.models.assessments import Assessment
from assessor.models.issued import Issued
from assessor.models.lengths import NAME_LENGTH
from assessor.models.people import Respondent
from assessor.models.reports import Report


class Review(Issued):
    """A step on the way to a decision, by a named person, over one report."""

    class Step(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        REOPENED = "reopened", _("Taken back for changes")
        CHANGES_REQUESTED = "changes", _("Changes requested")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="reviews")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="reviews")
    step = models.CharField(_("step"), max_length=12, choices=Step)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    role = models.CharField(_("role"), max_length=NAME_LENGTH, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("review step")
        verbose_name_plural = _("review steps")
        ordering = ["pk"]
        indexes = [models.Index(fields=["name", "-id"], name="review_name")]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.name}"


class Signature(Issued):
    """What a person says to a suggestion. It holds for every report with the same suggestion.

    ``accepted_risks``: keys of risks of the edition that the person accepts by name.
    """

    class Opinion(models.TextChoices):
        AGREE = "agree", _("Agree")
        CONDITIONS = "conditions", _("Agree with conditions")
        DISAGREE = "disagree", _("Disagree")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="signatures")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="signatures")
    suggestion_sha256 = models.CharField(max_length=64)
    respondent = models.ForeignKey(Respondent, on_delete=models.PROTECT, related_name="signatures")
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    role = models.CharField(_("role"), max_length=NAME_LENGTH)
    opinion = models.CharField(_("opinion"), max_length=12, choices=Opinion)
    reason = models.TextField(_("conditions or reason"), blank=True)
    accepted_risks = models.JSONField(_("residual risks accepted"), default=list, blank=True)
    at = models.DateTimeField(_("signed"), default=timezone.now)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["pk"]
        indexes = [models.Index(fields=["name", "-id"], name="signature_name")]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_opinion_display()}"


class InternalNote(Issued):
    """What staff note on an assessment for other staff. Nobody who takes part reads it."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="internal_notes"
    )
    author = models.CharField(_("author"), max_length=NAME_LENGTH)
    text = models.TextField(_("text"))
    written_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.author}, {self.written_at:%Y-%m-%d}"
