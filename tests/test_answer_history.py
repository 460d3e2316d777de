"""What an answer was before, as people read it."""

from datetime import UTC, datetime, timedelta

from assessor.answer_history import history
from assessor.knowledge import Answer
from assessor.models import AnswerChange

START = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)


def saves(
    *values: Answer | None, person: int = 1, first: int = 1, every: int = 10, automatic: bool = True
) -> list[AnswerChange]:
    """Return somebody's saves of one answer, so many seconds apart."""
    return [
        AnswerChange(
            respondent_id=person,
            question="where_scope",
            value=value,
            revision=first + position,
            saved_at=START + timedelta(seconds=position * every),
            automatic=automatic,
        )
        for position, value in enumerate(values)
    ]


def steps(rows: list[AnswerChange]) -> list[tuple[Answer | None, Answer | None]]:
    return [(change.old, change.new) for change in history(rows)]


def test_the_last_change_stands_first_with_what_it_changed() -> None:
    rows = saves("individual", "function", None, automatic=False)
    assert steps(rows) == [("function", None), ("individual", "function"), (None, "individual")]


def test_what_was_saved_automatically_in_a_moment_is_one_change() -> None:
    (change,) = history(saves("individual", "function", "enterprise"))
    assert (change.old, change.new, change.revision) == (None, "enterprise", 3)
    assert change.at == START + timedelta(seconds=20)


def test_a_moment_ends_a_minute_after_it_began() -> None:
    assert steps(saves("individual", "function", "enterprise", every=40)) == [
        ("function", "enterprise"),
        (None, "function"),
    ]


def test_what_was_saved_by_hand_stays_a_change_of_its_own() -> None:
    by_hand = saves("enterprise", first=3, automatic=False)
    assert steps([*saves("individual", "function"), *by_hand]) == [
        ("function", "enterprise"),
        (None, "function"),
    ]


def test_trying_out_and_going_back_is_no_change() -> None:
    tried = saves("function", "individual", first=2)
    assert steps([*saves("individual", automatic=False), *tried]) == [(None, "individual")]


def test_two_people_are_told_apart() -> None:
    own, other = saves("individual", "function"), saves("enterprise", person=2, first=3)
    found = [(change.respondent_pk, change.old, change.new) for change in history([*own, *other])]
    assert found == [(2, None, "enterprise"), (1, None, "function")]
