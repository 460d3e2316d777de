import re
from collections.abc import Sequence

import pytest

from assessor.advice import advise
from assessor.advice.eligibility import Exclusion, OpenExclusion, exclusions, filled
from assessor.advice.levels import Plausible
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase, read_document
from assessor.knowledge.catalogue import KnockoutRule
from assessor.knowledge.conditions import Situation, compare
from tests.advice.answers import plain_answers, satisfying, situation, violating
from tests.knowledge.editions import changed, shipped

RULES = shipped().architectures.knockout_rules
CLAUSES = [(rule, position) for rule in RULES for position in range(len(rule.when))]

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
every_clause = pytest.mark.parametrize(
    ("rule", "position"),
    CLAUSES,
    ids=[f"{rule.key}-{rule.when[position].question}" for rule, position in CLAUSES],
)


# ---------------------------------------------------------------- knock-outs


def firing(rule: KnockoutRule) -> dict[str, Answer]:
    """Return answers that make the rule fire."""
    return situation(**{clause.question: satisfying(clause) for clause in rule.when})


def matching(knowledge: KnowledgeBase, rule: KnockoutRule) -> set[str]:
    """Return the options a rule speaks of."""
    attribute = rule.exclude_where.attribute
    return {
        key
        for key, option in knowledge.options.items()
        if compare(rule.exclude_where, option.attributes[attribute])
    }


@every_rule
def test_each_rule_excludes_the_options_it_speaks_of(
    knowledge: KnowledgeBase, rule: KnockoutRule
) -> None:
    fired = [out for out in advise(knowledge, firing(rule)).excluded if out.rule == rule.key]
    assert {out.architecture for out in fired} == matching(knowledge, rule) != set()


@every_rule
def test_each_exclusion_says_why(knowledge: KnowledgeBase, rule: KnockoutRule) -> None:
    answers = firing(rule)
    for out in advise(knowledge, answers).excluded:
        if out.rule == rule.key:
            assert knowledge.options[out.architecture].short_name in out.reason
            assert not re.search(r"[{}]", out.reason)
            assert out.answers == {
                clause.question: answers[clause.question] for clause in rule.when
            }
            assert out.trace
            assert set(out.trace) <= set(knowledge.sentences)


@every_clause
def test_a_rule_does_not_fire_when_one_of_its_clauses_fails(
    knowledge: KnowledgeBase, rule: KnockoutRule, position: int
) -> None:
    clause = rule.when[position]
    suggestion = advise(knowledge, {**firing(rule), clause.question: violating(clause)})
    assert rule.key not in {out.rule for out in suggestion.excluded}


@every_clause
def test_a_rule_does_not_fire_when_its_question_was_not_asked(
    knowledge: KnowledgeBase, rule: KnockoutRule, position: int
) -> None:
    answers = firing(rule)
    del answers[rule.when[position].question]
    assert rule.key not in {out.rule for out in advise(knowledge, answers).excluded}


@every_clause
def test_an_unknown_answer_leaves_a_rule_open_and_says_what_would_close_it(
    knowledge: KnowledgeBase, rule: KnockoutRule, position: int
) -> None:
    clause = rule.when[position]
    suggestion = advise(knowledge, {**firing(rule), clause.question: UNKNOWN})
    assert rule.key not in {out.rule for out in suggestion.excluded}
    would = tuple(
        answer[0] if isinstance(answer, list) else answer
        for answer in plain_answers(clause.question)
        if compare(clause, answer)
    )
    still_in = {place.architecture for place in suggestion.ranking}
    is_open = {
        may.architecture: may.answers for may in suggestion.open_exclusions if may.rule == rule.key
    }
    options = matching(knowledge, rule) & still_in
    assert is_open == {key: {clause.question: would} for key in options}


def test_a_reason_names_the_team_that_is_missing(knowledge: KnowledgeBase) -> None:
    reasons = {
        out.architecture: out.reason
        for out in advise(knowledge, situation(where_dev_team="none")).excluded
        if out.rule == "no_team"
    }
    assert reasons["small_llm_vpc_private_cloud"] == (
        "You said nobody is available to build or run it. "
        "Small model, private cloud needs at least a team of 2 to 5."
    )


def test_a_rule_about_a_scale_can_be_open() -> None:
    edition = changed(
        "architectures/knockout_rules/no_team/when",
        [{"question": "spec_language", "op": "gte", "value": 4}],
    )
    knowledge = read_document(edition)
    (may, *_) = [
        may
        for may in advise(knowledge, situation(spec_language=UNKNOWN)).open_exclusions
        if may.rule == "no_team"
    ]
    assert may.answers == {"spec_language": ("4", "5")}


def test_a_placeholder_is_a_plain_name_and_never_reaches_code() -> None:
    assert filled("{name} {name.__class__} {0}", {"name": "Local model", "0": 1}) == (
        "Local model {name.__class__} 1"
    )


# ---------------------------------------------------------------- the floor


