"""What a draft of an edition would change."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessor.models.editions import Edition, EditionDraft


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
