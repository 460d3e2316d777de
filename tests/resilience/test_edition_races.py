"""Two editors at the same moment, on a database in a file: one edition, one record of it."""

import threading
import time
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from assessor.management.commands.knowledge import Command
from assessor.management.editions import COMMAND
from assessor.models import (
    Assessment,
    AuditEntry,
    Edition,
    EditionDraft,
    Rerun,
    RerunEffect,
)
from assessor.workflow import publishing as rules
from assessor.workflow import rerunning
from tests.advice.answers import situation
from tests.builders import make_assessment, make_edition, owner_client, submitted
from tests.resilience.test_races import LET_IT_WAIT, at_once, sending, statuses
from tests.views.staff.editors import content_editor, draft_of
from tests.workflow.test_publishing import later

pytestmark = pytest.mark.django_db(transaction=True)

LEADER = "small_llm_vpc_private_cloud"
GRADE = {f"architectures/architectures/{LEADER}/fit/volume/grades/medium": 0}
ROUNDS = 3


def publishing(client: Client, draft: EditionDraft, seen: str) -> Callable[[], Any]:
    return sending(client, f"/staff/editions/drafts/{draft.pk}/publish/", {"seen": seen})


def test_of_two_drafts_published_at_once_one_is_and_the_other_is_told() -> None:
    editors = [content_editor(name) for name in ("one", "other")]
    seen = make_edition().sha256
    for turn in range(ROUNDS):
        drafts = [draft_of(f"2027.{turn}.{number}") for number in (1, 2)]
        requests = [
            publishing(client, draft, seen) for client, draft in zip(editors, drafts, strict=True)
        ]
        assert statuses(at_once(*requests)) == [302, 409]
        assert Edition.objects.count() == turn + 2
        seen = Edition.objects.current().sha256
    assert AuditEntry.objects.filter(event="edition.published").count() == ROUNDS


def test_one_draft_published_twice_at_once_is_published_once() -> None:
    editor = content_editor()
    seen = make_edition().sha256
    draft = draft_of()
    assert statuses(at_once(*[publishing(editor, draft, seen)] * 2)) == [302, 409]
    assert Edition.objects.filter(version="2026.12").count() == 1


def test_a_draft_is_published_or_discarded_and_never_both() -> None:
    editors = [content_editor(name) for name in ("one", "other")]
    seen = make_edition().sha256
    draft = draft_of()
    discard = sending(editors[1], f"/staff/editions/drafts/{draft.pk}/discard/")
    assert statuses(at_once(publishing(editors[0], draft, seen), discard)) == [302, 409]
    draft.refresh_from_db()
    assert (draft.state == "published") == Edition.objects.filter(version="2026.12").exists()


def test_two_who_work_out_the_effects_at_once_count_each_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rerunning, "CHUNK", 2)
    for _ in range(6):
        submitted()
    draft = draft_of(**GRADE)
    editors = [content_editor(name) for name in ("one", "other")]
    path = f"/staff/editions/drafts/{draft.pk}/effects/"
    editors[0].post(path, {"do": "start"})
    requests = [sending(client, path, {"do": "go_on"}) for client in editors for _ in range(2)]
    assert set(statuses(at_once(*requests))) == {302}
    rerun = Rerun.objects.get()
    assert (rerun.state, rerun.done, rerun.changed) == ("finished", 6, 6)
    assert RerunEffect.objects.count() == 6


def test_a_double_click_on_moving_moves_once() -> None:
    assessment = make_assessment(situation())
    draft = draft_of()
    editor = content_editor()
    editor.post(
        f"/staff/editions/drafts/{draft.pk}/publish/",
        {"seen": Edition.objects.current().sha256},
    )
    client = owner_client(assessment)
    move = sending(
        client,
        f"/a/{assessment.pk}/edition/",
        {"edition": "2026.12", "revision": str(assessment.revision)},
    )
    assert statuses(at_once(move, move)) == [302, 302]
    assert Assessment.objects.get().edition.version == "2026.12"
    assert AuditEntry.objects.filter(event="assessment.moved").count() == 1


def test_loading_while_a_later_edition_is_published_leaves_the_later_one_current() -> None:
    seen, draft = make_edition().sha256, draft_of("2027.2")
    published = threading.Event()

    def publish() -> None:
        with transaction.atomic():
            rules.publish(draft, COMMAND, seen)
            published.set()
            time.sleep(LET_IT_WAIT)

    def load() -> str:
        published.wait(timeout=30)
        output = StringIO()
        Command(stdout=output).store(later("2027.1"))
        return output.getvalue()

    _none, told = at_once(publish, load)
    assert told == "Edition 2027.1 is older than the current one, 2027.2: not loaded.\n"
    assert Edition.objects.current().version == "2027.2"
    assert not Edition.objects.filter(version="2027.1").exists()
