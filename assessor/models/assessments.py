"""Assessments, and what everybody together has said so far."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import functions
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessor.advice.voices import Voice, Working, working
from assessor.knowledge import Answer, KnowledgeBase
from assessor.models.editions import Edition, knowledge_of
from assessor.models.lengths import NAME_LENGTH

if TYPE_CHECKING:
    from assessor.models.answers import Note, Settlement, StoredAnswer
    from assessor.models.people import Respondent
    from assessor.models.reports import Report


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Ways to find an assessment."""

    def locked(self, pk: uuid.UUID) -> "Assessment":
        """Return one that nobody else changes until the transaction ends.

        Raises Http404 where it was deleted a moment ago: whoever asks has just found it.
        """
        return get_object_or_404(self.select_for_update(), pk=pk)


class Assessment(models.Model):
    """One initiative being assessed.

    ``revision`` counts the saves; an answer's ``revision`` says in which of them it last changed.
    ``creation_key`` comes with the start form, so that sending it twice starts one assessment.
    ``origin`` is the assessment it took its first answers from, ``origin_report`` the number of the
    report they stood in. ``imported`` tells the same of a file: initiative, number, issued_at,
    edition, and is_intact as in ``report_file.Received``. ``chosen`` is the architecture that was
    decided for, with the reason where another one was suggested.

    What administrators look for among very many stands on the row, copied from the latest report:
    ``suggested`` to ``submitted_at``. ``review_on`` is when it is due to be looked at again,
    ``reviewed_at`` when staff last did, ``put_off_at`` when they said that it waits until then.
    ``law_on`` is the next date of its legal calendar,
    ``content_on`` when its edition is too old; both as of the last report or review. ``due_on``
    is the first of the three days, where there is something to look at.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        CHANGES_REQUESTED = "changes", _("Changes requested")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")

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
    chosen = models.CharField(_("chosen architecture"), max_length=60, blank=True)
    chosen_because = models.TextField(_("reason for the choice"), blank=True)
    suggested = models.CharField(_("suggestion"), max_length=60, blank=True)
    score = models.FloatField(_("score"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=20, blank=True)
    situation = models.CharField(_("situation"), max_length=60, blank=True)
    unknown_count = models.PositiveSmallIntegerField(_("answers not known"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    put_off_at = models.DateTimeField(_("put off"), null=True, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)
    law_on = models.DateField(_("next legal date"), null=True, blank=True)
    content_on = models.DateField(_("content too old"), null=True, blank=True)
    due_on = models.GeneratedField(
        expression=models.Case(
            models.When(
                status__in=["submitted", "approved"],
                # One of the three that is there stands in for one that is not: what the least
                # of a day and nothing is depends on the database.
                then=functions.Least(
                    functions.Coalesce("review_on", "law_on", "content_on"),
                    functions.Coalesce("law_on", "content_on", "review_on"),
                    functions.Coalesce("content_on", "review_on", "law_on"),
                ),
            )
        ),
        output_field=models.DateField(_("due")),
        db_persist=True,
        verbose_name=_("due"),
    )
    chose_otherwise = models.GeneratedField(
        expression=models.ExpressionWrapper(
            models.Q(status="approved") & ~models.Q(chosen=models.F("suggested")),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
        verbose_name=_("chose otherwise"),
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-updated_at"]
        indexes = [
            models.Index(fields=["suggested", "-submitted_at"], name="assessment_suggested"),
            models.Index(fields=["result", "-submitted_at"], name="assessment_result"),
            models.Index(fields=["chosen", "-submitted_at"], name="assessment_chosen"),
            models.Index(fields=["-score", "-id"], name="assessment_score"),
            models.Index(fields=["-submitted_at"], name="assessment_submitted"),
            models.Index(fields=["review_on"], name="assessment_review_on"),
            models.Index(fields=["organisation"], name="assessment_organisation"),
            models.Index(fields=["status", "updated_at"], name="assessment_status_saved"),
            models.Index(fields=["status", "-submitted_at"], name="assessment_status_submitted"),
            models.Index(fields=["due_on"], name="assessment_due_on"),
            models.Index(fields=["law_on"], name="assessment_law_on"),
            models.Index(fields=["content_on"], name="assessment_content_on"),
            # SQLite looks up no truth value in an index; of those that are true it walks one.
            models.Index(
                fields=["-submitted_at"],
                name="assessment_otherwise",
                condition=models.Q(chose_otherwise=True),
            ),
        ]
        permissions = [
            ("review_assessment", _("Can request changes, approve and decline")),
            ("reissue_link", _("Can make a new private link for somebody")),
            ("export_assessment", _("Can export assessments and bundle their reports")),
        ]

    def __str__(self) -> str:
        return self.initiative

    @property
    def knowledge(self) -> KnowledgeBase:
        """Return the knowledge base this assessment is pinned to."""
        return knowledge_of(self.edition_id)

    @property
    def is_draft(self) -> bool:
        """Say whether answers can be changed."""
        return self.status in {self.Status.DRAFT, self.Status.CHANGES_REQUESTED}

    @property
    def is_decided(self) -> bool:
        """Say whether it was approved or declined, and stays as it is."""
        return self.status in {self.Status.APPROVED, self.Status.DECLINED}

    @property
    def imported_report_issued_at(self) -> datetime | None:
        """Return when the report was issued whose file this was started from."""
        return datetime.fromisoformat(self.imported["issued_at"]) if self.imported else None

    @cached_property
    def stored_answers(self) -> "list[StoredAnswer]":
        """Return everybody's answers, those taken back too, as they were when first asked for."""
        return self.answers.stored()

    @cached_property
    def people(self) -> "list[Respondent]":
        """Return all who were asked, the owner first and then as they joined."""
        return sorted(self.respondents.all(), key=lambda person: (not person.is_owner, person.pk))

    @cached_property
    def settled(self) -> "dict[str, Settlement]":
        """Return what the owner has settled, by question."""
        return {row.question: row for row in self.settlements.all()}

    @cached_property
    def all_notes(self) -> "list[Note]":
        """Return the notes of every thread in the order in which they were written."""
        return list(self.notes.all())

    @cached_property
    def _rows_by_person(self) -> "dict[int, dict[str, StoredAnswer]]":
        rows: dict[int, dict[str, StoredAnswer]] = {}
        for row in self.stored_answers:
            rows.setdefault(row.respondent_id, {})[row.question] = row
        return rows

    def answers_of(self, respondent: "Respondent") -> "dict[str, StoredAnswer]":
        """Return the rows of one person's answers by question, those taken back too."""
        return self._rows_by_person.get(respondent.pk, {})

    def given_by(self, respondent: "Respondent") -> dict[str, Answer]:
        """Return what one person answers, by question."""
        rows = self.answers_of(respondent)
        return {key: row.value for key, row in rows.items() if row.value is not None}

    def only_heard(self, respondent: "Respondent") -> bool:
        """Say whether nobody but this person has ever answered; to be asked is no answer."""
        return self._rows_by_person.keys() <= {respondent.pk}

    def voices(self) -> list[Voice]:
        """Return what each person answers; their keys are the primary keys as text."""
        return [
            Voice(
                key=str(person.pk),
                role=person.role,
                is_owner=person.is_owner,
                answers=self.given_by(person),
            )
            for person in self.people
            if person.counts
        ]

    def working(self, without: "Respondent | None" = None) -> Working:
        """Return the answers that count, as if one person had said nothing."""
        if without is None:
            return self._now
        return self._working([each for each in self.voices() if each.key != str(without.pk)])

    @cached_property
    def _now(self) -> Working:
        return self._working(self.voices())

    def _working(self, voices: list[Voice]) -> Working:
        return working(self.knowledge, voices, self._settled_answers())

    def _settled_answers(self) -> dict[str, Answer]:
        """Return what was settled; nobody settles anything where nobody else has answered."""
        if len(self._rows_by_person) < 2:
            return {}
        return {key: row.value for key, row in self.settled.items()}

    def given_answers(self) -> dict[str, Answer]:
        """Return the working answer to every question that has one."""
        return self.working().answers

    def count_save(self) -> None:
        """Count a change of what the answers come to, and store when it was."""
        self.revision += 1
        self.updated_at = timezone.now()
        self.save(update_fields=["revision", "updated_at"])

    def latest_report(self, *unread: str) -> "Report | None":
        """Return the report issued last, without these columns; None before the first."""
        return self.reports.defer(*unread).order_by("-number").first()
