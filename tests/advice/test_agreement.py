"""How far people agree; and, by brute force, which of their disagreements matter."""

import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessor.advice import disagreements as trying
from assessor.advice.agreement import Agreement, agreement
from assessor.advice.confidence import DRAWS, seed_of
from assessor.advice.disagreements import (
    Disagreement,
    Effect,
    every_combination,
    singles_and_pairs,
)
from assessor.advice.standing import standing
from assessor.advice.voices import Voice, Working, working
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase, read_document
from tests.advice.answers import legal_answers, situation
from tests.advice.four_people import CIO, DEPARTMENT, LEGAL, SECURITY, four_people, owner, person
from tests.knowledge.editions import ROOT, changed, shipped

CASES = {case.key: dict(case.answers) for case in shipped().golden_cases.cases if case.answers}

NOBODY_TO_RUN_IT: dict[str, Answer] = {
    **CASES["low_team_high_sensitivity_narrow"],
    "reg_residency": "air_gapped",
    "reg_people_decisions": "supports",
}
"""Nothing is left, and two answers would have to change for that."""

ISOLATED: dict[str, Answer] = CASES["enterprise_air_gap"]
"""One option is left, and without the demand for isolation it is ruled out."""


def found_among(*voices: Voice, settled: dict[str, Answer] | None = None) -> Agreement:
    found = agreement(shipped(), voices, among(*voices, settled=settled))
    assert found is not None
    return found


def among(*voices: Voice, settled: dict[str, Answer] | None = None) -> Working:
    return working(shipped(), voices, settled or {})


def leader_of(answers: dict[str, Answer]) -> str | None:
    leader = standing(shipped(), answers).leader
    return leader.key if leader else None


def of(found: Agreement, question: str) -> Disagreement:
    (one,) = [each for each in found.disagreements if each.question == question]
    return one


def effects(found: Agreement) -> dict[str, str]:
    return {each.question: each.effect for each in found.disagreements}


def shares_of_pairs(*voices: Voice) -> dict[str, float]:
    return {each.question: each.agreement for each in found_among(*voices).questions}


# ---------------------------------------------------------------- the share of equal pairs


@pytest.mark.parametrize(
    "voices", [[], [owner(situation())], [owner(situation()), person("x", {})]]
)
def test_one_voice_cannot_agree_with_anybody(voices: list[Voice]) -> None:
    assert agreement(shipped(), voices, among(*voices)) is None


def test_agreement_is_the_share_of_equal_pairs_of_answers() -> None:
    says = [
        person("finance", {"opex_budget": budget, "opex_footprint": "none"}, str(at))
        for at, budget in enumerate(["low", "low", "low", "large"])
    ]
    assert shares_of_pairs(*says) == {"opex_budget": 3 / 6, "opex_footprint": 1}


def test_a_question_that_one_voice_answered_is_no_matter_of_agreement() -> None:
    assert (
        shares_of_pairs(owner({"opex_budget": "low"}), person(LEGAL, {"gov_harm": "nuisance"}))
        == {}
    )


def test_who_does_not_know_neither_agrees_nor_disagrees() -> None:
    voices = [
        owner({"opex_budget": "low"}),
        person("finance", {"opex_budget": UNKNOWN}),
        person(DEPARTMENT, {"opex_budget": "low"}),
    ]
    assert shares_of_pairs(*voices) == {"opex_budget": 1}
    assert found_among(*voices).disagreements == ()


def test_the_same_choices_in_another_order_are_the_same_answer() -> None:
    """Unless they are ranked."""
    one = owner(
        {"reg_data": ["personal", "internal"], "why_priorities": ["low_cost", "compliance"]}
    )
    other = person(
        DEPARTMENT,
        {"reg_data": ["internal", "personal"], "why_priorities": ["compliance", "low_cost"]},
    )
    assert shares_of_pairs(one, other) == {"reg_data": 1, "why_priorities": 0}


def test_prose_is_not_compared() -> None:
    found = found_among(owner({"why_success": "Faster."}), person(LEGAL, {"why_success": "Safer."}))
    assert (found.questions, found.disagreements) == ((), ())


# ---------------------------------------------------------------- each voice alone


