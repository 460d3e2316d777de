"""The worked cases that come with the knowledge base, to one decimal."""

import pytest

from assessor.advice import advise
from assessor.advice.eligibility import Exclusion, exclusions
from assessor.advice.levels import Plausible
from assessor.advice.scoring import Placement, ranking, weights
from assessor.knowledge import KnowledgeBase
from assessor.knowledge.cases import GoldenCase
from assessor.knowledge.conditions import Situation
from tests.knowledge.editions import shipped

CASES = shipped().golden_cases.cases
ANSWERED = [case for case in CASES if case.answers]
ROWS = [case for case in CASES if case.levels]

answered = pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case.key)
rows = pytest.mark.parametrize("case", ROWS, ids=lambda case: case.key)


def rounded(places: tuple[Placement, ...], position: int) -> float | None:
    return round(places[position].score, 1) if position < len(places) else None


def test_there_are_eighteen_of_which_three_are_rows_of_the_articles_table() -> None:
    assert (len(CASES), len(ROWS)) == (18, 3)


# ---------------------------------------------------------------- the article's table


def row_ranking(knowledge: KnowledgeBase, case: GoldenCase) -> tuple[Placement, ...]:
    """Rank what is left when only the levels of the six columns are known."""
    plausible = {key: Plausible(frozenset({level})) for key, level in case.levels.items()}
    out = {
        reason.architecture
        for reason in exclusions(knowledge, Situation(), plausible)
        if isinstance(reason, Exclusion)
    }
    left = [option for option in knowledge.options.values() if option.key not in out]
    levels = {key: [level] for key, level in case.levels.items()}
    return ranking(left, levels, weights(knowledge, levels))


@rows
def test_a_row_leads_to_its_own_architecture_with_exactly_100(
    knowledge: KnowledgeBase, case: GoldenCase
) -> None:
    places = row_ranking(knowledge, case)
    assert places[0].architecture == case.expect.leader
    assert places[0].score == 100
    assert rounded(places, 1) == case.expect.runner_up_score


@rows
def test_a_row_says_what_the_article_says(knowledge: KnowledgeBase, case: GoldenCase) -> None:
    assert case.expect.leader is not None
    option = knowledge.options[case.expect.leader]
    assert option.canonical
    assert option.ideal_profile == case.levels


# ---------------------------------------------------------------- all questions answered


@answered
def test_the_leader_and_the_runner_up(knowledge: KnowledgeBase, case: GoldenCase) -> None:
    suggestion = advise(knowledge, case.answers)
    assert suggestion.leader == case.expect.leader
    assert rounded(suggestion.ranking, 0) == case.expect.score
    second = suggestion.ranking[1].architecture if len(suggestion.ranking) > 1 else None
    assert second == case.expect.runner_up
    assert rounded(suggestion.ranking, 1) == case.expect.runner_up_score


@answered
def test_the_levels(knowledge: KnowledgeBase, case: GoldenCase) -> None:
    assert advise(knowledge, case.answers).levels == case.expect.levels


@answered
def test_what_is_ruled_out_and_by_which_rule(knowledge: KnowledgeBase, case: GoldenCase) -> None:
    found: dict[str, set[str]] = {}
    for out in advise(knowledge, case.answers).excluded:
        found.setdefault(out.architecture, set()).add(out.rule)
    assert found == {key: set(rules) for key, rules in case.expect.excluded.items()}


@answered
def test_the_status(knowledge: KnowledgeBase, case: GoldenCase) -> None:
    assert advise(knowledge, case.answers).status == case.expect.status
