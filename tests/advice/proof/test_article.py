"""Every sentence is traced, in both directions."""

from typing import Any

import pytest

from assessor.advice.proof import article
from assessor.knowledge import KnowledgeBase
from tests.advice.proof.planting import planted, severities

BANK, CATALOGUE = "question_bank.yaml", "architectures.yaml"
SENTENCES, QUESTIONS = "question_bank/article_sentences", "question_bank/questions"


def test_the_shipped_edition_has_none(knowledge: KnowledgeBase) -> None:
    assert article.part(knowledge).findings == ()


@pytest.mark.parametrize(
    ("path", "value", "file", "place"),
    [
        (f"{SENTENCES}/I1/context", False, BANK, "article_sentences (I1)"),
        (f"{SENTENCES}/Y2/becomes", "", BANK, "article_sentences (Y2)"),
        (f"{SENTENCES}/I1/questions", ["gov_harm"], BANK, "article_sentences (I1).questions"),
        (f"{QUESTIONS}/drift_change/trace", ["C4a", "I1"], BANK, "questions (drift_change).trace"),
        (
            "architectures/knockout_rules/no_team/trace",
            [],
            CATALOGUE,
            "knockout_rules (no_team).trace",
        ),
    ],
    ids=["no context", "becomes nothing", "not traced back", "not listed there", "knock-out"],
)
def test_a_trace_that_is_missing(path: str, value: Any, file: str, place: str) -> None:
    assert severities(article.part(planted({path: value}))) == {(file, place): "error"}


def test_a_question_that_goes_back_to_nothing() -> None:
    found = severities(article.part(planted({f"{QUESTIONS}/drift_change/trace": []})))
    assert found == {
        (BANK, "questions (drift_change).trace"): "error",
        (BANK, "article_sentences (C4a).questions"): "error",
    }
