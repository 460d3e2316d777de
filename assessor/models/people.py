"""Who takes part, and the secret addresses that let them in."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessor.models.assessments import Assessment
from assessor.models.lengths import EMAIL_LENGTH, NAME_LENGTH

LINK_DAYS = 365
INVITATION_DAYS = 30


class RespondentQuerySet(models.QuerySet["Respondent"]):
    """Ways to find somebody who takes part."""

    def locked(self, pk: int) -> "Respondent":
        """Return one and their assessment, neither of which changes until the transaction ends.

        Raises Http404 where they were deleted a moment ago: whoever asks has just found them.
        """
        # Both are locked: what is not, PostgreSQL shows as it was before it waited.
        rows = self.select_related("assessment")
        return get_object_or_404(
            rows.select_for_update(of=("assessment", "self"), no_key=True), pk=pk
        )


class Respondent(models.Model):
    """A person who answers, signs or decides. ``role`` is a role key of the edition, or empty.

    ``asked`` tells which questions: ``all``, ``none``, ``group:KEY`` or ``role:KEY`` (those that
    role is best placed to answer). The owner is asked all. ``form_key`` came with the form of the
    invitation, by which a second click is known.
    """

    ALL, NONE = "all", "none"

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="respondents")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="respondents",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    email = models.EmailField(_("e-mail"), max_length=EMAIL_LENGTH, blank=True)
    role = models.CharField(_("role"), max_length=40, blank=True)
    is_owner = models.BooleanField(_("owner"), default=False)
    asked = models.CharField(_("asked"), max_length=80, default=ALL)
    sees_all = models.BooleanField(_("sees all answers"), default=False)
    may_sign = models.BooleanField(_("may sign"), default=False)
    may_decide = models.BooleanField(_("may decide"), default=False)
    message = models.TextField(_("message"), blank=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    opened_at = models.DateTimeField(_("first opened"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("invitation withdrawn"), null=True, blank=True)
    counts = models.BooleanField(_("answers count"), default=True)
    form_key = models.UUIDField(null=True, editable=False)

    objects = RespondentQuerySet.as_manager()

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

    @property
    def reads_all(self) -> bool:
        """Say whether this person sees everybody's answers and the result."""
        return self.is_owner or self.sees_all


class Link(models.Model):
    """A secret address. Only the SHA-256 of its token is stored: 256 random bits need no more."""

    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("works until"))
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def lasting(cls, days: int, **of: Any) -> Self:
        """Return a link without a token, which is not stored yet."""
        return cls(expires_at=timezone.now() + timedelta(days=days), **of)

    def with_new_token(self) -> str:
        """Store the link and return its token, which cannot be shown again.

        A token that it had before opens nothing any more.
        """
        token = secrets.token_urlsafe(32)
        self.token_sha256 = self.hashed(token)
        self.save()
        return token

    @staticmethod
    def hashed(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    def is_open(self, at: datetime) -> bool:
        """Say whether the link may still be used."""
        return self.revoked_at is None and at < self.expires_at


class PrivateLink(Link):
    """A link that opens an assessment without an account, as one respondent."""

    respondent = models.ForeignKey(Respondent, on_delete=models.CASCADE, related_name="links")

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")

    def __str__(self) -> str:
        return f"{self.respondent} ({self.created_at:%Y-%m-%d})"

    @classmethod
    def issue(cls, respondent: Respondent, days: int = LINK_DAYS) -> str:
        """Store a new link and return its token, which cannot be shown again."""
        return cls.lasting(days, respondent=respondent).with_new_token()


class SharedLink(Link):
    """A link that shows the result to whoever has it, and lets nobody change anything.

    ``form_key`` came with the form that made it, by which a second click is known.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="shared_links"
    )
    label = models.CharField(_("for whom"), max_length=NAME_LENGTH)
    form_key = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("shared link")
        verbose_name_plural = _("shared links")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.label
