"""Runs the stories told in the YAML files beside it; README.md says how to read and write them."""

from pathlib import Path

import pytest
import yaml

from assessor.advice import Suggestion, advise
from assessor.advice.eligibility import Exclusion, OpenExclusion
from assessor.knowledge import Answer, KnowledgeBase
from assessor.knowledge.conditions import Fact
from tests.advice.answers import situation, without

FOLDER = Path(__file__).parent
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "base.yaml")

Rules = dict[str, set[str]]
"""Architecture to the rules that speak against it."""


class Expected(Fact):
    """What should come out. What is not stated is not checked."""

    leader: str | None = None
    status: str = ""
    ruled_out: Rules = {}
    might_be_ruled_out: Rules = {}
    still_in: set[str] = set()
    conditions: Rules = {}
    gaps: tuple[str, ...] = ()
    practically_equal: tuple[str, ...] = ()
    levels: dict[str, str | tuple[str, ...]] = {}
    ask_first: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


class Scenario(Fact):
    name: str
    given: dict[str, Answer] = {}
    not_asked: tuple[str, ...] = ()
    expect: Expected


def scenarios(path: Path) -> list[Scenario]:
    return [Scenario.model_validate(entry) for entry in yaml.safe_load(path.read_text("utf-8"))]


def rules(reasons: tuple[Exclusion, ...] | tuple[OpenExclusion, ...]) -> Rules:
    found: Rules = {}
    for reason in reasons:
        found.setdefault(reason.architecture, set()).add(reason.rule)
    return found


def observed(suggestion: Suggestion) -> Expected:
    """Put a suggestion into the words of a scenario."""
    return Expected(
        leader=suggestion.leader,
        status=suggestion.status,
        ruled_out=rules(suggestion.excluded),
        might_be_ruled_out=rules(suggestion.open_exclusions),
        still_in={place.architecture for place in suggestion.ranking},
        conditions={
            option: {condition.rule for condition in conditions}
            for option, conditions in suggestion.conditions.items()
        },
        gaps=suggestion.gaps,
        practically_equal=suggestion.practically_equal,
        levels=suggestion.levels,
        ask_first=tuple(gate.key for gate in suggestion.gates),
        ignored=suggestion.ignored,
    )


def stated_part(stated: object, found: object) -> object:
    """Return what was found on the points that were stated: named entries, and members of a set."""
    if isinstance(stated, dict) and isinstance(found, dict):
        return {key: found.get(key, set()) for key in stated}
    if isinstance(stated, set) and isinstance(found, set):
        return stated & found
    return found


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(scenario, id=f"{path.stem}: {scenario.name}")
        for path in FILES
        for scenario in scenarios(path)
    ],
)
def test_scenario(knowledge: KnowledgeBase, scenario: Scenario) -> None:
    answers = without(situation(**scenario.given), *scenario.not_asked)
    found = observed(advise(knowledge, answers))
    for point in scenario.expect.model_fields_set:
        stated = getattr(scenario.expect, point)
        assert stated_part(stated, getattr(found, point)) == stated, point