def floor(
    knowledge: KnowledgeBase, option: str, criterion: str, levels: Sequence[str]
) -> Exclusion | OpenExclusion | None:
    """Return what the floor says of an option when only these levels are plausible."""
    plausible = {criterion: Plausible(frozenset(levels))}
    reasons = exclusions(knowledge, Situation(), plausible)
    return next((reason for reason in reasons if reason.architecture == option), None)


@pytest.mark.parametrize(
    ("option", "criterion", "level", "rule"),
    [
        ("vetted_point_solutions", "governance", "heavy", "unsuitable:governance"),
        ("vetted_point_solutions", "governance", "moderate", "too_little:governance"),
        ("vetted_point_solutions", "sensitivity", "high", "too_little:sensitivity"),
        ("air_gapped", "sensitivity", "low", "unsuitable:sensitivity"),
        ("air_gapped", "team_capex", "low", "unsuitable:team_capex"),
        ("fine_tuned_small_llm", "specificity", "general", "unsuitable:specificity"),
    ],
)
def test_below_the_floor(
    knowledge: KnowledgeBase, option: str, criterion: str, level: str, rule: str
) -> None:
    found = floor(knowledge, option, criterion, [level])
    assert isinstance(found, Exclusion)
    assert found.rule == rule


@pytest.mark.parametrize(
    ("option", "criterion", "level"),
    [
        pytest.param("vetted_point_solutions", "governance", "light", id="good"),
        pytest.param("enterprise_vpc_foundation", "governance", "low", id="too much governance"),
        pytest.param("air_gapped", "sensitivity", "medium", id="too much protection"),
        pytest.param("cots_saas_function", "specificity", "narrow", id="poor, but no protection"),
        pytest.param("vetted_point_solutions", "volume", "high", id="no column of the table"),
    ],
)
def test_not_below_the_floor(
    knowledge: KnowledgeBase, option: str, criterion: str, level: str
) -> None:
    assert floor(knowledge, option, criterion, [level]) is None


def test_an_option_below_the_floor_at_every_plausible_level_is_out(
    knowledge: KnowledgeBase,
) -> None:
    """The milder word is true of both: unsuitable where heavy, too little where moderate."""
    found = floor(knowledge, "vetted_point_solutions", "governance", ["moderate", "heavy"])
    assert isinstance(found, Exclusion)
    assert found.rule == "too_little:governance"
    assert "“Moderate / Heavy”" in found.reason


def test_an_option_below_the_floor_at_some_plausible_levels_stays_in(
    knowledge: KnowledgeBase,
) -> None:
    found = floor(knowledge, "vetted_point_solutions", "governance", ["light", "moderate", "heavy"])
    assert isinstance(found, OpenExclusion)
    assert found.levels == {"governance": ("moderate", "heavy")}


def test_the_floor_says_why(knowledge: KnowledgeBase) -> None:
    answers = situation(reg_data=["special_category"])
    (out,) = [
        out
        for out in advise(knowledge, answers).excluded
        if out.rule == "too_little:sensitivity" and out.architecture == "vetted_point_solutions"
    ]
    option = knowledge.options["vetted_point_solutions"]
    assert out.reason == (
        "IPR / data sensitivity is “High” in your case, and "
        f"{option.short_name} gives too little protection for that. "
        f"{option.fit['sensitivity'].note}"
    )
    assert out.answers == {"reg_data": ["special_category"]}
    assert out.trace == knowledge.questions["reg_data"].trace


def test_a_certain_exclusion_names_the_answer_that_makes_it_certain(
    knowledge: KnowledgeBase,
) -> None:
    """An external review alone asks for moderate governance; harm can only raise it."""
    answers = situation(gov_oversight="external_review", gov_harm=UNKNOWN)
    (out,) = [
        out
        for out in advise(knowledge, answers).excluded
        if out.rule == "too_little:governance" and out.architecture == "vetted_point_solutions"
    ]
    assert out.answers["gov_oversight"] == "external_review"


# ---------------------------------------------------------------- together


def test_an_option_can_be_out_for_several_reasons(knowledge: KnowledgeBase) -> None:
    answers = situation(reg_residency="own_premises", reg_ipr_leak="critical")
    rules = {
        out.rule
        for out in advise(knowledge, answers).excluded
        if out.architecture == "foundation_api_rag"
    }
    assert rules == {"residency_own_premises", "critical_content_elsewhere"}


def test_what_is_out_is_not_also_open(knowledge: KnowledgeBase) -> None:
    suggestion = advise(knowledge, situation(reg_residency=UNKNOWN, where_dev_team="none"))
    out = {excluded.architecture for excluded in suggestion.excluded}
    assert not out & {may.architecture for may in suggestion.open_exclusions}


def test_rules_test_attributes_so_that_new_options_are_safe_to_add() -> None:
    edition = changed("architectures/architectures/foundation_api_rag/attributes/min_team", "none")
    options = edition["architectures"]["architectures"]
    known = next(option for option in options if option["key"] == "foundation_api_rag")
    options.append({**known, "key": "brand_new"})
    costs = edition["estimates"]["options"]
    costs["brand_new"] = costs["foundation_api_rag"]
    suggestion = advise(read_document(edition), situation(where_dev_team="none"))
    assert "brand_new" in {place.architecture for place in suggestion.ranking}
