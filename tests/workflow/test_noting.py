"""Notes on a question: who wrote what stays, and after a decision all of it does."""

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.db import DatabaseError
from django.utils import timezone

from assessor.models import Assessment, Note
from assessor.workflow import noting
from assessor.workflow.noting import Author, Decided, Full
from tests.builders import make_assessment, owner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread() -> Note:
    assessment = make_assessment()
    author = Author("Dana", owner_of(assessment))
    return noting.write(assessment, author, "where_scope", "Since when?", in_report=True)


def test_a_reply_opens_a_resolved_thread_again(thread: Note) -> None:
    noting.resolve(thread, Author("Ana"))
    assert (Note.objects.get().resolved_by, Note.objects.get().resolved_at is None) == (
        "Ana",
        False,
    )
    noting.reply(thread, Author("Kim"), "Since May.")
    assert [note.text for note in thread.replies.all()] == ["Since May."]
    assert Note.objects.get(pk=thread.pk).resolved_at is None


def test_a_second_click_writes_nothing_twice(thread: Note) -> None:
    dana = Author("Dana", owner_of(thread.assessment))
    again = noting.write(thread.assessment, dana, "where_scope", "Since when?", in_report=True)
    replies = [noting.reply(thread, Author("Kim"), "Since May.") for _click in range(2)]
    assert again == thread
    assert replies[0] == replies[1]
    assert Note.objects.count() == 2


def test_what_reports_print_of_notes_has_a_bound_and_other_notes_have_none(
    thread: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note counts with a hundred characters more than it has."""
    monkeypatch.setattr(noting, "MOST_PRINTED", 110 + 300 + 300)
    assert thread.text == "Since when?"[:11]
    kim, assessment = Author("Kim"), thread.assessment
    noting.reply(thread, kim, "x" * 200)
    with pytest.raises(Full):
        noting.reply(thread, kim, "y" * 200)
    with pytest.raises(Full):
        noting.write(assessment, kim, "where_scope", "y" * 200, in_report=True)
    noting.reply(thread, kim, "x" * 200)  # a second click
    noting.write(assessment, kim, "where_scope", "y" * 200, in_report=False)
    noting.reply(thread, kim, "y" * 199)
    assert assessment.notes.count() == 4


@pytest.mark.parametrize(
    ("question", "author", "text"),
    [
        ("where_users", "Dana", "Since when?"),
        ("where_scope", "Kim", "Since when?"),
        ("where_scope", "Dana", "Until when?"),
    ],
)
def test_other_words_of_other_people_elsewhere_are_another_note(
    thread: Note, question: str, author: str, text: str
) -> None:
    respondent = owner_of(thread.assessment) if author == "Dana" else None
    noting.write(thread.assessment, Author(author, respondent), question, text, in_report=True)
    assert Note.objects.count() == 2


@pytest.mark.parametrize(("seconds", "replies"), [(50, 1), (70, 2)])
def test_the_same_words_may_be_written_again_after_a_minute(
    thread: Note, seconds: int, replies: int
) -> None:
    noting.reply(thread, Author("Kim"), "Still open.")
    Note.objects.update(written_at=timezone.now() - timedelta(seconds=seconds))
    noting.reply(thread, Author("Kim"), "Still open.")
    assert thread.replies.count() == replies


@pytest.mark.parametrize("status", ["approved", "declined"])
def test_nothing_is_noted_on_what_was_decided(thread: Note, status: str) -> None:
    Assessment.objects.update(status=status)
    thread = Note.objects.get()
    before = list(Note.objects.values())
    author = Author("Ana")
    for act in (
        lambda: noting.write(thread.assessment, author, "where_scope", "Late", in_report=False),
        lambda: noting.reply(thread, author, "Late"),
        lambda: noting.resolve(thread, author),
        lambda: noting.reopen(thread),
    ):
        with pytest.raises(Decided):
            act()
    assert list(Note.objects.values()) == before


def test_what_was_decided_since_the_page_was_shown_counts(thread: Note) -> None:
    assert not thread.assessment.is_decided
    Assessment.objects.update(status="approved")
    with pytest.raises(Decided):
        noting.reply(thread, Author("Kim"), "Late")


def test_a_reply_that_cannot_be_stored_leaves_the_thread_resolved(
    thread: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    noting.resolve(thread, Author("Ana"))
    monkeypatch.setattr(Note.objects, "get_or_create", Mock(side_effect=DatabaseError))
    with pytest.raises(DatabaseError):
        noting.reply(thread, Author("Kim"), "Since May.")
    assert Note.objects.get().resolved_by == "Ana"
