import copy
import json

import pytest
from hypothesis import given

from assessor.advice import Suggestion, advise
from assessor.advice.questionnaire import AnswerError
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase
from tests.advice.answers import answer_sets, situation, unhurried, without
from tests.knowledge.editions import shipped

Answered = dict[str, Answer]


def ranked(suggestion: Suggestion) -> list[str]:
    return [place.architecture for place in suggestion.ranking]


def ruled_out(suggestion: Suggestion) -> set[str]:
    return {out.architecture for out in suggestion.excluded}


# ---------------------------------------------------------------- status


def test_with_several_options_left_the_status_says_how_sure_that_is(
    knowledge: KnowledgeBase,
) -> None:
    assert advise(knowledge, situation()).status == "clear"
    balanced = advise(knowledge, situation(how_small_model_evidence=UNKNOWN))
    assert balanced.status == "finely_balanced"


def test_with_one_option_left_the_constraints_decide(knowledge: KnowledgeBase) -> None:
    nobody = advise(knowledge, situation(where_dev_team="none", how_point_solution="yes_evaluated"))
    assert nobody.status == "forced"
    assert (nobody.leader, nobody.lead) == ("cots_saas_function", None)


def test_with_no_option_left_there_is_no_leader(knowledge: KnowledgeBase) -> None:
    nobody = advise(knowledge, situation(where_dev_team="none"))
    assert nobody.status == "no_option"
    assert (nobody.leader, nobody.lead, nobody.ranking) == (None, None, ())
    assert (nobody.gaps, nobody.conditions, nobody.practically_equal) == ((), {}, ())


def test_a_leader_that_is_poor_on_a_column_has_gaps(knowledge: KnowledgeBase) -> None:
    poor = advise(knowledge, situation(where_capex="small"))
    assert poor.leader == "small_llm_vpc_private_cloud"
    assert poor.status == "fit_with_gaps"
    assert poor.gaps == ("team_capex",)


def test_a_leader_below_65_points_has_gaps(knowledge: KnowledgeBase) -> None:
    """A local model for ten million documents: workable on every column, good on few."""
    low = advise(
        knowledge,
        situation(
            reg_residency="air_gapped",
            reg_sector=["finance"],
            how_small_model_evidence="after_tuning",
            opex_volume=10_000_000,
        ),
    )
    assert low.ranking[0].score < 65
    assert low.status == "fit_with_gaps"
    assert low.gaps == ()


# ---------------------------------------------------------------- the ranking and what it says


def test_the_lead_is_the_distance_to_the_second(knowledge: KnowledgeBase) -> None:
    suggestion = advise(knowledge, situation())
    first, second, *_ = suggestion.ranking
    assert suggestion.leader == first.architecture
    assert suggestion.lead == first.score - second.score


def test_less_than_two_points_are_practically_equal(knowledge: KnowledgeBase) -> None:
    suggestion = advise(knowledge, situation())
    assert suggestion.practically_equal == ()
    (case,) = [
        case
        for case in knowledge.golden_cases.cases
        if case.key == "low_team_high_sensitivity_narrow_partner_money"
    ]
    close = advise(knowledge, case.answers)
    assert close.lead is not None
    assert close.lead < 2
    assert close.practically_equal == ("small_llm_vpc_private_cloud",)


def test_scores_are_not_rounded(knowledge: KnowledgeBase) -> None:
    score = advise(knowledge, situation()).ranking[0].score
    assert score != round(score, 3)


def test_the_ranking_without_priorities_is_given_too(knowledge: KnowledgeBase) -> None:
    with_priorities = advise(knowledge, situation(why_priorities=["low_cost"]))
    none = advise(knowledge, without(situation(), "why_priorities"))
    assert with_priorities.without_priorities == none.ranking
    assert with_priorities.ranking != none.ranking


@pytest.mark.parametrize("priorities", [UNKNOWN, ["switch_supplier"]])
def test_priorities_that_name_no_criterion_change_nothing(
    knowledge: KnowledgeBase, priorities: Answer
) -> None:
    suggestion = advise(knowledge, situation(why_priorities=priorities))
    assert suggestion.ranking == suggestion.without_priorities


def test_a_preference_for_buying_or_building_does_not_change_the_score(
    knowledge: KnowledgeBase,
) -> None:
    preferences = ("buy", "lease", "build", "reuse", UNKNOWN)
    suggestions = [advise(knowledge, situation(how_approach=word)) for word in preferences]
    assert len({suggestion.ranking[0].score for suggestion in suggestions}) == 1


def test_conditions_are_attached_to_the_first_three(knowledge: KnowledgeBase) -> None:
    suggestion = advise(knowledge, situation(how_small_model_evidence="not_tested"))
    assert list(suggestion.conditions) == ranked(suggestion)[:3]
    rules = {
        key: [condition.rule for condition in conditions]
        for key, conditions in suggestion.conditions.items()
    }
    assert "test_small_model" in rules["small_llm_vpc_private_cloud"]


