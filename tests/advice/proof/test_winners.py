"""Every architecture can win, and one that cannot is found."""

from typing import Any

import pytest

from assessor.advice import questionnaire
from assessor.advice.proof import Witness, winners
from assessor.advice.standing import standing
from assessor.knowledge import UNKNOWN, KnowledgeBase, read_document
from tests.advice.proof.planting import finding, planted, proven
from tests.knowledge.editions import Document, change, document, shipped

OPTIONS = "architectures/architectures"


@pytest.fixture(params=shipped().options)
def key(request: pytest.FixtureRequest) -> str:
    architecture: str = request.param
    return architecture


@pytest.fixture
def witness(key: str) -> Witness:
    return proven().witnesses[key]


def test_the_witness_leads(knowledge: KnowledgeBase, key: str, witness: Witness) -> None:
    found = standing(knowledge, witness.answers)
    assert found.leader is not None
    assert found.leader.key == key
    others = found.ranking[1:2]
    assert witness.lead == (found.ranking[0].score - others[0].score if others else None)


def test_the_witness_is_complete_and_legal(knowledge: KnowledgeBase, witness: Witness) -> None:
    questionnaire.check(knowledge, witness.answers)
    shown = questionnaire.questions_shown(knowledge, witness.answers)
    assert set(witness.answers) <= {question.key for question in shown}
    assert {question.key for question in shown if question.required} <= set(witness.answers)
    assert UNKNOWN not in witness.answers.values()


def test_the_lead_hangs_on_something(witness: Witness) -> None:
    assert witness.decisive
    assert set(witness.decisive) < set(witness.answers)


def option_in(edition: Document, key: str) -> Document:
    options: list[Document] = edition["architectures"]["architectures"]
    return next(option for option in options if option["key"] == key)


def missing(knowledge: KnowledgeBase, key: str) -> tuple[str, str]:
    """Return why there is no witness for an architecture, and how that was found."""
    assert winners.witness_of(knowledge, knowledge.options[key]) is None
    others = {name: each for name, each in proven().witnesses.items() if name != key}
    part = winners.part(knowledge, others)
    found = finding(part, f"architectures ({key})")
    assert found.severity == "error"
    return found.reason, found.method


def test_one_that_is_never_better_than_another_is_found_exactly() -> None:
    edition = document()
    worse, better = option_in(edition, "air_gapped"), option_in(edition, "self_hosted_on_prem")
    worse["fit"] = better["fit"]
    isolated = {"only_if_isolation_required": True}
    worse["attributes"] = better["attributes"] | isolated
    reason, method = missing(read_document(edition), "air_gapped")
    assert reason == "can never win: it is never ahead of 'self_hosted_on_prem'"
    assert method == "exact"


def test_of_equals_only_the_one_that_stands_first_can_win() -> None:
    edition = document()
    first, second = option_in(edition, "foundation_api_rag"), option_in(edition, "byoc_platform")
    second["fit"], second["attributes"] = first["fit"], first["attributes"]
    second["ideal_profile"] = first["ideal_profile"]
    knowledge = read_document(edition)
    assert winners.never_worse(knowledge, knowledge.options["byoc_platform"]) == first["key"]
    assert winners.never_worse(knowledge, knowledge.options["foundation_api_rag"]) is None


def test_one_that_stands_later_must_be_better_for_certain() -> None:
    edition = document()
    first, second = option_in(edition, "foundation_api_rag"), option_in(edition, "byoc_platform")
    for part in ("fit", "attributes", "ideal_profile"):
        second[part] = first[part]
    change(edition, f"{OPTIONS}/byoc_platform/fit/upkeep", {"low": 3, "medium": 3, "high": 3})
    lowest = {"low": 2, "medium": 2, "high": 2}
    second["fit"] = second["fit"] | {"upkeep": {"grades": dict.fromkeys(lowest, 3), "note": ""}}
    first["fit"] = first["fit"] | {"upkeep": {"grades": lowest, "note": ""}}
    knowledge = read_document(edition)
    assert winners.never_worse(knowledge, knowledge.options["foundation_api_rag"]) == second["key"]


def test_one_that_is_out_in_every_case_is_not_found_by_searching() -> None:
    nothing: dict[str, Any] = {"low": 0, "medium": 0, "large": 0}
    knowledge = planted({f"{OPTIONS}/byoc_platform/fit/opex/grades": nothing})
    reason, method = missing(knowledge, "byoc_platform")
    assert reason.startswith("can never win, as it seems")
    assert method == "search: 40 starts"


def test_a_required_text_is_answered_too() -> None:
    knowledge = planted({"question_bank/questions/why_success/required": True})
    witness = winners.witness_of(knowledge, knowledge.options["air_gapped"])
    assert witness is not None
    assert witness.answers["why_success"]