def test_what_a_person_did_not_say_is_filled_by_what_counts() -> None:
    voices = four_people()
    counting = among(*voices).answers
    for voice, alone in zip(voices, found_among(*voices).alone, strict=True):
        ranking = standing(shipped(), {**counting, **voice.answers}).ranking
        assert alone.voice == voice.key
        assert (alone.leader, alone.score) == (ranking[0].architecture, ranking[0].score)
        assert alone.runner_up == ranking[1].architecture


def test_the_same_leader_for_everybody_is_consensus() -> None:
    voices = [
        owner(situation(reg_residency="anywhere")),
        person(SECURITY, {"reg_residency": "region"}),
    ]
    found = found_among(*voices)
    assert found.consensus
    assert effects(found) == {"reg_residency": "none"}
    assert not found_among(*four_people()).consensus


def test_nothing_left_for_anybody_is_consensus_about_nothing() -> None:
    found = found_among(
        owner(NOBODY_TO_RUN_IT), person(LEGAL, {"reg_people_decisions": "supports"})
    )
    assert {(each.leader, each.score, each.runner_up) for each in found.alone} == {
        (None, None, None)
    }
    assert (found.leader, found.leader_share, found.shares) == (None, None, {})
    assert found.consensus


def test_who_does_not_know_stands_with_what_counts() -> None:
    """Nobody disagrees, so there is consensus, whatever not knowing would come to."""
    voices = [owner(CASES["field_language_many_examples"]), person(LEGAL, {"opex_budget": UNKNOWN})]
    found = found_among(*voices)
    assert found.consensus
    assert found.disagreements == ()


# ---------------------------------------------------------------- four people


def test_two_conversations_decide_and_the_third_can_be_skipped() -> None:
    """The form of the message of METHOD 3.8, from the shipped edition."""
    found = found_among(*four_people())
    assert found.leader == "self_hosted_on_prem"
    assert effects(found) == {
        "where_capex": "decides",
        "spec_language": "decides",
        "reg_residency": "none",
    }
    said = {
        each.question: [
            (stand.answer, stand.voices, stand.is_working, stand.leader, round(stand.score or 0, 1))
            for stand in each.stands
        ]
        for each in found.disagreements
    }
    assert said == {
        "where_capex": [
            ("moderate", ("owner",), True, "self_hosted_on_prem", 90.3),
            ("small", (DEPARTMENT,), False, "byoc_platform", 83.2),
        ],
        "spec_language": [
            (4, (DEPARTMENT,), True, "self_hosted_on_prem", 90.3),
            (2, ("owner",), False, "enterprise_vpc_foundation", 92.3),
        ],
        "reg_residency": [
            ("anywhere", ("owner", LEGAL), True, "self_hosted_on_prem", 90.3),
            ("region", (SECURITY,), False, "self_hosted_on_prem", 90.3),
        ],
    }
    assert {each.voice: each.leader for each in found.alone} == {
        "owner": "enterprise_vpc_foundation",
        LEGAL: "self_hosted_on_prem",
        SECURITY: "self_hosted_on_prem",
        DEPARTMENT: "byoc_platform",
    }
    first, second, third = list(found.shares)[:3]
    assert {first, second} == {"self_hosted_on_prem", "byoc_platform"}
    assert third == "enterprise_vpc_foundation"
    # Each edition draws others: three times what a share of so many draws may be beside itself.
    assert (
        found.leader_share == found.shares["self_hosted_on_prem"] == pytest.approx(0.35, abs=0.03)
    )


def test_a_settlement_decides_what_counts_and_dissent_stays() -> None:
    found = found_among(*four_people(), settled={"where_capex": "small"})
    assert found.leader == "byoc_platform"
    assert [(each.answer, each.is_working) for each in of(found, "where_capex").stands] == [
        ("small", True),
        ("moderate", False),
    ]
    assert effects(found) == {
        "where_capex": "decides",
        "spec_language": "together",
        "reg_residency": "none",
    }


def test_a_settlement_that_nobody_stands_by_stands_against_everybody() -> None:
    voices = [owner(situation(opex_budget="low")), person("finance", {"opex_budget": "low"})]
    found = found_among(*voices, settled={"opex_budget": "large"})
    assert [
        (stand.answer, stand.voices, stand.is_working) for stand in of(found, "opex_budget").stands
    ] == [("large", (), True), ("low", ("owner", "finance"), False)]
    assert [(each.question, each.agreement) for each in found.questions] == [("opex_budget", 1)]
    assert found.shares == found_among(*voices).shares


