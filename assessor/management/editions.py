"""Drafts of editions on the command line: the same steps as on the pages for staff."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.core.management.base import CommandError
from django.db.models import Count

from assessor.advice import examination
from assessor.advice.effects import Cause
from assessor.advice.examination import Examined
from assessor.knowledge import KnowledgeBase
from assessor.knowledge.archive import FORMATS, packed
from assessor.knowledge.overlay import ORGANISATION, base_of
from assessor.knowledge.reading import LARGEST_FILE, NAMES, KnowledgeError, parsed
from assessor.models import Edition, EditionDraft, Rerun
from assessor.views.staff.editions_words import architecture, parts
from assessor.views.staff.effects_words import reasons
from assessor.workflow import audit, publishing, rerunning
from assessor.workflow.publishing import Editor

COMMAND = Editor(name="command", actor=audit.COMMAND)
FOR_GOOD = {"publish", "discard"}
SHOWN = 200
"""Assessments listed with the reasons; the pages for staff list all."""


def draft(text: str) -> EditionDraft:
    """Return the open draft with this number or version; the only one where nothing is said."""
    found = EditionDraft.objects.filter(state=EditionDraft.State.OPEN)
    if text:
        found = found.filter(pk=int(text)) if text.isdecimal() else found.filter(version=text)
    drafts = list(found.defer("document")[:2])
    if len(drafts) == 1:
        return drafts[0]
    named = f" “{text}”" if text else ""
    if not drafts:
        raise CommandError(f"There is no draft{named}.")
    raise CommandError(f"There are several drafts{named}. Name one by its number:\n{_listed()}")


def _listed() -> str:
    drafts = EditionDraft.objects.filter(state=EditionDraft.State.OPEN).defer("document")
    return "\n".join(f"  {each.pk}: {each.version}" for each in drafts)


# ---------------------------------------------------------------- upload and download


def upload(path: Path) -> Iterator[str]:
    """Keep an edition, or settings over the current one, as a draft."""
    examined = _examined(path)
    if examined.errors:
        count, listed = len(examined.errors), "\n".join(map(str, examined.errors))
        raise CommandError(f"This edition cannot be used, {count} to mend:\n{listed}")
    try:
        stored = publishing.upload(examined.knowledge, examined.notes, COMMAND)
    except publishing.VersionTaken as taken:
        raise CommandError(f"Edition {taken} is published already: it never changes.") from None
    except publishing.NoVersion as wrong:
        raise CommandError(f"“{wrong}” is no version such as 2026.11.3.") from None
    yield from (f"Good to know: {note}" for note in examined.notes)
    yield f"Edition {stored.version} is stored as draft {stored.pk}."


def _examined(path: Path) -> Examined:
    files = _files(path)
    if set(files) == {ORGANISATION}:
        return _examined_settings(files[ORGANISATION])
    return examination.examine_files(files)


def _files(path: Path) -> Mapping[str, bytes]:
    if path.is_dir():
        return {name: _content(path / name) for name in NAMES if (path / name).is_file()}
    if path.is_file():
        return {path.name: _content(path)}
    raise CommandError(f"There is no file or folder {path}.")


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def _examined_settings(content: bytes) -> Examined:
    """Examine the settings in a file over the current edition."""
    try:
        wanted = parsed(ORGANISATION, content)
    except KnowledgeError as error:
        raise CommandError(str(error)) from None
    current = publishing.current()
    if current is None:
        raise CommandError("There is no edition yet to put settings over.")
    organisation = current.knowledge.organisation
    revision = organisation.revision + 1 if organisation else 1
    base = base_of(current.knowledge.document)
    return examination.examine_settings(base, wanted, revision)


def download(version: str, to: Path | None) -> Iterator[str]:
    """Write an edition to a file."""
    if to is None or to.suffix[1:] not in FORMATS:
        raise CommandError("Say where to write it: --to edition.zip, or edition.json")
    edition = Edition.objects.filter(version=version).first()
    if edition is None:
        known = ", ".join(Edition.objects.values_list("version", flat=True))
        raise CommandError(f"There is no edition “{version}”. There are: {known}")
    to.write_bytes(packed(edition.knowledge.document, to.suffix[1:]))
    audit.record("edition.downloaded", COMMAND.actor, of=f"edition {version}")
    yield f"Edition {version} is written to {to} ({edition.sha256})."


# ---------------------------------------------------------------- what a draft changes


def differences(draft: EditionDraft) -> Iterator[str]:
    """Yield what differs from the current edition."""
    current = publishing.current()
    if current is None:
        yield "There is no edition yet to compare it with."
        return
    yield f"Edition {draft.version} against {current.version}"
    for part in parts(current.knowledge, draft.knowledge):
        yield f"\n{part.title}: {part.count}"
        for row in part.rows:
            yield f"  {row.subject}" + (f" ({row.aspect})" if row.aspect else "")
            yield from (f"    - {line}" for line in row.then)
            yield from (f"    + {line}" for line in row.now)


def effects(draft: EditionDraft) -> Iterator[str]:
    """Work out everything that was submitted under the draft; yield whose leader changes.

    Interrupted, it goes on where it stopped the next time; finished, it starts again.
    """
    rerun = rerunning.start(draft, COMMAND.actor)
    if rerun.state == Rerun.State.FINISHED:
        rerun = rerunning.start_again(draft, COMMAND.actor)
    while rerun.state == Rerun.State.RUNNING:
        rerun = rerunning.go_on(draft) or rerun
        _progress(rerun)
    sys.stderr.write("\n")
    yield f"{rerun.done} worked out, {rerun.changed} get another suggestion."
    yield from _changes(rerun, draft.knowledge)


def _progress(rerun: Rerun) -> None:
    sys.stderr.write(f"\r{rerun.done} of about {rerun.total}")
    sys.stderr.flush()


def _changes(rerun: Rerun, now: KnowledgeBase) -> Iterator[str]:
    counted = rerun.effects.order_by().values("then", "now").annotate(count=Count("pk"))
    for row in counted.order_by("-count", "then", "now"):
        yield f"  {row['count']}: {row['then'] or '–'} → {row['now'] or '–'}"
    rows = rerun.effects.select_related("edition").defer("edition__document")
    for effect in rows.order_by("pk")[:SHOWN]:
        then = effect.edition.knowledge
        yield (
            f"\n{effect.assessment_id}: "
            f"{architecture(effect.then, then)} → {architecture(effect.now, now)}"
        )
        causes = [Cause.model_validate(cause) for cause in effect.causes]
        yield from (f"  {reason}" for reason in reasons(causes, then, now))


# ---------------------------------------------------------------- what becomes of it


def publish(draft: EditionDraft) -> Iterator[str]:
    """Publish a draft."""
    current = publishing.current()
    try:
        edition = publishing.publish(draft, COMMAND, current.sha256 if current else "")
    except (publishing.VersionTaken, publishing.NotLater):
        raise CommandError(
            f"Edition {draft.version} cannot be published: the current one has the same version "
            "or a later one."
        ) from None
    except (publishing.Closed, publishing.CurrentChanged):
        raise CommandError("Somebody else was faster. Look again.") from None
    yield f"Edition {edition.version} is published ({edition.sha256})."


def discard(draft: EditionDraft) -> Iterator[str]:
    """Discard a draft."""
    try:
        publishing.discard(draft, COMMAND)
    except publishing.Closed:
        raise CommandError("Somebody else was faster. Look again.") from None
    yield f"The draft of edition {draft.version} is discarded."
