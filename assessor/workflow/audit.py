"""The audit log: who did what to which object, when, and from where. Never an answer or a name.

Each line carries the hash of the line before, and one row tells where the log ends. It is locked
while a line is appended, so that the log is one chain on every database; whoever records
something in a transaction should have little left to do in it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessor.knowledge.hashing import sha256_of
from assessor.models import Assessment, AuditEntry, AuditHead, Respondent
from assessor.networks import network_of

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
    "assessment.viewed": _("Staff looked at an assessment"),
    "question.viewed": _("Staff looked at the answers to a question"),
    "report.viewed": _("Staff read a report"),
    "list.viewed": _("Staff looked at a list with names or by answers"),
    "report.downloaded": _("A report was downloaded"),
    "assessment.reviewed": _("A suggestion was marked as reviewed"),
    "assessment.scheduled": _("The next review was scheduled"),
    "due.viewed": _("Staff looked at what is due for review"),
    "portfolio.viewed": _("Staff looked at the portfolio"),
    "effects.viewed": _("Staff looked at whose suggestion an edition changes"),
    "bundle.made": _("Reports were chosen for a bundle of PDFs"),
    "bundle.downloaded": _("A bundle of PDFs was downloaded"),
    "portfolio.exported": _("The numbers of the portfolio were exported"),
    "assessment.exported": _("Everything of an assessment was exported"),
    "assessments.exported": _("A table of assessments was exported"),
    "internal_note.written": _("An internal note was written"),
    "assessment.deleted": _("An assessment was deleted for good"),
    "edition.uploaded": _("An edition was uploaded as a draft"),
    "edition.worked_out": _("What an edition changes was worked out from the start"),
    "edition.published": _("An edition was published"),
    "edition.discarded": _("A draft of an edition was discarded"),
    "edition.downloaded": _("An edition was downloaded"),
    "assessment.moved": _("An assessment was moved to another edition"),
    "log.exported": _("The audit log was exported"),
    "database.backed_up": _("Everything was backed up"),
    "database.restored": _("A backup was restored"),
    "account.made": _("An account was made"),
    "account.changed": _("An account, its role or its password was changed"),
    "account.deleted": _("An account was deleted"),
    "role.made": _("A role was made"),
    "role.changed": _("What a role may do was changed"),
    "role.deleted": _("A role was deleted"),
    "account.signed_in": _("Somebody signed in"),
    "account.refused": _("Somebody could not sign in"),
    "account.held_back": _("Somebody tried to sign in too often"),
    "account.signed_out": _("Somebody signed out"),
    "second_factor.enrolled": _("A second factor was set up"),
    "second_factor.accepted": _("A code was accepted"),
    "second_factor.refused": _("A code was refused"),
    "second_factor.recovered": _("A recovery code was used"),
    "second_factor.codes_made": _("New recovery codes were made"),
    "second_factor.reset": _("A second factor was removed"),
}
"""What is written down, in words, in the order in which it happens."""

HEAD = 1
"""The key of the one row that tells where the log ends."""

CHUNK = 2000

UNKNOWN = "unknown"
"""Who somebody is that could not sign in. What they typed may have been a password."""

COMMAND = "command"
"""Who acts on the command line: whoever may sit there."""

_origin: ContextVar[str] = ContextVar("origin", default="")


def record(event: str, actor: str, assessment: Assessment | None = None, of: str = "") -> None:
    """Write one line.

    ``of`` is what it was done to, as kind and key; with an assessment, what in it.
    """
    subject = f"assessment {assessment.pk} {of}".strip() if assessment else of
    with transaction.atomic(savepoint=False):
        head, _is_new = AuditHead.objects.select_for_update().get_or_create(pk=HEAD)
        entry = AuditEntry(
            event=event,
            actor=actor,
            subject=subject,
            at=timezone.now(),
            origin=_origin.get(),
            previous=head.sha256,
        )
        entry.sha256 = sha256_of(entry.content())
        entry.save(force_insert=True)
        head.entries += 1
        head.sha256 = entry.sha256
        head.save(update_fields=["entries", "sha256"])


def actor_of(respondent: Respondent) -> str:
    """Return who acts, without a name: the entry outlives what it is about."""
    return "owner" if respondent.is_owner else f"respondent {respondent.pk}"


def account(user: AbstractBaseUser | AnonymousUser) -> str:
    """Return an account, as whoever acts and as what something is done to."""
    return f"user {user.pk}"


def words(event: str) -> str:
    """Return an event in words; one that has none stands as it was written."""
    return str(EVENTS.get(event, event))


# ---------------------------------------------------------------- from where


@contextmanager
def acting_from(address: str) -> Iterator[None]:
    """Let what is recorded inside tell from which network it was done."""
    token = _origin.set(network_of(address))
    try:
        yield
    finally:
        _origin.reset(token)


# ---------------------------------------------------------------- is it whole


class Broken(Exception):
    """The log is not as it was written; the message says where that shows first."""


class NotThere(Exception):
    """No line has the hash that was noted, in a log that is otherwise whole."""


def verify(noted: str = "") -> AuditHead:
    """Go through the whole log, a few lines in memory at a time; return where it ends.

    ``noted`` is the hash of a line as somebody has noted it elsewhere: whoever can rewrite the
    whole log can make it whole again, but not with that line in it. Raises Broken and NotThere.
    """
    start = AuditHead.objects.filter(pk=HEAD).first() or AuditHead()
    count, last, is_there = 0, "", not noted
    for entry in AuditEntry.objects.order_by("pk").iterator(chunk_size=CHUNK):
        _check(entry, last)
        count, last = count + 1, entry.sha256
        is_there = is_there or entry.sha256 == noted
        if count == start.entries and last != start.sha256:
            raise Broken(f"Entry {entry.pk} is not the one that was written at its place.")
    if count < start.entries:
        raise Broken(f"The last {start.entries - count} of {start.entries} entries are missing.")
    if count > _entries_now():
        raise Broken(f"There are {count} entries, more than were written.")
    if not is_there:
        raise NotThere("No entry has this hash.")
    return AuditHead(entries=count, sha256=last)


def _check(entry: AuditEntry, last: str) -> None:
    if entry.previous != last:
        raise Broken(f"Entry {entry.pk} does not follow the one before it.")
    if entry.sha256 != sha256_of(entry.content()):
        raise Broken(f"Entry {entry.pk} was changed.")


def _entries_now() -> int:
    """Return how many entries there are by now: others may have come while the log was read."""
    return AuditHead.objects.filter(pk=HEAD).values_list("entries", flat=True).first() or 0
