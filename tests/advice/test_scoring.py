from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.advice.scoring import Levels, Weights, ranking, shares, weights
from assessor.knowledge import KnowledgeBase
from assessor.knowledge.catalogue import Architecture
from tests.advice.answers import unhurried
from tests.knowledge.editions import shipped

CORE = [key for key, criterion in shipped().criteria.items() if criterion.core]
EVERY = list(shipped().criteria)


@st.composite
def level_sets(draw: st.DrawFn) -> dict[str, frozenset[str]]:
    """Draw plausible levels of some criteria."""
    keys = draw(st.sets(st.sampled_from(EVERY), min_size=1))
    return {
        key: draw(st.frozensets(st.sampled_from(shipped().criteria[key].levels), min_size=1))
        for key in EVERY
        if key in keys
    }


# ---------------------------------------------------------------- weights


def test_half_of_the_weight_lies_on_the_tables_columns(knowledge: KnowledgeBase) -> None:
    weighed = weights(knowledge, EVERY)
    assert 2 * sum(weighed[key] for key in CORE) == sum(weighed.values())


def test_all_of_it_where_only_they_are_answered(knowledge: KnowledgeBase) -> None:
    assert shares(weights(knowledge, CORE)) == dict.fromkeys(CORE, 1 / 6)


def test_nothing_answered_weighs_nothing(knowledge: KnowledgeBase) -> None:
    assert weights(knowledge, []) == {}


@pytest.mark.parametrize(
    ("place", "factor"), [(0, Fraction(40, 18)), (1, Fraction(28, 18)), (2, Fraction(22, 18))]
)
def test_a_priority_multiplies_by_one_plus_twice_its_centroid(
    knowledge: KnowledgeBase, place: int, factor: Fraction
) -> None:
    """The rank-order centroid of three ranks: 11/18, 5/18, 2/18."""
    priorities = ["switch_supplier", "switch_supplier", "switch_supplier"]
    priorities[place] = "protect_data"
    weighed = weights(knowledge, CORE, priorities)
    assert Fraction(weighed["sensitivity"], weighed["opex"]) == factor


def test_a_priority_raises_every_criterion_it_maps_to(knowledge: KnowledgeBase) -> None:
    weighed = weights(knowledge, EVERY, ["fast_value"])
    first = 1 + 2 * Fraction(11, 18)
    assert Fraction(weighed["team_capex"], weighed["opex"]) == first
    assert Fraction(weighed["speed"], weighed["volume"]) == first


def test_two_priorities_on_one_criterion_add_up(knowledge: KnowledgeBase) -> None:
    weighed = weights(knowledge, CORE, ["domain_quality", "own_asset"])
    raised = Fraction(weighed["specificity"], weighed["opex"])
    assert raised == 1 + 2 * Fraction(11 + 5, 18)


def test_a_priority_without_a_criterion_changes_nothing(knowledge: KnowledgeBase) -> None:
    assert weights(knowledge, EVERY, ["switch_supplier"]) == weights(knowledge, EVERY)


def test_a_priority_on_a_criterion_not_answered_changes_nothing(knowledge: KnowledgeBase) -> None:
    assert weights(knowledge, CORE, ["sustainability"]) == weights(knowledge, CORE)


@unhurried
@given(
    st.sets(st.sampled_from(EVERY), min_size=1),
    st.lists(st.sampled_from(list(shipped().question_bank.priority_map)), unique=True, max_size=3),
)
def test_shares_always_add_up_to_one(answered: set[str], priorities: list[str]) -> None:
    shared = shares(weights(shipped(), answered, priorities))
    assert sum(shared.values()) == pytest.approx(1)
    assert set(shared) == answered


# ---------------------------------------------------------------- contributions


def contributions(option: Architecture, levels: Levels, weighed: Weights) -> dict[str, float]:
    (place,) = ranking([option], levels, weighed)
    return place.contributions


def test_a_contribution_is_weight_times_grade(knowledge: KnowledgeBase) -> None:
    """Vetted point solutions grade 1 of 4 where sensitivity is high."""
    vetted = knowledge.options["vetted_point_solutions"]
    assert contributions(vetted, {"sensitivity": ["high"]}, {"sensitivity": 1}) == {
        "sensitivity": 25
    }


def test_several_plausible_levels_count_with_their_mean(knowledge: KnowledgeBase) -> None:
    """Grades 4 where sensitivity is low and 1 where it is high."""
    vetted = knowledge.options["vetted_point_solutions"]
    levels = {"sensitivity": ["low", "high"]}
    assert contributions(vetted, levels, {"sensitivity": 1}) == {"sensitivity": 62.5}


def test_ideal_on_every_column_is_exactly_one_hundred(knowledge: KnowledgeBase) -> None:
    row = knowledge.options["enterprise_vpc_foundation"]
    levels = {key: [level] for key, level in row.ideal_profile.items()}
    (place,) = ranking([row], levels, weights(knowledge, levels))
    assert place.score == 100


# ---------------------------------------------------------------- ranking


@unhurried
@given(level_sets())
def test_contributions_add_up_to_the_score(levels: dict[str, frozenset[str]]) -> None:
    for place in ranking(shipped().options.values(), levels, weights(shipped(), levels)):
        assert sum(place.contributions.values()) == pytest.approx(place.score)
        assert 0 <= place.score <= 100


@unhurried
@given(level_sets())
def test_the_order_is_that_of_the_scores(levels: dict[str, frozenset[str]]) -> None:
    places = ranking(shipped().options.values(), levels, weights(shipped(), levels))
    scores = [place.score for place in places]
    assert scores == sorted(scores, reverse=True)


@unhurried
@given(level_sets(), st.sampled_from(list(shipped().options)))
def test_taking_an_option_away_leaves_the_others_as_they_were(
    levels: dict[str, frozenset[str]], gone: str
) -> None:
    weighed = weights(shipped(), levels)
    every = ranking(shipped().options.values(), levels, weighed)
    rest = [option for option in shipped().options.values() if option.key != gone]
    assert ranking(rest, levels, weighed) == tuple(
        place for place in every if place.architecture != gone
    )


def test_equals_stand_in_the_order_of_the_catalogue(knowledge: KnowledgeBase) -> None:
    levels = {"examples": ["many"]}
    places = ranking(knowledge.options.values(), levels, weights(knowledge, levels))
    assert places[0].architecture == "fine_tuned_small_llm"
    assert {place.score for place in places[1:]} == {50}
    catalogue = [key for key in knowledge.options if key != "fine_tuned_small_llm"]
    assert [place.architecture for place in places[1:]] == catalogue


def test_without_criteria_nothing_scores(knowledge: KnowledgeBase) -> None:
    assert {place.score for place in ranking(knowledge.options.values(), {}, {})} == {0}
