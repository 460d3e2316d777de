"""The audit log: who did what to which object, and when. Never an answer, never a name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessor.models import Assessment, AuditEntry, Respondent

EVENTS: Mapping[str, str | Promise] = {
    "invitation.made": _("Somebody was invited"),
    "invitation.withdrawn": _("An invitation was withdrawn"),
    "link.made": _("A private link was made for another device"),
    "link.renewed": _("A private link was replaced by a new one"),
    "question.settled": _("A question was settled"),
    "question.opened": _("A settled question was opened again"),
    "assessment.submitted": _("An assessment was submitted"),
    "assessment.reopened": _("An assessment was taken back for changes"),
    "report.signed": _("A suggestion was signed"),
    "assessment.changes": _("Changes were requested"),
    "assessment.approved": _("An assessment was approved"),
    "assessment.declined": _("An assessment was declined"),
    "result.shared": _("A link to the result was made"),
    "result.unshared": _("A link to the result was withdrawn"),
    "assessment.exported": _("Everything of an assessment was exported"),
    "assessment.deleted": _("An assessment was deleted for good"),
}
"""What is written down, in words, in the order in which it happens."""


def record(event: str, actor: str, assessment: Assessment, of: str = "") -> None:
    """Write one line. ``of`` is what in the assessment it was done to, as kind and key."""
    subject = f"assessment {assessment.pk}" + (f" {of}" if of else "")
    AuditEntry.objects.create(event=event, actor=actor, subject=subject)


def actor_of(respondent: Respondent) -> str:
    """Return who acts, without a name: the entry outlives what it is about."""
    return "owner" if respondent.is_owner else f"respondent {respondent.pk}"


def words(event: str) -> str:
    """Return an event in words; one that has none stands as it was written."""
    return str(EVENTS.get(event, event))
