"""From an uploaded edition to a published one: drafts, publishing, discarding.

What is published never changes, and stays as long as anything refers to it. Each step is one
transaction; doing the same twice is refused or harmless.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from assessor.knowledge import KnowledgeBase
from assessor.knowledge.reading import Finding
from assessor.knowledge.versions import is_later, order_of
from assessor.models import Edition, EditionDraft, Rerun
from assessor.workflow import audit
from assessor.workflow.drafts import Refused

LONGEST_VERSION = 40
MOMENT = timedelta(microseconds=1)


class NoVersion(Refused):
    """The version of the edition is none such as 2026.11.2, or is too long."""


class VersionTaken(Refused):
    """An edition of this version is published: editions never change."""


class NotLater(Refused):
    """The current edition has the same version or a later one."""


class Closed(Refused):
    """The draft was published or discarded meanwhile."""


class CurrentChanged(Refused):
    """Another edition was published after the page was shown on which somebody publishes."""


@dataclass(frozen=True)
class Editor:
    """Who uploads, publishes or discards. ``actor`` is the name in the audit log."""

    name: str
    actor: str


def current() -> Edition | None:
    """Return the edition new assessments start with, without its document; None before one is."""
    return Edition.objects.newest_first().first()


def upload(knowledge: KnowledgeBase, notes: Iterable[Finding], editor: Editor) -> EditionDraft:
    """Store an edition that was proven as a draft; the same one sent twice is one draft.

    Raises NoVersion or VersionTaken.
    """
    _refuse_version(knowledge.version)
    same = EditionDraft.objects.filter(sha256=knowledge.sha256, state=EditionDraft.State.OPEN)
    try:
        with transaction.atomic():
            return same.first() or _stored(knowledge, notes, editor)
    except IntegrityError:
        return same.get()


def _refuse_version(version: str) -> None:
    try:
        order_of(version)
    except ValueError:
        raise NoVersion(version) from None
    if len(version) > LONGEST_VERSION:
        raise NoVersion(version)
    if Edition.objects.filter(version=version).exists():
        raise VersionTaken(version)


def _stored(knowledge: KnowledgeBase, notes: Iterable[Finding], editor: Editor) -> EditionDraft:
    draft = EditionDraft.objects.create(
        version=knowledge.version,
        sha256=knowledge.sha256,
        document=knowledge.document,
        notes=[list(note) for note in notes],
        uploaded_by=editor.name,
    )
    audit.record("edition.uploaded", editor.actor, of=draft.subject)
    return draft


def publish(draft: EditionDraft, editor: Editor, seen: str) -> Edition:
    """Let new assessments start with this edition from now on.

    ``seen`` is the hash of the edition that was current when the person decided, empty where
    there was none. Raises Closed, CurrentChanged, VersionTaken or NotLater.
    """
    with transaction.atomic():
        before = locked_current()
        locked = _locked(draft)
        if (before.sha256 if before else "") != seen:
            raise CurrentChanged
        refuse_earlier(locked.version, before)
        edition = _stored_after(before, locked)
        _close(locked, EditionDraft.State.PUBLISHED, editor, edition)
        audit.record("edition.published", editor.actor, of=locked.subject)
        return edition


def publish_at_once(knowledge: KnowledgeBase, editor: Editor) -> Edition:
    """Publish what is proven and was never a draft: what comes with the product.

    To be called where the current edition is locked, which it has to follow.
    """
    edition = _stored_after(current(), knowledge)
    audit.record("edition.published", editor.actor, of=f"edition {knowledge.version}")
    return edition


def _stored_after(before: Edition | None, content: EditionDraft | KnowledgeBase) -> Edition:
    """Store an edition as loaded after the current one, also where the clock was set back."""
    now = timezone.now()
    return Edition.objects.create(
        version=content.version,
        sha256=content.sha256,
        document=content.document,
        loaded_at=max(now, before.loaded_at + MOMENT) if before else now,
    )


def locked_current() -> Edition | None:
    """Return the current edition, so that of two who publish at once one sees the other's.

    Whoever waited for the lock asks again: another edition may be the current one by now. Nobody
    who starts an assessment waits for it.
    """
    list(Edition.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return current()


def refuse_earlier(version: str, before: Edition | None) -> None:
    """Raise VersionTaken or NotLater where this version cannot follow the current edition."""
    if Edition.objects.filter(version=version).exists():
        raise VersionTaken(version)
    if before is not None and not follows(version, before.version):
        raise NotLater(version)


def follows(version: str, before: str) -> bool:
    """Say whether a version is later; editions from before there was an order precede all."""
    try:
        return is_later(version, before)
    except ValueError:
        return True


def discard(draft: EditionDraft, editor: Editor) -> None:
    """Forget what a draft says, and what it would have changed. Raises Closed."""
    with transaction.atomic():
        locked = _locked(draft)
        Rerun.objects.filter(draft=locked).delete()
        locked.document, locked.notes = None, []
        _close(locked, EditionDraft.State.DISCARDED, editor)
        audit.record("edition.discarded", editor.actor, of=locked.subject)


def _locked(draft: EditionDraft) -> EditionDraft:
    locked = EditionDraft.objects.select_for_update().get(pk=draft.pk)
    if not locked.is_open:
        raise Closed
    return locked


def _close(draft: EditionDraft, state: str, editor: Editor, edition: Edition | None = None) -> None:
    draft.state, draft.edition = state, edition
    draft.closed_at, draft.closed_by = timezone.now(), editor.name
    draft.save()