# ---------------------------------------------------------------- effects, by brute force


def answers_given(voices: list[Voice], key: str) -> list[Answer]:
    given: list[Answer] = []
    for voice in voices:
        answer = voice.answers.get(key, UNKNOWN)
        if answer not in (UNKNOWN, *given):
            given.append(answer)
    return given


def expected_effects(
    voices: list[Voice], settled: dict[str, Answer] | None = None
) -> dict[str, Effect]:
    """Try every combination of the answers given to the disputed questions, one at a time."""
    counts = among(*voices, settled=settled).answers
    given = {key: answers_given(voices, key) for key in shipped().questions}
    given = {key: answers for key, answers in given.items() if len(answers) > 1}
    leaders = {
        combination: leader_of(counts | combined(given, combination))
        for combination in product(*(range(len(answers)) for answers in given.values()))
    }
    working_one = tuple(answers.index(counts[key]) for key, answers in given.items())
    found: dict[str, Effect] = {}
    for at, key in enumerate(given):
        changing = [
            combination
            for combination, leader in leaders.items()
            if leader != leaders[(*combination[:at], working_one[at], *combination[at + 1 :])]
        ]
        single = [
            combination
            for combination in changing
            if all(combination[i] == working_one[i] for i in range(len(given)) if i != at)
        ]
        found[key] = "decides" if single else "together" if changing else "none"
    return found


def combined(given: dict[str, list[Answer]], combination: tuple[int, ...]) -> dict[str, Answer]:
    return {key: given[key][at] for key, at in zip(given, combination, strict=True)}


CONSTRUCTED = {
    "four people": four_people(),
    "two answers open an option together": [
        owner(NOBODY_TO_RUN_IT),
        person(DEPARTMENT, {"where_dev_team": "partner", "opex_budget": "medium"}),
        person("dev_lead", {"reg_people_decisions": "none"}),
        person(SECURITY, {"where_dev_team": "small", "how_audience": "external_direct"}),
    ],
    "examples count only where the language is special": [
        owner({**CASES["field_language_many_examples"], "spec_language": 2}),
        person("dev_lead", {"spec_training_data": "none", "drift_upkeep": "ours"}),
        person("finance", {"spec_language": 5}),
        person(CIO, {"spec_language": UNKNOWN, "opex_volume": 1000}),
    ],
    "much is not known": [
        owner(CASES["mid_market_four_unknowns"]),
        person(LEGAL, {"reg_residency": UNKNOWN, "gov_oversight": "regulator"}),
        person(DEPARTMENT, {"spec_language": UNKNOWN, "how_deadline": "under_1m"}),
        person("finance", {"opex_budget": "large", "where_capex": UNKNOWN}),
    ],
    "isolation is demanded by one": [
        owner({**ISOLATED, "reg_residency": "region"}),
        person(SECURITY, {"reg_residency": "air_gapped", "where_capex": "moderate"}),
        person("data_owner", {"reg_data": ["trade_secret"], "spec_language": 5}),
    ],
    "priorities differ": [
        owner(CASES["mid_market_health_general"]),
        person(DEPARTMENT, {"why_priorities": ["fast_value"], "where_users": 12}),
        person("finance", {"why_priorities": ["low_cost", "low_upkeep"], "opex_budget": "low"}),
        person("dev_lead", {"how_tasks": ["act"], "opex_volume": 10_000_000, "where_users": 500}),
    ],
}


@pytest.mark.parametrize("case", CONSTRUCTED)
def test_an_effect_is_what_trying_everything_comes_to(case: str) -> None:
    voices = CONSTRUCTED[case]
    found = found_among(*voices)
    assert effects(found) == expected_effects(voices)
    assert found.exhaustive


def test_the_constructed_cases_have_every_effect() -> None:
    every = {
        effect for voices in CONSTRUCTED.values() for effect in expected_effects(voices).values()
    }
    assert every == {"decides", "together", "none"}


