"""The audit log."""

import uuid
from datetime import UTC
from typing import Any, NoReturn

from django.db import connections, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessor.models.issued import Issued
from assessor.models.lengths import NAME_LENGTH

SUBJECT_LENGTH = 160
"""Room for an assessment and any question in it."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """The audit log: it is written by ``workflow.audit`` line by line, and only read here."""

    def about(self, assessment_pk: uuid.UUID) -> "AuditQuerySet":
        """Return what was done to an assessment and to what is in it, by an index.

        SQLite finds the start of a text by a range of its bytes, PostgreSQL by a pattern.
        """
        key = f"assessment {assessment_pk}"
        if connections[self.db].vendor == "sqlite":
            return self.filter(subject__gte=key, subject__lt=f"{key}~")
        return self.filter(subject__startswith=key)

    def delete(self) -> NoReturn:
        """Refuse: the log is evidence."""
        raise TypeError("the audit log is not deleted")

    def update(self, **_columns: Any) -> NoReturn:
        """Refuse: the log is evidence."""
        raise TypeError("the audit log does not change")

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: the log is evidence."""
        raise TypeError("the audit log does not change")

    def bulk_create(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: each line follows the one before."""
        raise TypeError("the audit log is written line by line")


class AuditEntry(Issued):
    """Who did what to which object, when, and from where. It never holds an answer.

    ``subject`` is kind and key of the object, which may be gone by now. ``origin`` is the network
    of the browser, never a whole address; empty for commands. ``sha256`` covers the line and
    ``previous``, the hash of the line before: no two lines can follow the same one.
    """

    event = models.CharField(_("event"), max_length=40, db_index=True)
    actor = models.CharField(_("who"), max_length=NAME_LENGTH, db_index=True)
    subject = models.CharField(_("what"), max_length=SUBJECT_LENGTH, db_index=True)
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    origin = models.CharField(_("from where"), max_length=43, blank=True, db_index=True)
    previous = models.CharField(_("hash of the entry before"), max_length=64, unique=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"

    def content(self) -> dict[str, str]:
        """Return what the hash covers."""
        return {
            "event": self.event,
            "actor": self.actor,
            "subject": self.subject,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "origin": self.origin,
            "previous": self.previous,
        }


class AuditHead(models.Model):
    """Where the audit log ends: how many entries it has, and the hash of the last. One row."""

    entries = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.entries} {self.sha256}"
