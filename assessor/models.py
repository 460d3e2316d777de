"""What is stored: editions, assessments, who answers, their answers, and issued reports."""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NoReturn

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessor.advice import Suggestion
from assessor.knowledge import Answer, KnowledgeBase, read_document

NAME_LENGTH = 120
EMAIL_LENGTH = 254
LINK_DAYS = 365


class Issued(models.Model):
    """A row that never changes once it is stored, and is not deleted through the program."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row for the first time. Raises TypeError on any later save."""
        if not self._state.adding:
            raise TypeError(f"{self} was issued and does not change")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: what was issued is evidence."""
        raise TypeError(f"{self} was issued and is not deleted")


class EditionQuerySet(models.QuerySet["Edition"]):
    """Ways to find an edition."""

    def current(self) -> "Edition":
        """Return the edition new assessments start with: the one loaded last.

        Raises Edition.DoesNotExist before the first is loaded.
        """
        return self.latest("loaded_at", "pk")


class Edition(Issued):
    """A published version of the knowledge base. Assessments are pinned to theirs for ever."""

    version = models.CharField(_("version"), max_length=40, unique=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    document = models.JSONField(_("document"))
    loaded_at = models.DateTimeField(_("loaded"), default=timezone.now)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-loaded_at"]

    def __str__(self) -> str:
        return self.version

    @property
    def knowledge(self) -> KnowledgeBase:
        """Return the edition as typed values (read once per process)."""
        return knowledge_of(self.pk)


@lru_cache(maxsize=8)
def knowledge_of(edition_pk: int) -> KnowledgeBase:
    """Return the knowledge base of an edition; editions never change, so it is kept."""
    return read_document(Edition.objects.values_list("document", flat=True).get(pk=edition_pk))


class Assessment(models.Model):
    """One initiative being assessed.

    ``revision`` counts the saves; an answer's ``revision`` says in which of them it last changed.
    ``creation_key`` comes with the start form, so that sending it twice starts one assessment.
    ``origin`` is the assessment it took its first answers from, ``origin_report`` the number of the
    report they stood in. ``imported`` tells the same of a file: initiative, number, issued_at,
    edition, and is_intact as in ``report_file.Received``.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    creation_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("edition")
    )
    initiative = models.CharField(_("initiative"), max_length=NAME_LENGTH)
    organisation = models.CharField(_("organisation"), max_length=NAME_LENGTH)
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.DRAFT, db_index=True
    )
    revision = models.PositiveIntegerField(_("saves"), default=0)
    created_at = models.DateTimeField(_("started"), default=timezone.now, db_index=True)
    updated_at = models.DateTimeField(_("last saved"), default=timezone.now, db_index=True)
    origin = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="copies",
        verbose_name=_("started from"),
    )
    origin_report = models.PositiveIntegerField(_("started from report"), null=True, blank=True)
    imported = models.JSONField(_("imported from"), null=True, blank=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.initiative

    @property
    def knowledge(self) -> KnowledgeBase:
        """Return the knowledge base this assessment is pinned to."""
        return knowledge_of(self.edition_id)

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def imported_report_issued_at(self) -> datetime | None:
        """Return when the report was issued whose file this was started from."""
        return datetime.fromisoformat(self.imported["issued_at"]) if self.imported else None

    @cached_property
    def stored_answers(self) -> "dict[str, GivenAnswer]":
        """Return the rows of all answers by question, as they were when first asked for."""
        return {row.question: row for row in self.answers.all()}

    def given_answers(self) -> dict[str, Answer]:
        """Return the working answer to every question that has one."""
        return {key: row.value for key, row in self.stored_answers.items() if row.value is not None}

    def latest_report(self) -> "Report | None":
        """Return the report issued last, or None before the first submission."""
        return self.reports.order_by("-number").first()


class Respondent(models.Model):
    """A person who answers. ``role`` is a role key of the edition; empty when not given."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="respondents")
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    email = models.EmailField(_("e-mail"), max_length=EMAIL_LENGTH, blank=True)
    role = models.CharField(_("role"), max_length=40, blank=True)
    is_owner = models.BooleanField(_("owner"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    class Meta:
        verbose_name = _("respondent")
        verbose_name_plural = _("respondents")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment"], condition=models.Q(is_owner=True), name="one_owner"
            )
        ]

    def __str__(self) -> str:
        return self.name or str(_("Owner") if self.is_owner else _("Respondent"))


class PrivateLink(models.Model):
    """A link that opens an assessment without an account, as one respondent.

    Only the SHA-256 of its token is stored: 256 random bits need no slower hash.
    """

    respondent = models.ForeignKey(Respondent, on_delete=models.CASCADE, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")

    def __str__(self) -> str:
        return f"{self.respondent} ({self.created_at:%Y-%m-%d})"

    @classmethod
    def issue(cls, respondent: Respondent) -> str:
        """Store a new link and return its token, which cannot be shown again."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(
            respondent=respondent,
            token_sha256=cls.hashed(token),
            expires_at=timezone.now() + timedelta(days=LINK_DAYS),
        )
        return token

    @staticmethod
    def hashed(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    def is_open(self, at: datetime) -> bool:
        """Say whether the link may still be used."""
        return self.revoked_at is None and at < self.expires_at


class AnswerBase(models.Model):
    """An answer as JSON, in the types of ``knowledge.Answer``; None where it was taken back."""

    question = models.CharField(_("question"), max_length=60)
    value = models.JSONField(_("answer"), null=True)
    revision = models.PositiveIntegerField(_("save"))
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        abstract = True


class GivenAnswer(AnswerBase):
    """What a respondent answers to one question now."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers")
    respondent = models.ForeignKey(Respondent, on_delete=models.CASCADE, related_name="answers")

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
    may replace what that form saved by itself.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="changes")
    respondent = models.ForeignKey(Respondent, on_delete=models.CASCADE, related_name="changes")
    form = models.UUIDField()
    automatic = models.BooleanField(_("saved automatically"), default=False)

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


class Report(Issued):
    """A suggestion issued and frozen. It copies what it says, so that nothing later changes it."""

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

    def content(self) -> dict[str, Any]:
        """Return what the hash covers."""
        return {
            "initiative": self.initiative,
            "organisation": self.organisation,
            "prepared_by": self.prepared_by,
            "number": self.number,
            "issued_at": self.issued_at.isoformat(),
            "answers": self.answers,
            "suggestion": self.suggestion,
        }


class Paper(models.TextChoices):
    """What reports are printed on."""

    A4 = "a4", "A4"
    LETTER = "letter", _("US Letter")


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