@st.composite
def a_few_voices(draw: st.DrawFn) -> list[Voice]:
    """Draw an owner who answers a worked case, and two others who answer up to three questions."""
    questions = shipped().questions
    answers = draw(st.sampled_from(list(CASES.values())))
    others = []
    for key in ("one", "other"):
        asked = draw(st.lists(st.sampled_from(list(answers)), unique=True, min_size=1, max_size=3))
        given = {question: draw(legal_answers(questions[question])) for question in asked}
        others.append(person(draw(st.sampled_from(list(shipped().roles))), given, key))
    return [in_order_of_choices(voice) for voice in (owner(answers), *others)]


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(a_few_voices(), st.sampled_from(["nobody", "one", "other"]))
def test_so_it_is_whoever_says_what_and_whatever_is_settled(
    voices: list[Voice], right: str
) -> None:
    settled = next((voice.answers for voice in voices if voice.key == right), {})
    found = found_among(*voices, settled=settled)
    assert effects(found) == expected_effects(voices, settled)
    assert found.consensus or set(effects(found).values()) - {"none"}
    counts = among(*voices, settled=settled).answers
    for each in found.disagreements:
        assert each.stands[0].is_working
        assert each.stands[0].answer == counts[each.question]
        for stand in each.stands:
            ranking = standing(shipped(), {**counts, each.question: stand.answer}).ranking
            first = (ranking[0].architecture, ranking[0].score) if ranking else (None, None)
            assert (stand.leader, stand.score) == first


def in_order_of_choices(voice: Voice) -> Voice:
    """Several choices have no order, so that brute force may compare lists."""
    several = {key for key, asked in shipped().questions.items() if asked.type == "multi"}
    ordered = {
        key: sorted(answer) if key in several and isinstance(answer, list) else answer
        for key, answer in voice.answers.items()
    }
    return voice.model_copy(update={"answers": ordered})


def test_the_deciding_come_first_otherwise_as_they_are_asked() -> None:
    for voices in CONSTRUCTED.values():
        found = [(each.effect, each.question) for each in found_among(*voices).disagreements]
        asked = list(shipped().questions)
        order = ["decides", "together", "none"]
        assert found == sorted(found, key=lambda e: (order.index(e[0]), asked.index(e[1])))


def test_a_question_that_nothing_hangs_on_needs_no_trial() -> None:
    """However many different answers are given to it."""
    answers = CASES["enterprise_full"]
    voices = [owner(answers)]
    voices += [
        person(DEPARTMENT, {"where_users": at, "drift_change": "daily"}, str(at)) for at in range(9)
    ]
    voices += [person(CIO, {"where_org_size": "micro", "how_approach": "buy"})]
    found = found_among(*voices)
    assert set(effects(found).values()) == {"none"}
    assert found.exhaustive


def test_an_answer_on_which_another_question_hangs_is_tried() -> None:
    """In an edition that asks for the budget only of those who would buy."""
    edition = changed(
        "question_bank/questions/opex_budget/show_if",
        [{"question": "how_approach", "op": "eq", "value": "buy"}],
    )
    voices = [
        owner({**CASES["enterprise_full"], "how_approach": "buy", "opex_budget": "low"}),
        person(CIO, {"how_approach": "build"}),
    ]
    knowledge = read_document(edition)
    found = agreement(knowledge, voices, working(knowledge, voices, {}))
    assert found is not None
    assert effects(found) == {"how_approach": "decides"}


# ---------------------------------------------------------------- too many to try


NEEDS_THREE = {**NOBODY_TO_RUN_IT, "how_small_model_evidence": "not_good_enough"}
WANTS_THREE: dict[str, Answer] = {
    "where_dev_team": "partner",
    "reg_people_decisions": "none",
    "how_small_model_evidence": "good_enough",
}


def test_beyond_the_bound_only_single_answers_and_pairs_are_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    voices = [owner(NEEDS_THREE), person("finance", WANTS_THREE)]
    assert set(effects(found_among(*voices)).values()) == {"together"}
    monkeypatch.setattr(trying, "MOST_COMBINATIONS", 7)
    found = found_among(*voices)
    assert not found.exhaustive
    assert set(effects(found).values()) == {"none"}


