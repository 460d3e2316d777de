"""What differs between two editions: everything, told once, in the words of the edition."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.knowledge import KnowledgeBase, read_document
from assessor.knowledge.differences import Difference, Nothing, differences
from assessor.knowledge.overlay import Settings, derived
from tests.advice.answers import unhurried
from tests.knowledge.editions import GONE, RELEASED, change, document, shipped


def found(changes: dict[str, Any]) -> list[Difference]:
    """Return what differs once these places have other values."""
    edition = document()
    for path, value in changes.items():
        change(edition, path, value)
    return every(shipped(), read_document(edition))


def every(then: KnowledgeBase, now: KnowledgeBase) -> list[Difference]:
    return [each for section in differences(then, now) for each in section.differences]


def told(changes: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each.topic, each.subject, each.aspect) for each in found(changes)]


def test_an_edition_does_not_differ_from_itself() -> None:
    assert differences(shipped(), shipped()) == ()


OPTION = "architectures/architectures/byoc_platform"
OPTION_NAME = shipped().options["byoc_platform"].short_name
SCOPE = shipped().questions["where_scope"].text
SMALLER = shipped().questions["how_small_model_evidence"].text


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("question_bank/questions/where_scope/text", "Who?", ("questions", "Who?", "text")),
        ("question_bank/questions/where_scope/help", "Look.", ("questions", SCOPE, "help")),
        ("question_bank/questions/where_scope/choices/function/label", "One team",
         ("choices", SCOPE, "One team.label")),
        ("question_bank/questions/how_small_model_evidence/show_if", [], ("shown", SMALLER, "")),
        ("question_bank/base_weights/volume", 1.5, ("weights", "Transaction volume", "")),
        ("question_bank/priority_map/low_cost", ["opex"],
         ("weights", "Low and predictable running cost", "")),
        (f"{OPTION}/fit/volume/grades/low", 0, ("grades", OPTION_NAME, "Transaction volume: Low")),
        (f"{OPTION}/summary", "Other.", ("architectures", OPTION_NAME, "summary")),
        ("architectures/knockout_rules/no_team/reason", "{name} needs people.",
         ("rules", "… needs people.", "reason")),
        ("architectures/condition_rules/test_small_model/text", "Only if.",
         ("conditions", "Only if.", "text")),
        ("controls/controls/ai_register/what", "Write it down.",
         ("controls", "Keep a register of AI uses", "what")),
        ("estimates/parameters/staff_cost/central", 11_000.0,
         ("estimates", "parameters", "staff_cost.central")),
        ("question_bank/meta/as_of", "2026-12-01", ("about", "question_bank.yaml", "meta.as_of")),
    ],
)  # fmt: skip
def test_a_difference_is_told_in_the_words_of_the_edition(
    path: str, value: Any, expected: tuple[str, str, str]
) -> None:
    assert told({path: value}) == [expected]


def test_what_is_added_or_taken_away_is_one_difference() -> None:
    edition = document()
    controls = edition["controls"]["controls"]
    before = len(controls)
    kept = [control for control in controls if control["key"] != "ai_register"]
    assert len(kept) == before - 1
    edition["controls"]["controls"] = kept
    later = KnowledgeBase.model_validate(edition)
    [gone] = every(shipped(), later)
    assert (gone.topic, gone.subject) == ("controls", "Keep a register of AI uses")
    assert gone.is_gone
    assert not gone.is_added
    [added] = every(later, shipped())
    assert added.is_added
    assert added.then is Nothing.HERE


def test_another_order_is_a_difference() -> None:
    edition = document()
    edition["controls"]["risks"].reverse()
    later = KnowledgeBase.model_validate(edition)
    [moved] = every(shipped(), later)
    assert moved.place == ("controls", "risks", "order")
    assert moved.then == list(reversed(moved.now))


def test_conditions_are_compared_as_a_whole() -> None:
    rule = next(r for r in document()["architectures"]["knockout_rules"] if r["key"] == "no_team")
    when = [*rule["when"], {"question": "where_scope", "op": "eq", "value": "function"}]
    [difference] = found({"architectures/knockout_rules/no_team/when": when})
    assert (difference.then, difference.now) == (rule["when"], when)


def test_a_default_that_is_written_out_is_no_difference() -> None:
    edition = document()
    for question in edition["question_bank"]["questions"]:
        question.setdefault("notes", "")
    later = read_document(edition)
    assert later.sha256 != shipped().sha256
    assert differences(shipped(), later) == ()


def test_settings_are_told_as_settings_and_as_what_they_change() -> None:
    settings = Settings.model_validate({"name": "Northwind", "help": {"where_scope": "Ask Kim."}})
    later = read_document(derived(document(), settings, 1))
    topics = {each.topic for each in every(shipped(), later)}
    assert topics == {"settings", "questions", "about"}


def test_the_first_edition_can_be_compared_with_the_latest() -> None:
    first = read_document(json.loads((RELEASED / "2026.11.1.json").read_text("utf-8")))
    sections = {section.topic: section.differences for section in differences(first, shipped())}
    [question] = sections["questions"]
    assert (question.subject, question.is_added) == ("About how many people will use it?", True)
    assert "estimates" in sections


# ---------------------------------------------------------------- nothing is missed


def places(value: Any, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the path of every text and number in a document."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from places(each, *path, name)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, *path, str(number))
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield path


EVERYWHERE = list(places(document()))


@unhurried
@given(st.sampled_from(EVERYWHERE))
def test_wherever_something_is_changed_it_is_told(path: tuple[str, ...]) -> None:
    edition = document()
    place: Any = edition
    for name in path[:-1]:
        place = place[int(name)] if isinstance(place, list) else place[name]
    last: Any = int(path[-1]) if isinstance(place, list) else path[-1]
    place[last] = "changed" if isinstance(place[last], str) else place[last] + 1
    try:
        later = KnowledgeBase.model_validate(edition)
    except ValueError:
        return
    assert every(shipped(), later)


def test_gone_is_understood() -> None:
    assert told({"architectures/alternatives": GONE})
