"""The parts of an architecture, the stated preference, and what else could be done."""

import json

import pytest

from assessor.advice import advise
from assessor.advice.parts import (
    ComponentNeeded,
    PreferenceCheck,
    alternatives_for,
    components_for,
    preference_check,
)
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase, read_document
from tests.advice.answers import situation, without
from tests.knowledge.editions import GONE, RELEASED, changed


def added(knowledge: KnowledgeBase, option: str, *tasks: str) -> dict[str, tuple[str, ...]]:
    """Return the components that these tasks add to this architecture, and why."""
    answers = situation(how_tasks=list(tasks))
    return {
        needed.component: needed.because
        for needed in components_for(knowledge, knowledge.options[option], answers)
        if needed.status == "added_by_task"
    }


def checked(knowledge: KnowledgeBase, preference: Answer) -> PreferenceCheck | None:
    answers = situation(how_approach=preference)
    return preference_check(knowledge, answers, advise(knowledge, answers).ranking)


def older(version: str = "2026.11.1") -> KnowledgeBase:
    return read_document(json.loads((RELEASED / f"{version}.json").read_text("utf-8")))


# ---------------------------------------------------------------- components


def test_an_architectures_own_components_come_first_and_need_no_reason(
    knowledge: KnowledgeBase,
) -> None:
    option = knowledge.options["local_quantised_model"]
    needed = components_for(knowledge, option, situation(how_tasks=["answer_docs"]))
    own = needed[: len(option.components)]
    assert tuple(part.component for part in own) == option.components
    assert {(part.because, part.status) for part in own} == {((), "part_of_it")}
    assert needed[len(own) :] == (
        ComponentNeeded(component="vector_db", because=("answer_docs",), status="added_by_task"),
        ComponentNeeded(component="doc_pipeline", because=("answer_docs",), status="added_by_task"),
    )


def test_a_component_that_is_there_already_is_not_added(knowledge: KnowledgeBase) -> None:
    assert added(knowledge, "foundation_api_rag", "answer_docs") == {}


def test_a_component_needed_by_several_tasks_is_added_once_with_every_reason(
    knowledge: KnowledgeBase,
) -> None:
    found = added(knowledge, "local_quantised_model", "act", "live_data")
    assert found["functions"] == ("live_data", "act")
    assert found["local_db"] == ("live_data",)


def test_a_ready_made_product_brings_its_own_search_and_filters(knowledge: KnowledgeBase) -> None:
    tasks = ("answer_docs", "chat_external", "live_data")
    found = added(knowledge, "cots_saas_function", *tasks)
    assert set(found) == {"handover", "local_db", "functions"}


def test_drafting_adds_nothing(knowledge: KnowledgeBase) -> None:
    assert all(added(knowledge, option, "draft") == {} for option in knowledge.options)


def test_the_order_of_the_answer_does_not_matter(knowledge: KnowledgeBase) -> None:
    one = added(knowledge, "vetted_point_solutions", "act", "code", "live_data")
    other = added(knowledge, "vetted_point_solutions", "live_data", "act", "code")
    assert list(one.items()) == list(other.items())


def test_without_tasks_there_are_only_the_architectures_own_components(
    knowledge: KnowledgeBase,
) -> None:
    option = knowledge.options["air_gapped"]
    needed = components_for(knowledge, option, without(situation(), "how_tasks"))
    assert tuple(part.component for part in needed) == option.components


def test_an_older_edition_adds_no_components() -> None:
    edition = older()
    option = edition.options["local_quantised_model"]
    needed = components_for(edition, option, situation(how_tasks=["answer_docs", "act"]))
    assert {part.status for part in needed} == {"part_of_it"}


# ---------------------------------------------------------------- the preference


def test_a_preference_that_the_leader_follows_agrees(knowledge: KnowledgeBase) -> None:
    leader = advise(knowledge, situation()).leader
    assert leader == "small_llm_vpc_private_cloud"
    assert checked(knowledge, "build") == PreferenceCheck(
        preference="build", agrees=True, best_with_preference=leader, points_behind=0
    )


@pytest.mark.parametrize("preference", ["buy", "lease", "reuse"])
def test_another_preference_names_the_best_option_that_follows_it_and_its_distance(
    knowledge: KnowledgeBase, preference: str
) -> None:
    ranking = advise(knowledge, situation()).ranking
    followers = [
        place for place in ranking if preference in knowledge.options[place.architecture].approaches
    ]
    check = checked(knowledge, preference)
    assert check is not None
    assert not check.agrees
    assert check.best_with_preference == (followers[0].architecture if followers else None)
    expected = ranking[0].score - followers[0].score if followers else None
    assert check.points_behind == expected


def test_a_preference_that_no_option_left_follows_has_no_best(knowledge: KnowledgeBase) -> None:
    answers = situation(how_approach="buy", how_point_solution="none")
    check = preference_check(knowledge, answers, advise(knowledge, answers).ranking)
    assert check == PreferenceCheck(
        preference="buy", agrees=False, best_with_preference=None, points_behind=None
    )


@pytest.mark.parametrize("preference", ["no_preference", UNKNOWN])
def test_without_a_preference_there_is_nothing_to_check(
    knowledge: KnowledgeBase, preference: str
) -> None:
    assert checked(knowledge, preference) is None


def test_a_preference_not_asked_for_is_not_checked(knowledge: KnowledgeBase) -> None:
    answers = without(situation(), "how_approach")
    assert preference_check(knowledge, answers, advise(knowledge, answers).ranking) is None


def test_with_no_option_left_there_is_nothing_to_check(knowledge: KnowledgeBase) -> None:
    assert preference_check(knowledge, situation(how_approach="buy"), ()) is None


def test_an_older_edition_says_nothing_about_approaches() -> None:
    answers = situation(how_approach="build")
    assert preference_check(older(), answers, advise(older(), answers).ranking) is None


# ---------------------------------------------------------------- alternatives


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        (["code"], ["do_nothing", "process_change"]),
        (["extract"], ["do_nothing", "process_change", "extractive"]),
        (["draft"], ["do_nothing", "process_change", "rules_and_templates"]),
        (
            ["act", "live_data"],
            ["do_nothing", "process_change", "extractive", "rules_and_templates"],
        ),
    ],
)
def test_what_else_could_be_done_depends_on_the_tasks(
    knowledge: KnowledgeBase, tasks: list[str], expected: list[str]
) -> None:
    found = alternatives_for(knowledge, situation(how_tasks=tasks))
    assert [(other.key, other.open) for other in found] == [(key, False) for key in expected]


def test_an_alternative_that_hangs_on_an_unknown_answer_is_open() -> None:
    clause = {"question": "opex_volume", "op": "lte", "value": 100}
    edition = read_document(
        changed("architectures/alternatives/extractive/applies", {"any": [clause]})
    )
    found = alternatives_for(edition, situation(opex_volume=UNKNOWN))
    assert {other.key for other in found if other.open} == {"extractive"}


def test_an_edition_may_name_no_alternatives() -> None:
    edition = read_document(changed("architectures/alternatives", GONE))
    assert alternatives_for(edition, situation()) == ()