@pytest.mark.parametrize("case", ["four people", "two answers open an option together"])
def test_beyond_the_bound_what_a_pair_changes_is_still_found(
    monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    voices = CONSTRUCTED[case]
    monkeypatch.setattr(trying, "MOST_COMBINATIONS", 1)
    assert effects(found_among(*voices)) == expected_effects(voices)


@pytest.mark.parametrize("sizes", [[], [2], [3, 2], [2, 4, 3]])
def test_every_row_knows_the_row_without_each_of_its_answers(sizes: list[int]) -> None:
    for trials in (every_combination(sizes), singles_and_pairs(sizes)):
        rows = [tuple(row) for row in trials.codes.tolist()]
        assert len(set(rows)) == len(rows)
        for at in range(len(sizes)):
            expected = [(*row[:at], 0, *row[at + 1 :]) for row in rows]
            assert [rows[other] for other in trials.without[:, at]] == expected
    assert len(every_combination(sizes).codes) == np.prod(sizes)
    assert ((singles_and_pairs(sizes).codes > 0).sum(axis=1) <= 2).all()


# ---------------------------------------------------------------- respondents drawn


def test_who_counts_is_drawn_twice_as_often_as_each_other() -> None:
    """The isolated network leads exactly where the draw falls on who demands isolation."""
    legal = person(LEGAL, {"reg_residency": "air_gapped"})
    others = [
        owner({**ISOLATED, "reg_data": ["trade_secret"], "reg_residency": "own_premises"}),
        person("finance", {"reg_residency": "own_premises"}),
    ]
    for against, share in ((1, 2 / 3), (2, 2 / 4)):
        found = found_among(legal, *others[:against])
        assert found.leader == "air_gapped"
        assert found.leader_share == pytest.approx(share, abs=0.03)


def test_what_nobody_knows_is_drawn_from_all_that_is_possible() -> None:
    answers = {**ISOLATED, "reg_data": ["trade_secret"]}
    voices = [
        owner({**answers, "reg_residency": UNKNOWN}),
        person(LEGAL, {"reg_residency": UNKNOWN}),
    ]
    assert found_among(*voices).shares["air_gapped"] == pytest.approx(1 / 5, abs=0.03)


def test_a_draw_in_which_nothing_is_left_counts_for_nobody() -> None:
    voices = [
        owner({**NOBODY_TO_RUN_IT, "where_dev_team": "partner"}),
        person("finance", {"reg_people_decisions": "none"}),
    ]
    found = found_among(*voices)
    assert (found.leader, found.leader_share) == (None, None)
    assert found.shares == {"local_quantised_model": pytest.approx(1 / 3, abs=0.03)}


def test_without_a_dispute_only_the_weights_are_drawn(knowledge: KnowledgeBase) -> None:
    """A row of the article's table leads whatever matters."""
    row: dict[str, Answer] = {
        "where_scope": "function",
        "where_capex": "moderate",
        "gov_oversight": "internal_policy",
        "opex_budget": "medium",
        "reg_data": ["internal"],
        "spec_language": 5,
    }
    found = found_among(owner(row), person(LEGAL, {"reg_data": ["internal"]}))
    assert found.shares == {"small_llm_vpc_private_cloud": 1}
    assert (found.draws, found.seed) == (DRAWS, seed_of(knowledge))


# ---------------------------------------------------------------- the same every time


def test_the_order_of_the_answers_changes_nothing() -> None:
    for voices in CONSTRUCTED.values():
        turned = [
            voice.model_copy(update={"answers": dict(reversed(voice.answers.items()))})
            for voice in voices
        ]
        assert found_among(*turned).model_dump_json() == found_among(*voices).model_dump_json()


def test_another_process_finds_the_same() -> None:
    program = (
        "from tests.advice.test_agreement import *;"
        "print(found_among(*CONSTRUCTED['priorities differ']).model_dump_json())"
    )
    result = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "7", "DJANGO_SETTINGS_MODULE": "assessor.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = found_among(*CONSTRUCTED["priorities differ"])
    assert result.stdout.strip() == here.model_dump_json()


@pytest.mark.parametrize("case", CONSTRUCTED)
def test_it_survives_being_stored(case: str) -> None:
    found = found_among(*CONSTRUCTED[case])
    assert Agreement.model_validate_json(found.model_dump_json()) == found
