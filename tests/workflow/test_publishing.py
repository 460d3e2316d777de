"""From an uploaded edition to a published one."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessor.knowledge import KnowledgeBase, read_document
from assessor.knowledge.reading import Finding
from assessor.models import AuditEntry, Edition, EditionDraft, Rerun
from assessor.workflow import drafts, publishing, rerunning
from assessor.workflow.publishing import Editor
from tests.builders import another_edition, make_assessment, make_edition, submitted
from tests.knowledge.editions import change, document, shipped

pytestmark = pytest.mark.django_db

KIM = Editor("Kim Content", "user 7")
LEE = Editor("Lee Content", "user 8")


def later(version: str = "2026.12", /, **changes: Any) -> KnowledgeBase:
    """Return the shipped edition with a later version, and other values at some places."""
    text = json.dumps(document()).replace(f'"{shipped().version}"', f'"{version}"')
    content = json.loads(text)
    for path, value in changes.items():
        change(content, path, value)
    return read_document(content)


def drafted(version: str = "2026.12", editor: Editor = KIM) -> EditionDraft:
    return publishing.upload(later(version), [], editor)


def seen() -> str:
    current = publishing.current()
    return current.sha256 if current else ""


def log() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("event", "actor", "subject"))


# ---------------------------------------------------------------- uploading


def test_an_upload_is_a_draft_that_nobody_uses_yet() -> None:
    make_edition()
    note = Finding("controls.yaml", "risks (x)", "always holds")
    draft = publishing.upload(later(), [note], KIM)
    stored = EditionDraft.objects.get()
    assert (stored.version, stored.sha256) == ("2026.12", later().sha256)
    assert stored.document == later().document
    assert [Finding(*each) for each in stored.notes] == [note]
    assert (stored.state, stored.uploaded_by) == ("open", "Kim Content")
    assert Edition.objects.current().version == shipped().version
    assert log() == [("edition.uploaded", "user 7", f"edition 2026.12 draft {draft.pk}")]


def test_the_same_upload_sent_twice_is_one_draft() -> None:
    assert drafted() == drafted(editor=LEE)
    assert EditionDraft.objects.get().uploaded_by == "Kim Content"
    assert len(log()) == 1


def test_a_version_that_is_published_is_not_taken_again() -> None:
    make_edition()
    with pytest.raises(publishing.VersionTaken, match=shipped().version):
        publishing.upload(shipped(), [], KIM)
    assert not EditionDraft.objects.exists()


@pytest.mark.parametrize("version", ["next", "2026.12-rc1", "2026." + "1" * 40])
def test_what_is_no_version_is_not_taken(version: str) -> None:
    with pytest.raises(publishing.NoVersion):
        drafted(version)


# ---------------------------------------------------------------- publishing


def test_publishing_makes_it_current_and_says_who_did_it_and_when() -> None:
    before = make_edition()
    draft = drafted()
    edition = publishing.publish(draft, LEE, before.sha256)
    assert Edition.objects.current() == edition
    assert (edition.version, edition.sha256) == (draft.version, draft.sha256)
    assert edition.knowledge == later()
    closed = EditionDraft.objects.get()
    assert (closed.state, closed.closed_by, closed.edition) == ("published", "Lee Content", edition)
    assert closed.closed_at
    assert log()[-1] == ("edition.published", "user 8", f"edition 2026.12 draft {draft.pk}")


def test_what_is_published_after_the_clock_was_set_back_is_the_current_one_all_the_same() -> None:
    before = make_edition()
    Edition.objects.update(loaded_at=timezone.now() + timedelta(hours=1))
    edition = publishing.publish(drafted(), KIM, seen())
    assert Edition.objects.current() == publishing.current() == edition
    assert list(Edition.objects.newest_first()) == [edition, before]


def test_the_first_edition_of_all_can_be_published() -> None:
    assert publishing.publish(drafted(), KIM, seen="").version == "2026.12"


def test_assessments_keep_their_edition_and_new_ones_start_with_the_new_one() -> None:
    old = submitted().assessment
    publishing.publish(drafted(), KIM, seen())
    old.refresh_from_db()
    assert old.edition.version == shipped().version
    assert old.reports.get().edition.version == shipped().version
    owner, _token = drafts.start(drafts.Start(uuid.uuid4(), "New", "Northwind"))
    assert owner.assessment.edition.version == "2026.12"


def test_a_published_edition_never_changes_and_is_never_deleted() -> None:
    edition = publishing.publish(drafted(), KIM, seen())
    assessment = make_assessment(edition=edition)
    for change_it in (edition.save, edition.delete, Edition.objects.get(pk=edition.pk).delete):
        with pytest.raises(TypeError, match="issued"):
            change_it()
    with pytest.raises(Exception, match="protected"):
        Edition.objects.filter(pk=edition.pk).delete()
    assert assessment.edition == edition


@pytest.mark.parametrize("version", ["2026.11.1", "2026.11", "1", "2025.99"])
def test_only_a_later_version_can_follow(version: str) -> None:
    make_edition()
    with pytest.raises(publishing.NotLater):
        publishing.publish(drafted(version), KIM, seen())
    assert EditionDraft.objects.get().is_open
    assert Edition.objects.count() == 1


def test_the_order_is_that_of_numbers_and_not_of_letters() -> None:
    another_edition("2026.9")
    assert publishing.publish(drafted("2026.10"), KIM, seen()).version == "2026.10"


def test_an_edition_from_before_there_was_an_order_can_be_followed() -> None:
    another_edition("first")
    assert publishing.publish(drafted("0.1"), KIM, seen()).version == "0.1"


def test_of_two_drafts_the_second_is_not_published_unseen() -> None:
    make_edition()
    one, other = drafted("2026.12"), drafted("2027.1")
    before = seen()
    publishing.publish(one, KIM, before)
    with pytest.raises(publishing.CurrentChanged):
        publishing.publish(other, LEE, before)
    assert EditionDraft.objects.get(pk=other.pk).is_open
    assert publishing.publish(other, LEE, seen()).version == "2027.1"


def test_of_two_drafts_of_one_version_one_is_published() -> None:
    make_edition()
    one = drafted()
    text = {"question_bank/questions/where_scope/help": "Look."}
    other = publishing.upload(later(**text), [], LEE)
    publishing.publish(one, KIM, seen())
    with pytest.raises(publishing.VersionTaken):
        publishing.publish(other, LEE, seen())


def test_a_draft_is_published_or_discarded_once() -> None:
    published, discarded = drafted("2026.12"), drafted("2027.1")
    publishing.publish(published, KIM, seen())
    publishing.discard(discarded, KIM)
    before = log()
    for draft in (published, discarded):
        with pytest.raises(publishing.Closed):
            publishing.publish(draft, LEE, seen())
        with pytest.raises(publishing.Closed):
            publishing.discard(draft, LEE)
    assert log() == before


# ---------------------------------------------------------------- discarding


def test_discarding_forgets_what_it_said_and_keeps_who_did_it() -> None:
    submitted()
    draft = drafted()
    rerunning.start(draft, "user 7")
    rerunning.go_on(draft)
    publishing.discard(draft, LEE)
    stored = EditionDraft.objects.get()
    assert (stored.state, stored.document, stored.notes) == ("discarded", None, [])
    assert (stored.uploaded_by, stored.closed_by) == ("Kim Content", "Lee Content")
    assert not Rerun.objects.exists()
    assert log()[-1] == ("edition.discarded", "user 8", f"edition 2026.12 draft {draft.pk}")


def test_what_was_discarded_can_be_uploaded_again() -> None:
    publishing.discard(drafted(), KIM)
    again = drafted(editor=LEE)
    assert again.is_open
    assert again.knowledge == later()
    assert EditionDraft.objects.count() == 2


def test_who_published_is_asked_for_by_name_and_the_log_has_none() -> None:
    draft = drafted()
    publishing.publish(draft, KIM, seen())
    assert not any("Kim" in part for line in log() for part in line)