@pytest.mark.parametrize(
    ("answers", "row"),
    [
        (situation(), "small_llm_vpc_private_cloud"),
        (
            situation(where_scope="individual", where_dev_team="none", spec_language=1),
            "vetted_point_solutions",
        ),
        (
            situation(
                where_scope="enterprise",
                where_dev_team="large",
                where_capex="substantial",
                gov_oversight="regulator",
                opex_budget="large",
                reg_ipr_leak="critical",
                spec_language=3,
            ),
            "enterprise_vpc_foundation",
        ),
        (
            situation(
                where_scope="enterprise",
                where_dev_team=UNKNOWN,
                where_capex=UNKNOWN,
                opex_budget=UNKNOWN,
                gov_oversight="regulator",
                reg_ipr_leak="serious",
            ),
            "enterprise_vpc_foundation",
        ),
    ],
    ids=["one function", "one person", "the enterprise", "unknown columns count as the nearest"],
)
def test_the_nearest_row_of_the_articles_table(
    knowledge: KnowledgeBase, answers: Answered, row: str
) -> None:
    assert advise(knowledge, answers).nearest_row == row


# ---------------------------------------------------------------- answers that do not count


def test_hidden_answers_do_not_count_and_are_reported(knowledge: KnowledgeBase) -> None:
    plain = without(situation(spec_language=1), "spec_training_data")
    hidden = advise(knowledge, {**plain, "spec_training_data": "many_cleared"})
    assert hidden.ignored == ("spec_training_data",)
    assert hidden.model_copy(update={"ignored": ()}) == advise(knowledge, plain)


def test_a_hidden_answer_cannot_rule_anything_out(knowledge: KnowledgeBase) -> None:
    alone = advise(knowledge, situation(where_scope="individual", policy_versions="side_by_side"))
    assert "versions_side_by_side" not in {out.rule for out in alone.excluded}
    assert "policy_versions" in alone.ignored


def test_an_open_condition_shows_the_question_and_its_answer_counts(
    knowledge: KnowledgeBase,
) -> None:
    suggestion = advise(knowledge, situation(spec_language=UNKNOWN))
    assert suggestion.ignored == ()
    assert suggestion.levels["examples"] == "some"


def test_what_is_not_known_yet_is_listed(knowledge: KnowledgeBase) -> None:
    unknown = situation(opex_volume=UNKNOWN, reg_residency=UNKNOWN)
    assert advise(knowledge, unknown).not_known == ("reg_residency", "opex_volume")


def test_a_criterion_without_answers_takes_no_weight(knowledge: KnowledgeBase) -> None:
    suggestion = advise(knowledge, without(situation(), "how_deadline"))
    assert "speed" not in suggestion.weights
    assert sum(suggestion.weights.values()) == pytest.approx(1)


def test_without_any_answer_nothing_is_ruled_out_and_nothing_scores(
    knowledge: KnowledgeBase,
) -> None:
    suggestion = advise(knowledge, {})
    assert ranked(suggestion) == list(knowledge.options)
    assert {place.score for place in suggestion.ranking} == {0}


def test_an_answer_that_is_not_allowed_is_refused(knowledge: KnowledgeBase) -> None:
    with pytest.raises(AnswerError, match="where_scope: 'galaxy' is not one of individual"):
        advise(knowledge, situation(where_scope="galaxy"))


def test_the_edition_is_named(knowledge: KnowledgeBase) -> None:
    suggestion = advise(knowledge, situation())
    assert (suggestion.edition, suggestion.edition_sha256) == (knowledge.version, knowledge.sha256)


# ---------------------------------------------------------------- whatever the answers


@unhurried
@given(answer_sets())
def test_every_option_is_either_ranked_or_ruled_out(answers: Answered) -> None:
    suggestion = advise(shipped(), answers)
    assert not ruled_out(suggestion) & set(ranked(suggestion))
    assert ruled_out(suggestion) | set(ranked(suggestion)) == set(shipped().options)
    assert {may.architecture for may in suggestion.open_exclusions} <= set(ranked(suggestion))


@unhurried
@given(answer_sets())
def test_contributions_add_up_to_scores_between_0_and_100(answers: Answered) -> None:
    suggestion = advise(shipped(), answers)
    for place in (*suggestion.ranking, *suggestion.without_priorities):
        assert sum(place.contributions.values()) == pytest.approx(place.score)
        assert 0 <= place.score <= 100
    for place in suggestion.ranking:
        for criterion, points in place.contributions.items():
            assert points <= 100 * suggestion.weights[criterion] + 1e-9


@unhurried
@given(answer_sets())
def test_every_exclusion_has_words_answers_and_sentences(answers: Answered) -> None:
    for out in advise(shipped(), answers).excluded:
        assert out.reason
        assert "{" not in out.reason
        assert out.answers.items() <= answers.items()
        assert out.answers
        assert out.trace
        assert set(out.trace) <= set(shipped().sentences)


@unhurried
@given(answer_sets())
def test_the_same_answers_always_give_the_same_suggestion(answers: Answered) -> None:
    before = copy.deepcopy(answers)
    suggestion = advise(shipped(), answers)
    assert answers == before
    assert suggestion == advise(shipped(), answers)
    assert suggestion == advise(shipped(), dict(reversed(answers.items())))


@unhurried
@given(answer_sets())
def test_a_suggestion_survives_being_stored_as_json(answers: Answered) -> None:
    suggestion = advise(shipped(), answers)
    stored = json.dumps(suggestion.model_dump(mode="json"))
    assert Suggestion.model_validate(json.loads(stored)) == suggestion
