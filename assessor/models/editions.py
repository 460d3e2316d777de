"""Editions of the knowledge base, and drafts of them."""

from functools import lru_cache

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessor.knowledge import KnowledgeBase, read_document
from assessor.models.issued import Issued
from assessor.models.lengths import NAME_LENGTH


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
