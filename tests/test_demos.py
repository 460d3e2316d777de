"""The demo assessments that the product ships with, and what is said about a broken one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from assessor import demos
from assessor.advice import advise
from assessor.demos import Demo, DemoError
from assessor.knowledge import KnowledgeBase
from tests.knowledge.editions import shipped

ALL = demos.every(shipped())
LEADERS = [demo.expect.leader for demo in ALL.values()]

every_demo = pytest.mark.parametrize("demo", ALL.values(), ids=ALL)


# ---------------------------------------------------------------- the shipped ones


@every_demo
def test_a_demo_leads_to_what_it_says(demo: Demo) -> None:
    suggestion = advise(shipped(), demo.answers)
    assert (suggestion.leader, suggestion.status) == (demo.expect.leader, demo.expect.status)
    assert suggestion.ignored == ()


def test_the_demos_lead_to_every_architecture_once_and_one_leaves_none() -> None:
    assert sorted(LEADERS, key=str) == sorted([*shipped().options, None], key=str)


def test_the_demos_show_every_word_a_result_can_begin_with() -> None:
    assert {demo.expect.status for demo in ALL.values()} == {
        "no_option",
        "forced",
        "fit_with_gaps",
        "clear",
        "fairly_clear",
        "finely_balanced",
    }


def test_no_two_demos_are_of_the_same_organisation_or_field() -> None:
    assert len({demo.organisation for demo in ALL.values()}) == len(ALL)
    assert len({demo.sector for demo in ALL.values()}) == len(ALL)


@every_demo
def test_a_demo_also_answers_what_may_be_left_out(demo: Demo) -> None:
    assert {"where_users", "where_current_use", "why_success"} <= set(demo.answers)


@every_demo
def test_the_requests_of_a_demo_are_what_its_people_may_well_make(demo: Demo) -> None:
    suggestion = advise(shipped(), {**demo.answers, "opex_volume": "dont_know"})
    stated = demo.answers["opex_volume"]
    assert isinstance(stated, int)
    if suggestion.estimates:
        (assumed,) = (
            each.values for each in suggestion.estimates.assumptions if each.key == "requests"
        )
        assert assumed.low <= stated <= assumed.high


def test_some_demos_do_not_know_everything_yet() -> None:
    assert sum("dont_know" in demo.answers.values() for demo in ALL.values()) >= 3


@every_demo
def test_the_answers_stand_in_the_order_of_the_questions(demo: Demo) -> None:
    asked = [key for key in shipped().questions if key in demo.answers]
    assert list(demo.answers) == asked


def test_the_sample_is_a_clear_case_with_something_left_to_find_out() -> None:
    sample = advise(shipped(), ALL[demos.SAMPLE].answers)
    assert sample.status == "clear"
    assert sample.not_known
    assert sample.gates
    assert sample.estimates is not None


def test_one_demo_can_be_read_without_the_others(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("not: a demo")
    (tmp_path / "good.yaml").write_text(text_of(demos.SAMPLE))
    assert demos.one(shipped(), "good", tmp_path) == ALL[demos.SAMPLE]


# ---------------------------------------------------------------- broken ones


def text_of(key: str) -> str:
    return (demos.FOLDER / f"{key}.yaml").read_text("utf-8")


def broken(folder: Path, change: Callable[[dict[str, Any]], object]) -> str:
    """Return what is said about the sample after a change to it."""
    values = yaml.safe_load(text_of(demos.SAMPLE))
    change(values)
    (folder / "demo.yaml").write_text(yaml.safe_dump(values))
    with pytest.raises(DemoError) as caught:
        demos.one(shipped(), "demo", folder)
    return str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, "demo.yaml: colour: Extra inputs are not permitted"),
        ({"initiative": ""}, "demo.yaml: initiative: String should have at least 1 character"),
        ({"organisation": "x" * 101}, "demo.yaml: organisation: String should have at most 100"),
        (
            {"prepared_by": {"name": "A", "role": "emperor"}},
            "demo.yaml: prepared_by.role: no such role: emperor",
        ),
        (
            {"expect": {"leader": "abacus", "status": "clear"}},
            "demo.yaml: expect.leader: no such architecture: abacus",
        ),
        (
            {"expect": {"leader": None, "status": "splendid"}},
            "demo.yaml: expect.status: Input should be",
        ),
    ],
)
def test_what_is_wrong_is_named_with_file_and_place(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    assert broken(tmp_path, lambda values: values.update(change)).startswith(said)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"where_moon": "yes"}, "demo.yaml: answers.where_moon: no such question"),
        ({"where_scope": "galaxy"}, "demo.yaml: answers.where_scope: 'galaxy' is not one of"),
        ({"spec_language": "5"}, "demo.yaml: answers.spec_language: '5' is not a whole number"),
        ({"opex_volume": -1}, "demo.yaml: answers.opex_volume: -1 is not between"),
        ({"how_tasks": ["draft"]}, "answers.gov_autonomy: is not asked under these answers"),
    ],
)
def test_a_wrong_answer_is_named_with_its_question(
    tmp_path: Path, answers: dict[str, Any], said: str
) -> None:
    assert said in broken(tmp_path, lambda values: values["answers"].update(answers))


def test_a_missing_answer_is_named_with_its_question(tmp_path: Path) -> None:
    said = broken(tmp_path, lambda values: values["answers"].pop("reg_data"))
    assert said == "demo.yaml: answers.reg_data: has no answer"


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    wrong = {"where_scope": "galaxy", "where_moon": "yes"}
    said = broken(tmp_path, lambda values: values["answers"].update(wrong))
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2", "- a list", "", "x: &x 1\ny: *x"])
def test_a_file_that_is_no_mapping_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "demo.yaml").write_text(text)
    with pytest.raises(DemoError, match=r"^demo\.yaml: "):
        demos.one(shipped(), "demo", tmp_path)


def test_a_demo_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"^demo\.yaml: .*No such file"):
        demos.one(shipped(), "demo", tmp_path)


def test_the_sample_shows_a_talk_that_decides_and_one_that_can_be_skipped(
    knowledge: KnowledgeBase,
) -> None:
    sample = demos.one(knowledge, demos.SAMPLE)
    found = sample.evidence(knowledge)
    assert found is not None
    assert found.agreement is not None
    effects = {each.question: each.effect for each in found.agreement.disagreements}
    assert effects == {"opex_budget": "decides", "where_capex": "none"}
    assert sample.working(knowledge).answers == sample.answers


def test_an_answer_of_a_colleague_is_checked_too(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    text = (demos.FOLDER / f"{demos.SAMPLE}.yaml").read_text("utf-8")
    (tmp_path / "wrong.yaml").write_text(text.replace("opex_budget: low", "opex_budget: galaxy"))
    with pytest.raises(demos.DemoError, match=r"colleagues\.3\.answers\.opex_budget"):
        demos.one(knowledge, "wrong", tmp_path)
