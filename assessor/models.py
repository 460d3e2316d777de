"""What is stored: editions, assessments, who answers, their answers, and issued reports."""

import hashlib
import secrets
import uuid
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn, Self

from django.conf import settings
from django.db import connections, models
from django.db.models import functions
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessor.advice import Suggestion
from assessor.advice.voices import Voice, Working, working
from assessor.knowledge import Answer, KnowledgeBase, read_document
from assessor.knowledge.hashing import sha256_of

NAME_LENGTH = 120
EMAIL_LENGTH = 254
TEXT_LENGTH = 2000
LINK_DAYS = 365
INVITATION_DAYS = 30
SUBJECT_LENGTH = 160
"""Room for an assessment and any question in it."""


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

    def newest_first(self) -> "EditionQuerySet":
        """Return them in the order in which the first is the current one."""
        return self.order_by("-loaded_at", "-pk")


_Editions = models.Manager.from_queryset(EditionQuerySet)


class EditionManager(_Editions["Edition"]):
    """Leaves out the document until somebody asks for it: most only ask which edition it is."""

    def get_queryset(self) -> EditionQuerySet:
        return EditionQuerySet(self.model, using=self._db).defer("document")


class Edition(Issued):
    """A published version of the knowledge base. Assessments are pinned to theirs for ever."""

    version = models.CharField(_("version"), max_length=40, unique=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    document = models.JSONField(_("document"))
    loaded_at = models.DateTimeField(_("loaded"), default=timezone.now)

    objects = EditionManager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-loaded_at"]
        # What leads to an edition from another row leaves the document out too.
        base_manager_name = "objects"
        permissions = [("publish_edition", _("Can publish editions"))]

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


class EditionDraft(models.Model):
    """An edition that was uploaded and proven, until it is published or discarded.

    Its content never changes. ``notes`` are what its editors should know: file, path and reason
    of each. ``edition`` is what it became; a discarded one has lost its document.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Draft")
        PUBLISHED = "published", _("Published")
        DISCARDED = "discarded", _("Discarded")

    version = models.CharField(_("version"), max_length=40)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    document = models.JSONField(_("document"), null=True)
    notes = models.JSONField(_("good to know"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    uploaded_by = models.CharField(_("uploaded by"), max_length=NAME_LENGTH)
    closed_at = models.DateTimeField(_("published or discarded"), null=True, blank=True)
    closed_by = models.CharField(_("by"), max_length=NAME_LENGTH, blank=True)
    edition = models.OneToOneField(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="draft"
    )

    class Meta:
        verbose_name = _("draft of an edition")
        verbose_name_plural = _("drafts of editions")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=models.Q(state="open"), name="one_open_draft_each"
            )
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def is_open(self) -> bool:
        """Say whether it can still be published or discarded."""
        return self.state == self.State.OPEN

    @property
    def subject(self) -> str:
        """Return what the audit log calls it."""
        return f"edition {self.version} draft {self.pk}"

    @property
    def knowledge(self) -> KnowledgeBase:
        """Return the draft as typed values (read once per process)."""
        return drafted_knowledge(self.pk, self.sha256)


@lru_cache(maxsize=2)
def drafted_knowledge(draft_pk: int, _sha256: str) -> KnowledgeBase:
    """Return the knowledge base of a draft; the hash tells it from one that is gone."""
    document = EditionDraft.objects.values_list("document", flat=True).get(pk=draft_pk)
    return read_document(document or {})


class Rerun(models.Model):
    """All that was ever submitted, worked out again under a draft, a few at a time.

    ``after`` is the primary key of the last one done. ``done`` of about ``total``; of these
    ``changed`` have another leader, and ``losing`` answers that the draft does not take.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Stopped")
        FINISHED = "finished", _("Finished")

    draft = models.OneToOneField(EditionDraft, on_delete=models.CASCADE, related_name="rerun")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    after = models.UUIDField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    losing = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    saved_at = models.DateTimeField(_("last saved"), default=timezone.now)

    class Meta:
        verbose_name = _("assessments worked out again")
        verbose_name_plural = _("assessments worked out again")

    def __str__(self) -> str:
        return f"{self.draft}: {self.done}"


class RerunEffect(models.Model):
    """An assessment whose leader is another one under a draft.

    ``then`` leads in its latest report, under ``edition``; ``now`` under the draft; empty for
    nobody. ``causes`` are as in ``effects.Cause``, ``lost`` the questions whose answers the draft
    does not take. It holds no answer.
    """

    rerun = models.ForeignKey(Rerun, on_delete=models.CASCADE, related_name="effects")
    assessment = models.ForeignKey("Assessment", on_delete=models.CASCADE, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    then = models.CharField(max_length=60, blank=True)
    now = models.CharField(max_length=60, blank=True)
    causes = models.JSONField(default=list)
    lost = models.JSONField(default=list)

    class Meta:
        verbose_name = _("change of a suggestion")
        verbose_name_plural = _("changes of suggestions")
        ordering = ["pk"]
        indexes = [models.Index(fields=["rerun", "then", "now"], name="effect_then_now")]
        constraints = [
            models.UniqueConstraint(fields=["rerun", "assessment"], name="one_effect_each")
        ]

    def __str__(self) -> str:
        return f"{self.then} → {self.now}"


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
        ordering = ["at", "pk"]
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
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["name", "-id"], name="signature_name")]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_opinion_display()}"


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


class Bucket(models.Model):
    """How often somebody has done something lately: see limits.py.

    ``key`` names nobody; ``full_at`` is in seconds since 1970, and past for whoever did nothing.
    """

    key = models.CharField(max_length=64, primary_key=True)
    full_at = models.FloatField(db_index=True)

    def __str__(self) -> str:
        return self.key


class Worker(models.Model):
    """A process that does what nobody waits for, and when it last said that it is there."""

    id = models.CharField(primary_key=True, max_length=64)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class Routine(models.Model):
    """Work that comes back every night. ``last``: the night it was handed out for, ISO 8601."""

    name = models.CharField(primary_key=True, max_length=40)
    last = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"
