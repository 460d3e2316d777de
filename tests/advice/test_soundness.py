"""What is said to be certain under unknown answers holds for every completion of them."""

from hypothesis import given

from assessor.advice import Suggestion, advise
from assessor.advice.standing import standing
from assessor.knowledge import UNKNOWN, Answer
from tests.advice.answers import forgotten_and_complete, unhurried
from tests.knowledge.editions import shipped

Pair = tuple[dict[str, Answer], dict[str, Answer]]

pairs = given(forgotten_and_complete())


def conditions_for_sure(suggestion: Suggestion, architecture: str) -> set[str]:
    return {
        condition.rule
        for condition in suggestion.conditions.get(architecture, ())
        if not condition.open and UNKNOWN not in condition.answers.values()
    }


@unhurried
@pairs
def test_who_is_out_stays_out_and_who_comes_out_was_named_as_open(pair: Pair) -> None:
    before, after = (standing(shipped(), answers) for answers in pair)
    out_before = {reason.architecture for reason in before.excluded}
    out_after = {reason.architecture for reason in after.excluded}
    named = {reason.architecture for reason in before.open_exclusions}
    assert out_before <= out_after <= out_before | named
    for criterion, levels in after.levels.items():
        assert levels <= before.levels[criterion]


@unhurried
@pairs
def test_gates_and_conditions_that_are_certain_stay(pair: Pair) -> None:
    before, after = (advise(shipped(), answers) for answers in pair)
    for architecture in set(before.conditions) & set(after.conditions):
        assert conditions_for_sure(before, architecture) <= conditions_for_sure(after, architecture)
    sure = {gate.key for gate in before.gates if not gate.open}
    hanging = {"prohibited_practice"}  # asks Legal because nobody knows
    assert sure - hanging <= {gate.key for gate in after.gates}
