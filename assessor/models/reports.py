"""Issued reports, and the files they are printed to."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessor.advice import Suggestion
from assessor.knowledge import KnowledgeBase
from assessor.knowledge.hashing import sha256_of
from assessor.models.assessments import Assessment
from assessor.models.editions import Edition, knowledge_of
from assessor.models.issued import Issued
from assessor.models.lengths import NAME_LENGTH


class Report(Issued):
    """A suggestion issued and frozen. It copies what it says, so that nothing later changes it.

    ``voices`` tells who answered what where several did, as ``evidence.Voices``; ``sign_off`` who
    signed and decided, as ``evidence.SignOff``. Both are empty where there is nothing to tell.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField(_("number"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="reports")
    initiative = models.CharField(_("initiative"), max_length=NAME_LENGTH)
    organisation = models.CharField(_("organisation"), max_length=NAME_LENGTH)
    prepared_by = models.CharField(_("prepared by"), max_length=NAME_LENGTH, blank=True)
    answers = models.JSONField(_("answers"))
    suggestion = models.JSONField(_("suggestion"))
    leader = models.CharField(_("suggested architecture"), max_length=60, blank=True)
    score = models.FloatField(_("score"), null=True)
    status = models.CharField(_("result status"), max_length=20)
    voices = models.JSONField(_("who answered"), default=dict, blank=True)
    sign_off = models.JSONField(_("sign-off"), default=dict, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="one_report_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.initiative} #{self.number}"

    @property
    def knowledge(self) -> KnowledgeBase:
        """Return the knowledge base the suggestion was computed with."""
        return knowledge_of(self.edition_id)

    @property
    def as_suggestion(self) -> Suggestion:
        """Return the frozen suggestion as a value."""
        return Suggestion.model_validate(self.suggestion)

    @property
    def suggestion_sha256(self) -> str:
        """Return the hash of what people sign: answers, suggestion, and who said what."""
        return sha256_of(
            {"answers": self.answers, "suggestion": self.suggestion, "voices": self.voices}
        )

    def content(self) -> dict[str, Any]:
        """Return what the hash covers. What is empty is left out, as before it existed."""
        people = {"voices": self.voices, "sign_off": self.sign_off}
        return {
            "initiative": self.initiative,
            "organisation": self.organisation,
            "prepared_by": self.prepared_by,
            "number": self.number,
            "issued_at": self.issued_at.isoformat(),
            "answers": self.answers,
            "suggestion": self.suggestion,
            **{key: value for key, value in people.items() if value},
        }


class Paper(models.TextChoices):
    """What reports are printed on."""

    A4 = "a4", "A4"
    LETTER = "letter", _("US Letter")

    @classmethod
    def usual(cls, knowledge: KnowledgeBase) -> "Paper":
        """Return the paper that the settings of the organisation name, A4 without any."""
        organisation = knowledge.organisation
        return cls(organisation.settings.paper) if organisation else cls.A4


class ReportPdf(Issued):
    """The one PDF of a report on this paper, as it was first made; ``renderer`` made it."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="pdfs")
    paper = models.CharField(_("paper"), max_length=6, choices=Paper)
    content = models.BinaryField(_("content"))
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    renderer = models.CharField(_("renderer"), max_length=80)
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("PDF of a report")
        verbose_name_plural = _("PDFs of reports")
        constraints = [
            models.UniqueConstraint(fields=["report", "paper"], name="one_pdf_per_report_and_paper")
        ]

    def __str__(self) -> str:
        return f"{self.report} ({self.get_paper_display()})"


class Bundle(models.Model):
    """Reports whose PDFs somebody wants as one ZIP. The PDFs themselves stay with the reports."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bundles"
    )
    paper = models.CharField(_("paper"), max_length=6, choices=Paper, default=Paper.A4)
    made_at = models.DateTimeField(_("made"), default=timezone.now, db_index=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)

    class Meta:
        verbose_name = _("bundle of PDFs")
        verbose_name_plural = _("bundles of PDFs")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"


class BundleItem(models.Model):
    """A report in a bundle, in the order of the primary keys.

    ``pdf`` is there once it was made or found; ``problem`` tells why it could not be made.
    """

    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="items")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    pdf = models.ForeignKey(ReportPdf, on_delete=models.CASCADE, null=True, related_name="+")
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["bundle", "report"], name="one_report_per_bundle")
        ]

    def __str__(self) -> str:
        return str(self.report)
