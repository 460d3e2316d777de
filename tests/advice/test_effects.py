"""What another edition makes of the same answers: compared with working both out in full."""

from typing import Any

import pytest
from hypothesis import given

from assessor.advice import advise, questionnaire
from assessor.advice.effects import Effect, effect
from assessor.advice.standing import standing
from assessor.knowledge import Answer, KnowledgeBase, read_document
from tests.advice.answers import answer_sets, situation, unhurried, without
from tests.knowledge.editions import change, document, shipped

LEADER = "small_llm_vpc_private_cloud"
SECOND = "small_llm_third_party_cloud"
OPTIONS = "architectures/architectures"


def edition(changes: dict[str, Any]) -> KnowledgeBase:
    """Return the shipped edition with other values at some places."""
    content = document()
    for path, value in changes.items():
        change(content, path, value)
    return read_document(content)


def found(now: KnowledgeBase, answers: dict[str, Answer], *lost: str) -> Effect:
    former = advise(shipped(), answers).leader
    return effect(shipped(), now, answers, without(answers, *lost), former)


def test_under_the_same_edition_nothing_changes() -> None:
    assert found(shipped(), situation()) == Effect(then=LEADER, now=LEADER, causes=())


def test_a_grade_that_falls_is_named_with_criterion_and_level() -> None:
    now = edition({f"{OPTIONS}/{LEADER}/fit/volume/grades/medium": 0})
    changed = found(now, situation())
    assert (changed.then, changed.now) == (LEADER, SECOND)
    [cause] = changed.causes
    assert (cause.kind, cause.criterion, cause.levels_now) == ("grade", "volume", ("medium",))
    [graded] = cause.grades
    assert (graded.architecture, graded.then, graded.now) == (LEADER, 4, 0)


def test_a_grade_that_nobody_reaches_changes_nothing() -> None:
    now = edition({f"{OPTIONS}/{LEADER}/fit/volume/grades/high": 0})
    assert found(now, situation()).causes == ()


def test_a_rule_that_fires_now_is_named_with_its_reason() -> None:
    rule = {"op": "eq", "question": "where_scope", "value": "function"}
    now = edition({"architectures/knockout_rules/no_team/when": [rule]})
    changed = found(now, situation())
    assert changed.then == LEADER
    [cause] = changed.causes
    assert (cause.kind, cause.architecture, cause.rule) == ("ruled_out", LEADER, "no_team")
    assert cause.reason.startswith("You said nobody is available")
    assert "{" not in cause.reason


def test_a_rule_that_does_not_fire_any_more_is_named() -> None:
    never = {"op": "eq", "question": "where_scope", "value": "individual"}
    now = edition({"architectures/knockout_rules/small_model_fails/when": [never]})
    changed = found(now, situation(how_small_model_evidence="not_good_enough"))
    assert (changed.then, changed.now) == ("foundation_api_rag", LEADER)
    [cause] = changed.causes
    assert (cause.kind, cause.architecture) == ("not_ruled_out", LEADER)
    assert cause.rule == "small_model_fails"
    assert cause.lost == ()


def test_an_answer_that_is_lost_is_named_where_a_rule_hung_on_it() -> None:
    answers = situation(how_small_model_evidence="not_good_enough")
    changed = found(shipped(), answers, "how_small_model_evidence")
    assert (changed.then, changed.now) == ("foundation_api_rag", LEADER)
    assert changed.causes[0].lost == ("how_small_model_evidence",)


def test_where_nothing_was_left_what_is_left_now_is_named() -> None:
    never = {"op": "eq", "question": "where_scope", "value": "individual"}
    now = edition({"architectures/knockout_rules/no_team/when": [never]})
    changed = found(now, situation(where_dev_team="none"))
    assert (changed.then, changed.now) == (None, LEADER)
    assert {cause.rule for cause in changed.causes} == {"no_team"}


def test_an_architecture_that_is_gone_is_named() -> None:
    content = document()
    kept = [o for o in content["architectures"]["architectures"] if o["key"] != LEADER]
    content["architectures"]["architectures"] = kept
    now = KnowledgeBase.model_validate(content)
    changed = found(now, situation())
    assert [(cause.kind, cause.architecture) for cause in changed.causes] == [("gone", LEADER)]
    back = effect(now, shipped(), situation(), situation(), changed.now)
    assert [(cause.kind, cause.architecture) for cause in back.causes] == [("new", LEADER)]


def test_another_weight_is_named_where_grades_and_levels_are_the_same() -> None:
    answers = situation(spec_language=1)
    weights = shipped().question_bank.base_weights
    for criterion in weights:
        now = edition({f"question_bank/base_weights/{criterion}": 100.0})
        changed = found(now, answers)
        if changed.then != changed.now:
            assert {cause.kind for cause in changed.causes} == {"weight"}
            assert changed.causes[0].criterion == criterion
            assert changed.causes[0].weight_now > changed.causes[0].weight_then
            return
    pytest.fail("no weight changes the leader")


def test_an_answer_that_is_lost_is_named_where_it_decided_a_level() -> None:
    answers = situation(spec_language=1)
    former = advise(shipped(), answers).leader
    moving = {
        question: effect(shipped(), shipped(), answers, without(answers, question), former)
        for question in answers
    }
    changed = {key: each for key, each in moving.items() if each.now != former}
    assert changed
    for question, each in changed.items():
        assert {key for cause in each.causes for key in cause.lost} == {question}


def test_the_gains_named_come_from_the_points() -> None:
    now = edition({f"{OPTIONS}/{LEADER}/fit/volume/grades/medium": 0})
    [cause] = found(now, situation()).causes
    before = {p.architecture: p.score for p in standing(shipped(), situation()).ranking}
    after = {p.architecture: p.score for p in standing(now, situation()).ranking}
    ahead = (after[SECOND] - after[LEADER]) - (before[SECOND] - before[LEADER])
    assert cause.gain == pytest.approx(ahead)


@pytest.fixture(scope="module")
def changed_edition() -> KnowledgeBase:
    """Return an edition in which grades, weights and a rule are others."""
    return edition(
        {
            f"{OPTIONS}/{LEADER}/fit/volume/grades/medium": 0,
            f"{OPTIONS}/foundation_api_rag/fit/sensitivity/grades/medium": 1,
            "question_bank/base_weights/speed": 3.0,
            "architectures/knockout_rules/deadline/when": [
                {"question": "how_deadline", "op": "in", "value": ["under_1m", "1_to_3m"]}
            ],
        }
    )


@unhurried
@given(answers=answer_sets())
def test_whatever_is_answered_it_is_what_both_editions_say(
    changed_edition: KnowledgeBase, answers: dict[str, Answer]
) -> None:
    asked = questionnaire.asked(shipped(), answers)
    before, after = advise(shipped(), asked), advise(changed_edition, asked)
    changed = effect(shipped(), changed_edition, asked, asked, before.leader)
    assert (changed.then, changed.now) == (before.leader, after.leader)
    assert bool(changed.causes) == (before.leader != after.leader)
