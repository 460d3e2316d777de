"""Whose answer counts, question by question, and what Legal and Security hold."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.advice import questionnaire
from assessor.advice.standing import standing
from assessor.advice.voices import HARD_ROLES, Held, Voice, Working, meaning, working
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase
from tests.advice.answers import answer_sets, plain_answers, situation, unhurried
from tests.advice.four_people import CIO, DEPARTMENT, LEGAL, SECURITY, four_people, owner, person
from tests.knowledge.editions import shipped

CRITICAL: dict[str, Answer] = {"reg_ipr_leak": "critical"}
"""Rules out every service in which somebody else processes the content."""


def among(*voices: Voice, settled: dict[str, Answer] | None = None) -> Working:
    return working(shipped(), voices, settled or {})


def counting(found: Working, question: str) -> tuple[Answer, str]:
    return found.answers[question], found.by[question]


def residency(answer: str, role: str, key: str = "") -> Voice:
    return person(role, {"reg_residency": answer}, key)


# ---------------------------------------------------------------- the working answer


def test_the_roles_are_those_of_the_edition(knowledge: KnowledgeBase) -> None:
    assert {*HARD_ROLES, CIO, DEPARTMENT} <= set(knowledge.roles)


def test_the_first_role_that_a_question_is_for_answers_it() -> None:
    """The budget is a question for Finance, then for the CIO."""
    cio = owner({"opex_budget": "large"})
    finance = person("finance", {"opex_budget": "low"})
    assert counting(among(cio, finance), "opex_budget") == ("low", "finance")


def test_the_next_role_answers_where_nobody_of_the_first_did() -> None:
    cio = person(CIO, {"opex_budget": "large"})
    finance = person("finance", {"where_capex": "small"})
    security = owner({"opex_budget": "low"}, role=SECURITY)
    assert counting(among(security, finance, cio), "opex_budget") == ("large", CIO)


def test_of_several_with_one_role_the_first_answers() -> None:
    """The owner comes no earlier for being the owner."""
    first = person("finance", {"opex_budget": "medium"}, "first")
    second = owner({"opex_budget": "low"}, role="finance")
    assert counting(among(first, second), "opex_budget") == ("medium", "first")


def test_the_owner_answers_what_nobody_it_is_for_did() -> None:
    department = person(DEPARTMENT, {"opex_budget": "low"})
    security = owner({"opex_budget": "large"}, role=SECURITY)
    assert counting(among(department, security), "opex_budget") == ("large", "owner")


def test_anybody_answers_what_not_even_the_owner_did() -> None:
    found = among(
        owner({}),
        person(DEPARTMENT, {"opex_budget": "low"}),
        person(LEGAL, {"opex_budget": "large"}),
    )
    assert counting(found, "opex_budget") == ("low", DEPARTMENT)


def test_an_answer_not_known_gives_way_to_any_that_is() -> None:
    """It is no information: Finance, who does not know, cannot speak against who does."""
    finance = person("finance", {"opex_budget": UNKNOWN})
    department = person(DEPARTMENT, {"opex_budget": "low"})
    assert counting(among(finance, department), "opex_budget") == ("low", DEPARTMENT)


def test_where_nobody_knows_it_is_not_known() -> None:
    finance = person("finance", {"opex_budget": UNKNOWN})
    assert counting(among(owner({"opex_budget": UNKNOWN}), finance), "opex_budget") == (
        UNKNOWN,
        "finance",
    )


def test_a_settlement_counts_before_everybody() -> None:
    finance = person("finance", {"opex_budget": "low"})
    cio = owner({"opex_budget": "large"})
    found = among(finance, cio, settled={"opex_budget": "large"})
    assert counting(found, "opex_budget") == ("large", "owner")


def test_a_settlement_that_nobody_stands_by_counts_too() -> None:
    finance = person("finance", {"opex_budget": "low"})
    found = among(finance, settled={"opex_budget": "medium"})
    assert counting(found, "opex_budget") == ("medium", "")


def test_it_cannot_be_settled_that_what_somebody_knows_is_not_known() -> None:
    finance, cio = (person(role, {"opex_budget": UNKNOWN}) for role in ("finance", CIO))
    settled: dict[str, Answer] = {"opex_budget": UNKNOWN}
    assert counting(among(cio, finance, settled=settled), "opex_budget") == (UNKNOWN, CIO)
    department = person(DEPARTMENT, {"opex_budget": "low"})
    found = among(cio, finance, department, settled=settled)
    assert counting(found, "opex_budget") == ("low", DEPARTMENT)


def test_a_question_that_nobody_answered_is_not_asked() -> None:
    found = among(owner({}), person("finance", {"opex_budget": "low"}))
    assert found == Working(answers={"opex_budget": "low"}, by={"opex_budget": "finance"}, held=())


# ---------------------------------------------------------------- what is held


def test_what_legal_rules_out_is_ruled_out(knowledge: KnowledgeBase) -> None:
    """How bad a leak would be is a question for who owns the content, then for Legal."""
    content = person("data_owner", {"reg_ipr_leak": "minor"})
    found = among(content, person(LEGAL, CRITICAL))
    assert counting(found, "reg_ipr_leak") == ("critical", LEGAL)
    assert found.held == (
        Held(
            question="reg_ipr_leak",
            voice=LEGAL,
            answer="critical",
            instead_of="minor",
            rules=("critical_content_elsewhere",),
            architectures=tuple(
                key
                for key, option in knowledge.options.items()
                if option.attributes["data_location"] in {"vendor", "provider", "third_party"}
            ),
        ),
    )


def test_it_holds_over_a_settlement_until_it_is_withdrawn() -> None:
    content = person("data_owner", {"reg_ipr_leak": "minor"})
    found = among(content, person(SECURITY, CRITICAL), settled={"reg_ipr_leak": "serious"})
    assert counting(found, "reg_ipr_leak") == ("critical", SECURITY)
    assert found.held[0].instead_of == "serious"
    withdrawn = person(SECURITY, {"reg_ipr_leak": "minor"})
    found = among(content, withdrawn, settled={"reg_ipr_leak": "serious"})
    assert counting(found, "reg_ipr_leak") == ("serious", "")
    assert found.held == ()


def test_nobody_else_holds_anything() -> None:
    content = person("data_owner", {"reg_ipr_leak": "minor"})
    found = among(content, person(DEPARTMENT, CRITICAL), owner(CRITICAL))
    assert counting(found, "reg_ipr_leak") == ("minor", "data_owner")
    assert found.held == ()


def test_what_counts_anyway_need_not_be_held() -> None:
    assert among(owner({"reg_ipr_leak": "minor"}), person(LEGAL, CRITICAL)).held == ()


def test_an_answer_that_only_asks_for_more_protection_is_not_hard() -> None:
    """It raises a level, and the floor rules something out; no knock-out fires."""
    answers = situation(reg_data=["internal"])
    content = person("data_owner", answers)
    legal = person(LEGAL, {"reg_data": ["special_category"]})
    assert among(content, legal).held == ()


def test_an_answer_not_known_is_not_hard() -> None:
    content = person("data_owner", {"reg_ipr_leak": "minor"})
    assert among(content, person(LEGAL, {"reg_ipr_leak": UNKNOWN})).held == ()


def test_a_rule_of_two_clauses_fires_with_what_counts_for_the_other() -> None:
    """No data centre rules something out only where there is no money for one."""
    security = person(SECURITY, {"where_hosting": ["none"]})
    for capex, held in (("small", 1), ("moderate", 0)):
        cio = owner({"where_hosting": ["own_datacentre"], "where_capex": capex})
        assert len(among(cio, security).held) == held


def test_an_answer_to_a_question_that_is_not_asked_holds_nothing() -> None:
    department = person(DEPARTMENT, {"where_scope": "individual"})
    security = person(SECURITY, {"how_small_model_evidence": "not_good_enough"})
    developer = person("dev_lead", {"how_small_model_evidence": "good_enough"})
    assert among(department, developer, security).held == ()
    wider = person(DEPARTMENT, {"where_scope": "function"})
    assert len(among(wider, developer, security).held) == 1


STRICTER = ("anywhere", "sovereign", "own_premises", "air_gapped")


@pytest.mark.parametrize(("milder", "stricter"), list(combinations(STRICTER, 2)))
def test_the_stricter_place_holds_and_never_the_milder(milder: str, stricter: str) -> None:
    """Though a rule of its own fires for a milder one too: few providers will do, say, or nothing
    demands isolation."""
    found = among(residency(milder, LEGAL), residency(stricter, SECURITY))
    assert counting(found, "reg_residency") == (stricter, SECURITY)
    found = among(residency(stricter, LEGAL), residency(milder, SECURITY))
    assert counting(found, "reg_residency") == (stricter, LEGAL)
    assert found.held == ()


def test_who_calls_information_ordinary_does_not_open_what_classified_closed() -> None:
    place: dict[str, Answer] = {"reg_residency": "region"}
    content = person("data_owner", {**place, "reg_data": ["classified"]})
    found = among(content, person(LEGAL, {**place, "reg_data": ["internal"]}))
    assert counting(found, "reg_data") == (["classified"], "data_owner")


@pytest.mark.parametrize("strict_first", [True, False])
def test_of_several_the_one_that_rules_out_most_holds(*, strict_first: bool) -> None:
    mild, strict = residency("sovereign", LEGAL), residency("own_premises", SECURITY)
    voices = (strict, mild) if strict_first else (mild, strict)
    found = among(*voices, settled={"reg_residency": "anywhere"})
    (held,) = found.held
    assert (held.voice, held.answer) == (SECURITY, "own_premises")


def test_of_equals_the_first_holds() -> None:
    voices = [residency("own_premises", SECURITY, key) for key in ("one", "other")]
    (held,) = among(*voices, settled={"reg_residency": "anywhere"}).held
    assert held.voice == "one"


# ---------------------------------------------------------------- always


@st.composite
def several_voices(draw: st.DrawFn) -> list[Voice]:
    roles = st.sampled_from([*shipped().roles])
    count = draw(st.integers(1, 4))
    return [
        Voice(key=str(at), role=draw(roles), is_owner=at == 0, answers=draw(answer_sets()))
        for at in range(count)
    ]


@unhurried
@given(several_voices(), answer_sets())
def test_what_counts_is_allowed_and_was_given(
    voices: list[Voice], settled: dict[str, Answer]
) -> None:
    found = working(shipped(), voices, settled)
    questionnaire.check(shipped(), found.answers)
    by_key = {voice.key: voice.answers for voice in voices}
    assert set(found.answers) == {key for each in (settled, *by_key.values()) for key in each}
    for key, answer in found.answers.items():
        given_by = by_key[found.by[key]] if found.by[key] else settled
        asked = shipped().questions[key]
        assert meaning(asked, answer) == meaning(asked, given_by[key])


@unhurried
@given(several_voices(), answer_sets())
def test_the_order_of_the_answers_changes_nothing(
    voices: list[Voice], settled: dict[str, Answer]
) -> None:
    turned = [
        voice.model_copy(update={"answers": dict(reversed(voice.answers.items()))})
        for voice in voices
    ]
    found = working(shipped(), voices, settled)
    again = working(shipped(), turned, dict(reversed(settled.items())))
    assert again.model_dump_json() == found.model_dump_json()


@unhurried
@given(several_voices(), answer_sets())
def test_it_survives_being_stored(voices: list[Voice], settled: dict[str, Answer]) -> None:
    found = working(shipped(), voices, settled)
    assert Working.model_validate_json(found.model_dump_json()) == found
    for voice in voices:
        assert Voice.model_validate_json(voice.model_dump_json()) == voice


@pytest.mark.parametrize("key", situation())
def test_an_answer_of_legal_is_held_exactly_where_a_knock_out_fires_that_did_not(key: str) -> None:
    """By what standing() says of it, from the base situation, where everything is settled."""
    base = situation()
    for answer in plain_answers(key):
        fires = knocked_out({**base, key: answer}) - knocked_out(base)
        found = among(person(LEGAL, {key: answer}), settled=base)
        assert {rule for held in found.held for rule in held.rules} == {rule for _, rule in fires}
        assert {each for held in found.held for each in held.architectures} == {
            architecture for architecture, _ in fires
        }


def knocked_out(answers: dict[str, Answer]) -> set[tuple[str, str]]:
    rules = {rule.key for rule in shipped().architectures.knockout_rules}
    excluded = standing(shipped(), answers).excluded
    return {(out.architecture, out.rule) for out in excluded if out.rule in rules}


def test_four_people_hold_nothing() -> None:
    assert working(shipped(), four_people(), {}).held == ()
