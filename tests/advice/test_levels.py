import pytest

from assessor.advice.levels import in_order, plausible_levels
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase
from assessor.knowledge.conditions import Situation

MILLION = 1_000_000


def levels(knowledge: KnowledgeBase, criterion: str, **answers: Answer) -> set[str]:
    return set(plausible_levels(knowledge, Situation(answers))[criterion].levels)


# ---------------------------------------------------------------- several answers, one level


@pytest.mark.parametrize(
    ("team", "money", "level"),
    [
        ("large", "substantial", "large"),
        ("large", "small", "low"),
        ("none", "substantial", "low"),
        ("small", "substantial", "medium"),
        ("partner", "moderate", "medium"),
    ],
)
def test_team_and_money_are_as_strong_as_the_weaker(
    knowledge: KnowledgeBase, team: str, money: str, level: str
) -> None:
    assert levels(knowledge, "team_capex", where_dev_team=team, where_capex=money) == {level}


def test_the_strictest_answer_sets_governance(knowledge: KnowledgeBase) -> None:
    mild: dict[str, Answer] = {"how_audience": "staff", "gov_harm": "nuisance"}
    assert levels(knowledge, "governance", **mild) == {"low"}
    assert levels(knowledge, "governance", **mild, policy_versions="history") == {"light"}
    assert levels(knowledge, "governance", **mild, gov_oversight="regulator") == {"heavy"}


def test_the_most_sensitive_of_several_kinds_of_data_counts(knowledge: KnowledgeBase) -> None:
    data = ["internal", "trade_secret", "confidential"]
    assert levels(knowledge, "sensitivity", reg_data=data) == {"high"}


def test_one_question_can_speak_to_two_criteria(knowledge: KnowledgeBase) -> None:
    assert levels(knowledge, "sensitivity", reg_sector=["defence"]) == {"high"}
    assert levels(knowledge, "governance", reg_sector=["defence"]) == {"heavy"}


@pytest.mark.parametrize(
    ("point", "level"),
    [(1, "general"), (2, "general"), (3, "mixed"), (4, "narrow"), (5, "narrow")],
)
def test_the_points_of_a_scale_stand_for_levels(
    knowledge: KnowledgeBase, point: int, level: str
) -> None:
    assert levels(knowledge, "specificity", spec_language=point) == {level}


def test_a_criterion_without_answers_has_no_level(knowledge: KnowledgeBase) -> None:
    assert set(plausible_levels(knowledge, Situation({"opex_budget": "low"}))) == {"opex"}


# ---------------------------------------------------------------- tokens a month


@pytest.mark.parametrize(
    ("tasks", "requests", "level"),
    [
        (["draft"], 0, "low"),
        (["draft"], 47_619, "low"),
        (["draft"], 47_620, "medium"),
        (["draft"], 952_380, "medium"),
        (["draft"], 952_381, "high"),
        (["act"], 6_061, "medium"),
        (["other_media"], 1_000 * MILLION, "low"),
    ],
)
def test_volume_is_requests_times_tokens(
    knowledge: KnowledgeBase, tasks: list[str], requests: int, level: str
) -> None:
    """A draft takes 2,100 tokens; medium starts at 100 million a month, high at 2,000 million."""
    assert levels(knowledge, "volume", how_tasks=tasks, opex_volume=requests) == {level}


def test_the_largest_task_sets_the_tokens(knowledge: KnowledgeBase) -> None:
    tasks = ["draft", "act"]
    assert levels(knowledge, "volume", how_tasks=["draft"], opex_volume=10_000) == {"low"}
    assert levels(knowledge, "volume", how_tasks=tasks, opex_volume=10_000) == {"medium"}


def test_an_unknown_number_of_requests_can_mean_any_volume(knowledge: KnowledgeBase) -> None:
    unknown = levels(knowledge, "volume", how_tasks=["draft"], opex_volume=UNKNOWN)
    assert unknown == {"low", "medium", "high"}


