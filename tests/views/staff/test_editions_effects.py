"""Whose suggestion changes under a draft: worked out bit by bit, and told with the reason."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from assessor.jobs import workers
from assessor.models import AuditEntry, Edition, EditionDraft, Rerun, RerunEffect
from assessor.views.staff import editions_effects
from assessor.workflow import publishing, rerunning
from tests.advice.answers import situation
from tests.builders import Response, another_edition, make_edition, submitted, text_of
from tests.knowledge.editions import shipped
from tests.views.staff.editors import content_editor, draft_of
from tests.workflow.test_publishing import KIM

pytestmark = pytest.mark.django_db

LEADER = "small_llm_vpc_private_cloud"
GRADE = {f"architectures/architectures/{LEADER}/fit/volume/grades/medium": 0}
SECRET = "Marigold plan"


@pytest.fixture
def draft() -> EditionDraft:
    make_edition()
    return draft_of(**GRADE)


@pytest.fixture
def editor() -> Client:
    return content_editor()


@pytest.fixture(autouse=True)
def _chunks_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rerunning, "CHUNK", 2)
    monkeypatch.setattr(editions_effects, "BY_HAND", 2)


def address(draft: EditionDraft) -> str:
    return reverse("edition_effects", args=[draft.pk])


def press(client: Client, draft: EditionDraft, do: str, **headers: Any) -> Response:
    return client.post(address(draft), {"do": do}, headers=headers)


def run(client: Client, draft: EditionDraft) -> str:
    """Press the button until nothing is left to do; return the page then."""
    press(client, draft, "start")
    for _ in range(50):
        if Rerun.objects.get().state != "running":
            return text_of(client.get(address(draft)))
        press(client, draft, "go_on")
    raise AssertionError


def test_looking_at_the_page_starts_nothing(editor: Client, draft: EditionDraft) -> None:
    submitted()
    assert "Not looked at yet" in text_of(editor.get(address(draft)))
    assert not Rerun.objects.exists()


def test_without_script_a_button_works_out_some_each_time(
    editor: Client, draft: EditionDraft
) -> None:
    for _ in range(5):
        submitted()
    assert press(editor, draft, "start")["Location"] == address(draft)
    assert press(editor, draft, "go_on").status_code == 302
    shown = text_of(editor.get(address(draft)))
    assert "4 of about 5 are worked out." in shown
    assert '<progress aria-labelledby="run-state" value="4" max="5">' in shown
    press(editor, draft, "go_on")
    shown = text_of(editor.get(address(draft)))
    assert "5 get another suggestion." in shown
    assert "<progress" not in shown


def test_with_script_each_request_works_out_one_chunk_and_brings_the_next(
    editor: Client, draft: EditionDraft
) -> None:
    for _ in range(3):
        submitted()
    press(editor, draft, "start")
    response = press(editor, draft, "go_on", hx_request="true")
    assert response.status_code == 200
    assert "2 of about 3 are worked out." in text_of(response)
    assert 'hx-trigger="load"' in text_of(response)
    last = text_of(press(editor, draft, "go_on", hx_request="true"))
    assert "3 of about 3 are worked out." in last
    assert "hx-trigger" not in last


def test_the_page_shows_then_now_and_why(editor: Client, draft: EditionDraft) -> None:
    submitted()
    shown = run(editor, draft)
    assert "Small model, private cloud" in shown
    assert "Small model, shared cloud" in shown or "Small model" in shown
    assert "is graded 0 instead of 4 at “Medium”" in shown
    assert "Transaction volume (7.7 points)" in shown


def test_whose_it_is_shows_only_to_those_who_may_view_assessments(draft: EditionDraft) -> None:
    report = submitted(initiative=SECRET, organisation="Heather")
    shown = run(content_editor(), draft)
    assert SECRET not in shown
    assert "Heather" not in shown
    assert str(report.assessment_id) not in shown
    assert str(report.assessment_id)[:8] in shown
    named = content_editor("administrator", "view_assessment")
    shown = text_of(named.get(address(draft)))
    assert SECRET in shown
    assert f'href="/a/{report.assessment_id}/result/"' in shown


def test_stopping_keeps_what_was_found_and_it_goes_on_there(
    editor: Client, draft: EditionDraft
) -> None:
    for _ in range(5):
        submitted()
    press(editor, draft, "start")
    press(editor, draft, "go_on")
    press(editor, draft, "stop")
    shown = text_of(editor.get(address(draft)))
    assert "Go on where it stopped" in shown
    assert "From whom to whom" in shown
    assert Rerun.objects.get().done == 4
    run(editor, draft)
    assert Rerun.objects.get().done == 5


def test_starting_again_takes_in_what_came_since(editor: Client, draft: EditionDraft) -> None:
    submitted()
    run(editor, draft)
    submitted()
    asked = press(editor, draft, "again")
    assert "What was found so far is deleted" in text_of(asked)
    assert RerunEffect.objects.count() == 1
    press(editor, draft, "again_for_sure")
    assert not RerunEffect.objects.exists()
    started = AuditEntry.objects.filter(event="edition.worked_out")
    subject = f"edition {draft.version} draft {draft.pk}"
    assert [entry.subject for entry in started] == [subject, subject]
    assert {entry.actor for entry in started} != {""}
    assert "2 of about 2 are worked out." in run(editor, draft)


def test_the_list_can_be_narrowed_to_a_change(editor: Client, draft: EditionDraft) -> None:
    first = submitted(initiative="First")
    never = {"op": "eq", "question": "where_scope", "value": "individual"}
    both = draft_of("2027.1", **GRADE, **{"architectures/knockout_rules/no_team/when": [never]})
    submitted(situation(where_dev_team="none"), initiative="Second")
    client = content_editor("named", "view_assessment")
    run_page = run(client, both)
    assert "None is left" in run_page
    assert ">First<" in run_page
    assert ">Second<" in run_page
    narrowed = text_of(client.get(f"{address(both)}?then=none"))
    assert ">Second<" in narrowed
    assert ">First<" not in narrowed
    narrowed = text_of(client.get(f"{address(both)}?then={first.leader}"))
    assert ">First<" in narrowed
    assert ">Second<" not in narrowed


@pytest.mark.parametrize("query", ["?page=99", "?page=x", "?then=" + "x" * 300, "?now=%00"])
def test_an_address_that_makes_no_sense_shows_a_page(
    editor: Client, draft: EditionDraft, query: str
) -> None:
    submitted()
    run(editor, draft)
    assert editor.get(address(draft) + query).status_code == 200


def test_what_was_found_stays_with_a_published_edition(editor: Client, draft: EditionDraft) -> None:
    submitted()
    run(editor, draft)
    publishing.publish(draft, KIM, shipped().sha256)
    shown = text_of(editor.get(address(draft)))
    assert "is graded 0 instead of 4" in shown
    assert RerunEffect.objects.count() == 1
    another_edition("2099.1")
    shown = text_of(editor.get(address(draft)))
    assert "is graded 0 instead of 4" in shown
    assert "<button" not in shown.split('id="run"')[1].split("</section>")[0]
    for do in ("again", "again_for_sure"):
        assert press(editor, draft, do).status_code == 409
    assert RerunEffect.objects.count() == 1


def test_what_the_current_edition_changes_can_be_worked_out_after_publishing(
    editor: Client, draft: EditionDraft
) -> None:
    submitted()
    publishing.publish(draft, KIM, shipped().sha256)
    assert "is graded 0 instead of 4" in run(editor, draft)
    submitted(edition=Edition.objects.order_by("pk")[0])
    press(editor, draft, "again_for_sure")
    assert "2 of about 2 are worked out." in run(editor, draft)


def test_of_a_discarded_draft_nothing_is_worked_out(editor: Client, draft: EditionDraft) -> None:
    publishing.discard(draft, KIM)
    assert editor.get(address(draft)).status_code == 302
    assert press(editor, draft, "start").status_code == 409
    assert not Rerun.objects.exists()


@pytest.mark.parametrize("do", ["", "go_on", "stop", "delete everything"])
def test_what_makes_no_sense_does_nothing(editor: Client, draft: EditionDraft, do: str) -> None:
    assert press(editor, draft, do).status_code == 302
    assert not Rerun.objects.exists()


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_asks_the_same_however_many_change(
    editor: Client, draft: EditionDraft, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        submitted()
    run(editor, draft)
    with django_assert_num_queries(11):
        editor.get(address(draft))


def test_where_a_worker_is_there_the_page_only_looks(editor: Client, draft: EditionDraft) -> None:
    submitted()
    workers.beat("ana")
    for do in ("start", "go_on", "go_on"):
        press(editor, draft, do)
    assert Rerun.objects.get().done == 0
    assert [task.task_name for task in DBTaskResult.objects.all()] == ["continue_rerun"]
    page = editor.get(address(draft))
    assert "It goes on by itself, also when you leave this page." in text_of(page)
    assert 'hx-trigger="load delay:1s"' in page.content.decode()
