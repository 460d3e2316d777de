"""What the catalogue promises beyond its grades, and how older editions read."""

import json

import pytest

from assessor.advice.conditions import conditions_of
from assessor.knowledge import UNKNOWN, KnowledgeBase, read_document
from assessor.knowledge.applicability import Always
from assessor.knowledge.catalogue import APPROACH, Step
from assessor.knowledge.conditions import Situation
from assessor.knowledge.references import choice_keys
from tests.knowledge.editions import RELEASED, changed

ENTERPRISE_IS_SERVED = 3


def older() -> KnowledgeBase:
    return read_document(json.loads((RELEASED / "2026.11.1.json").read_text("utf-8")))


# ---------------------------------------------------------------- the first 90 days


def test_every_step_has_an_owner(knowledge: KnowledgeBase) -> None:
    for option in knowledge.options.values():
        assert option.steps
        assert all(step.owner in knowledge.roles for step in option.steps), option.key


def test_a_step_of_an_older_edition_is_plain_text_and_has_no_owner() -> None:
    steps = older().options["air_gapped"].steps
    assert steps[0] == Step(
        text="Get the requirement in writing from the authority that sets it", owner=None
    )


def test_a_step_given_as_text_is_kept_as_text() -> None:
    path = "architectures/architectures/air_gapped/first_90_days"
    edition = read_document(changed(path, ["Ask first"]))
    (option,) = (
        option
        for option in edition.document["architectures"]["architectures"]
        if option["key"] == "air_gapped"
    )
    assert option["first_90_days"] == ["Ask first"]


# ---------------------------------------------------------------- approaches


def test_every_architecture_follows_an_approach_and_every_approach_has_architectures(
    knowledge: KnowledgeBase,
) -> None:
    followed = [approach for option in knowledge.options.values() for approach in option.approaches]
    assert all(option.approaches for option in knowledge.options.values())
    assert {*followed, "no_preference"} == set(choice_keys(knowledge.questions[APPROACH]) or ())
    assert all(followed.count(approach) >= 2 for approach in followed)


def test_only_ready_made_products_are_bought(knowledge: KnowledgeBase) -> None:
    for option in knowledge.options.values():
        assert ("buy" in option.approaches) == option.attributes["needs_point_product"]


# ---------------------------------------------------------------- components


def test_whoever_controls_versions_keeps_a_registry(knowledge: KnowledgeBase) -> None:
    for option in knowledge.options.values():
        keeps = "registry" in option.components
        assert keeps == (option.attributes["version_control"] != "none"), option.key


def test_every_task_says_what_it_needs(knowledge: KnowledgeBase) -> None:
    tasks = set(choice_keys(knowledge.questions["how_tasks"]) or ())
    assert set(knowledge.architectures.task_components) == tasks


def test_every_component_is_used(knowledge: KnowledgeBase) -> None:
    catalogue = knowledge.architectures
    used = {key for option in knowledge.options.values() for key in option.components}
    used |= {key for needed in catalogue.task_components.values() for key in needed}
    assert set(catalogue.components) == used


# ---------------------------------------------------------------- growth


def test_growing_never_leads_back(knowledge: KnowledgeBase) -> None:
    for start in knowledge.options:
        assert start not in reached_from(knowledge, start)


def test_every_path_of_growth_leads_to_something_that_serves_an_enterprise(
    knowledge: KnowledgeBase,
) -> None:
    for start in knowledge.options:
        ends = {start} | reached_from(knowledge, start)
        best = max(knowledge.options[key].grade("situation", "enterprise") for key in ends)
        assert best >= ENTERPRISE_IS_SERVED, start


def reached_from(knowledge: KnowledgeBase, start: str) -> set[str]:
    """Return every architecture that this one can grow into, directly or by way of others."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for growth in knowledge.options[waiting.pop()].grows_into:
            if growth.architecture not in found:
                found.add(growth.architecture)
                waiting.append(growth.architecture)
    return found


# ---------------------------------------------------------------- conditions and alternatives


@pytest.mark.parametrize(
    ("volume", "expected"),
    [(999_999, []), (1_000_000, [False]), (UNKNOWN, [True])],
    ids=["below", "at", "not known yet"],
)
def test_a_hosted_model_is_to_be_measured_at_high_or_unknown_volume(
    knowledge: KnowledgeBase, volume: int | str, expected: list[bool]
) -> None:
    situation = Situation(answers={"opex_volume": volume})
    for option in knowledge.options.values():
        conditions = conditions_of(knowledge, option, situation)
        found = [condition.open for condition in conditions if condition.rule == "slow_at_volume"]
        assert found == ([] if option.attributes["model_weights_held"] else expected), option.key


def test_doing_nothing_is_always_an_alternative(knowledge: KnowledgeBase) -> None:
    applies = {other.key: other.applies for other in knowledge.architectures.alternatives}
    assert isinstance(applies["do_nothing"], Always)


def test_an_edition_from_before_these_entries_existed_reads_without_them() -> None:
    catalogue = older().architectures
    assert catalogue.task_components == {}
    assert catalogue.alternatives == ()
    assert {option.approaches for option in catalogue.architectures} == {()}
    assert {option.grows_into for option in catalogue.architectures} == {()}