def test_no_number_of_requests_makes_pictures_use_tokens(knowledge: KnowledgeBase) -> None:
    assert levels(knowledge, "volume", how_tasks=["other_media"], opex_volume=UNKNOWN) == {"low"}


def test_unknown_tasks_stand_for_each_of_them(knowledge: KnowledgeBase) -> None:
    unknown = levels(knowledge, "volume", how_tasks=UNKNOWN, opex_volume=10_000)
    assert unknown == {"low", "medium"}


def test_without_tasks_there_is_no_volume(knowledge: KnowledgeBase) -> None:
    assert "volume" not in plausible_levels(knowledge, Situation({"opex_volume": 10_000}))


# ---------------------------------------------------------------- I don't know yet


def test_an_unknown_answer_stands_for_every_legal_one(knowledge: KnowledgeBase) -> None:
    assert levels(knowledge, "opex", opex_budget=UNKNOWN) == {"low", "medium", "large"}


def test_an_unknown_audience_raises_governance_to_moderate_never_to_heavy(
    knowledge: KnowledgeBase,
) -> None:
    assert levels(knowledge, "governance", how_audience=UNKNOWN) == {"low", "light", "moderate"}


def test_known_answers_bound_the_unknown_ones(knowledge: KnowledgeBase) -> None:
    audience: dict[str, Answer] = {"how_audience": UNKNOWN}
    some = levels(knowledge, "governance", **audience, gov_oversight="internal_policy")
    assert some == {"light", "moderate"}
    assert levels(knowledge, "governance", **audience, gov_oversight="regulator") == {"heavy"}


def test_an_unknown_team_cannot_make_up_for_missing_money(knowledge: KnowledgeBase) -> None:
    unknown: dict[str, Answer] = {"where_dev_team": UNKNOWN}
    assert levels(knowledge, "team_capex", **unknown, where_capex="small") == {"low"}
    assert levels(knowledge, "team_capex", **unknown, where_capex="moderate") == {"low", "medium"}


def test_two_unknowns_combine_to_every_level_either_leads_to(knowledge: KnowledgeBase) -> None:
    unknown = levels(knowledge, "governance", how_audience=UNKNOWN, gov_autonomy=UNKNOWN)
    assert unknown == {"low", "light", "moderate"}


# ---------------------------------------------------------------- what decided


def test_the_answer_that_alone_leads_there_decided(knowledge: KnowledgeBase) -> None:
    answers: dict[str, Answer] = {"where_dev_team": "large", "where_capex": "small"}
    assert plausible_levels(knowledge, Situation(answers))["team_capex"].deciding == (
        "where_capex",
    )


def test_answers_that_agree_decided_together(knowledge: KnowledgeBase) -> None:
    answers: dict[str, Answer] = {"reg_data": ["trade_secret"], "reg_ipr_leak": "critical"}
    decided = plausible_levels(knowledge, Situation(answers))["sensitivity"]
    assert decided.levels == {"high"}
    assert decided.deciding == ("reg_data", "reg_ipr_leak")


def test_while_levels_are_open_the_unknown_answers_decide(knowledge: KnowledgeBase) -> None:
    answers: dict[str, Answer] = {
        "reg_data": UNKNOWN,
        "reg_ipr_leak": "serious",
        "reg_sector": ["none"],
    }
    decided = plausible_levels(knowledge, Situation(answers))["sensitivity"]
    assert decided.levels == {"medium", "high"}
    assert "reg_data" in decided.deciding
    assert "reg_sector" not in decided.deciding


def test_levels_are_written_in_the_order_of_the_scale(knowledge: KnowledgeBase) -> None:
    governance = knowledge.criteria["governance"]
    assert in_order(governance, frozenset({"heavy", "low"})) == ("low", "heavy")
    assert in_order(governance, frozenset({"heavy"})) == "heavy"
