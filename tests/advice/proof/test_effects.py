"""Entries that change nothing."""

from typing import Any

import pytest

from assessor.advice.proof import effects
from assessor.knowledge import KnowledgeBase, read_document
from tests.advice.proof.planting import planted, severities
from tests.knowledge.editions import change, document

BANK, CATALOGUE = "question_bank.yaml", "architectures.yaml"
QUESTIONS = "question_bank/questions"


def test_the_shipped_edition_has_none(knowledge: KnowledgeBase) -> None:
    assert effects.part(knowledge).findings == ()


def test_a_question_whose_answer_changes_nothing() -> None:
    edition = document()
    questions = edition["question_bank"]["questions"]
    (size,) = [question for question in questions if question["key"] == "where_org_size"]
    questions.append({**size, "key": "where_size_again"})
    change(edition, "question_bank/meta/question_count", len(questions))
    part = effects.part(read_document(edition))
    assert severities(part) == {(BANK, "questions (where_size_again)"): "error"}


def test_a_text_that_is_not_printed_changes_nothing() -> None:
    part = effects.part(planted({f"{QUESTIONS}/why_success/feeds": []}))
    assert severities(part) == {(BANK, "questions (why_success)"): "error"}


@pytest.mark.parametrize(
    ("path", "entry", "file", "place"),
    [
        (
            "architectures/components/moat",
            {"label": "Moat", "plain": "Keeps everybody out."},
            CATALOGUE,
            "components (moat)",
        ),
        (f"{QUESTIONS}/drift_change/feeds", ["dimension.opex"], BANK, "questions (drift_change)"),
        (f"{QUESTIONS}/drift_change/feeds", ["knockout.drift"], BANK, "questions (drift_change)"),
    ],
    ids=["component", "feeds a criterion", "feeds a knock-out"],
)
def test_an_entry_that_nothing_uses_is_a_note(path: str, entry: Any, file: str, place: str) -> None:
    (((found_in, found_at), severity),) = severities(effects.part(planted({path: entry}))).items()
    assert (found_in, found_at.removesuffix(".feeds"), severity) == (file, place, "note")


@pytest.mark.parametrize(
    ("entries", "entry", "place"),
    [
        ("roles", {"key": "janitor", "label": "Janitor"}, "roles (janitor)"),
        (
            "considerations",
            {"key": "luck", "group": "what", "order": 7, "label": "Luck", "article_section": "3.7"},
            "considerations (luck)",
        ),
    ],
)
def test_a_role_or_consideration_without_questions_is_a_note(
    entries: str, entry: object, place: str
) -> None:
    edition = document()
    edition["question_bank"][entries].append(entry)
    part = effects.part(read_document(edition))
    assert severities(part) == {(BANK, place): "note"}
