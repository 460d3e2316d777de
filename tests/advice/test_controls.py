"""Controls and risks: which apply, why, what is in place, and what is missing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.advice.controls import AppliedControl, AppliedRisk, controls_for, risks_for
from assessor.advice.levels import plausible_levels
from assessor.advice.reasons import Reason
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase, read_document
from assessor.knowledge.conditions import Situation
from tests.advice.answers import answer_sets, forgotten_and_complete, situation, unhurried
from tests.knowledge.editions import Document, changed, shipped

OPTIONS = [None, *shipped().options]
CONTROL = "controls/controls/ai_register"
ALWAYS = {"always": True}


def case(answers: dict[str, Answer], option: str | None = None) -> Situation:
    """Return the situation of these answers, with an architecture or with none left."""
    knowledge = shipped()
    plausible = plausible_levels(knowledge, Situation(answers=answers))
    return Situation(
        answers=answers,
        levels={key: found.levels for key, found in plausible.items()},
        attributes=knowledge.options[option].attributes if option else {},
    )


def control(key: str, here: Situation, edition: KnowledgeBase | None = None) -> AppliedControl:
    applied = controls_for(edition or shipped(), here)
    return next(found for found in applied if found.control == key)


def risks(here: Situation, edition: KnowledgeBase | None = None) -> dict[str, AppliedRisk]:
    knowledge = edition or shipped()
    real = risks_for(knowledge, here, controls_for(knowledge, here))
    return {risk.risk: risk for risk in real}


def clause(subject: str, name: str, op: str, value: object) -> dict[str, object]:
    return {subject: name, "op": op, "value": value}


def applying_when(*clauses: dict[str, object]) -> KnowledgeBase:
    """Return the edition with a register that is due only when one of these clauses holds."""
    return read_document(changed(f"{CONTROL}/applies", {"any": list(clauses)}))


AGENT = clause("question", "gov_autonomy", "in", ["alone", "dont_know"])
HARM = clause("question", "gov_harm", "eq", "person_or_law")


# ---------------------------------------------------------------- which, and in which order


def test_every_control_is_listed_by_phase_and_then_in_the_order_of_the_file(
    knowledge: KnowledgeBase,
) -> None:
    library = knowledge.controls
    applied = controls_for(knowledge, case(situation()))
    phases = [library.meta.phases.index(found.phase) for found in applied]
    in_file = [entry.key for entry in library.controls]
    places = [in_file.index(found.control) for found in applied]
    assert sorted(places) == list(range(len(in_file)))
    assert phases == sorted(phases)
    for (phase, place), (next_phase, next_place) in pairwise(zip(phases, places, strict=True)):
        assert phase < next_phase or place < next_place


def test_a_control_brings_what_the_edition_says_of_it(knowledge: KnowledgeBase) -> None:
    (entry,) = (found for found in knowledge.controls.controls if found.key == "exit_plan")
    applied = control("exit_plan", case(situation(), "foundation_api_rag"))
    for name in ("title", "what", "phase", "owner", "evidence", "risks", "other_law"):
        assert getattr(applied, name) == getattr(entry, name)
    assert applied.clauses["gdpr"] == ("28",)
    assert applied.clauses["iso_42001"] == entry.map.iso_42001


# ---------------------------------------------------------------- why


def test_some_controls_are_always_due() -> None:
    applied = control("ai_register", case({}))
    assert (applied.applies, applied.reasons) == ("yes", (Reason(kind="always"),))


def test_a_reason_names_the_choices_that_count() -> None:
    answers: dict[str, Answer] = {"reg_data": ["internal", "personal", "special_category"]}
    applied = control("data_minimisation", case(answers))
    assert applied.applies == "yes"
    assert applied.reasons == (
        Reason(kind="answer", subject="reg_data", value=("personal", "special_category")),
    )


def test_a_reason_for_choices_that_are_missing_names_the_whole_answer() -> None:
    edition = applying_when(clause("question", "reg_data", "not_contains_any", ["public"]))
    applied = control("ai_register", case({"reg_data": ["internal", "personal"]}), edition)
    assert [reason.value for reason in applied.reasons] == [("internal", "personal")]


def test_a_number_is_its_own_reason() -> None:
    edition = applying_when(clause("question", "spec_language", "gte", 4))
    applied = control("ai_register", case({"spec_language": 5}), edition)
    assert [reason.value for reason in applied.reasons] == [5]


def test_a_reason_names_the_level_of_a_criterion() -> None:
    applied = control("leak_protection", case({"reg_ipr_leak": "critical"}))
    assert applied.applies == "yes"
    assert applied.reasons == (Reason(kind="criterion", subject="sensitivity", value="high"),)


def test_a_criterion_that_could_be_either_side_leaves_it_open() -> None:
    applied = control("leak_protection", case({"reg_ipr_leak": UNKNOWN}))
    assert applied.applies == "open"
    assert applied.reasons == (
        Reason(kind="criterion", subject="sensitivity", value=("low", "medium", "high"), open=True),
    )


def test_a_reason_names_the_attribute_of_the_architecture() -> None:
    applied = control("fine_tuning_rules", case({}, "fine_tuned_small_llm"))
    assert applied.applies == "yes"
    assert applied.reasons == (
        Reason(kind="architecture", subject="needs_training_data", value=True),
    )
    assert control("fine_tuning_rules", case({}, "foundation_api_rag")).applies == "no"


def test_an_answer_not_known_yet_leaves_a_control_open() -> None:
    applied = control("data_minimisation", case({"reg_data": UNKNOWN}))
    assert applied.applies == "open"
    assert applied.reasons == (Reason(kind="answer", subject="reg_data", value=UNKNOWN, open=True),)


def test_a_clause_that_holds_only_because_nobody_knows_is_open_too() -> None:
    edition = applying_when(AGENT)
    assert control("ai_register", case({"gov_autonomy": UNKNOWN}), edition).applies == "open"
    assert control("ai_register", case({"gov_autonomy": "alone"}), edition).applies == "yes"


def test_one_clause_that_holds_is_enough_and_the_open_ones_are_named_as_such() -> None:
    here = case({"gov_autonomy": UNKNOWN, "gov_harm": "person_or_law"})
    applied = control("ai_register", here, applying_when(AGENT, HARM))
    assert applied.applies == "yes"
    assert {reason.subject: reason.open for reason in applied.reasons} == {
        "gov_autonomy": True,
        "gov_harm": False,
    }


def test_two_clauses_about_the_same_answer_are_one_reason() -> None:
    other = clause("question", "gov_harm", "ne", "nuisance")
    here = case({"gov_harm": "person_or_law"})
    assert len(control("ai_register", here, applying_when(HARM, other)).reasons) == 1


def test_a_question_that_was_not_asked_is_no_reason() -> None:
    applied = control("ai_register", case({}), applying_when(AGENT, HARM))
    assert (applied.applies, applied.reasons) == ("no", ())


def test_where_no_option_is_left_nothing_is_due_because_of_one() -> None:
    assert control("supplier_contract", case({})).applies == "no"
    here = case({"reg_residency": "sovereign"})
    assert [reason.kind for reason in control("residency_check", here).reasons] == ["answer"]


@unhurried
@given(answers=answer_sets(), option=st.sampled_from(OPTIONS))
def test_no_control_applies_without_a_reason(
    answers: dict[str, Answer], option: str | None
) -> None:
    for applied in controls_for(shipped(), case(answers, option)):
        assert (applied.applies == "no") == (applied.reasons == ())
        assert (applied.applies == "open") == (
            applied.reasons != () and all(reason.open for reason in applied.reasons)
        )


@unhurried
@given(answers=forgotten_and_complete(), option=st.sampled_from(OPTIONS))
def test_not_knowing_never_takes_a_control_or_a_risk_away(
    answers: tuple[dict[str, Answer], dict[str, Answer]], option: str | None
) -> None:
    before, after = (case(known, option) for known in answers)
    assert due(after) <= due(before)
    assert set(risks(after)) <= set(risks(before))
    for key, risk in risks(after).items():
        assert risk.severity <= risks(before)[key].severity


def due(here: Situation) -> set[str]:
    return {found.control for found in controls_for(shipped(), here) if found.applies != "no"}


# ---------------------------------------------------------------- what is in place


@pytest.mark.parametrize(
    ("in_place", "expected"),
    [
        (["observability", "training"], "in_place"),
        (["training"], "to_do"),
        (["none"], "to_do"),
        (UNKNOWN, "unknown"),
    ],
)
def test_what_works_already_is_in_place(in_place: Answer, expected: str) -> None:
    here = case({"gov_in_place": in_place})
    assert control("monitoring", here).status == expected


def test_nothing_is_known_of_what_was_not_asked() -> None:
    assert control("monitoring", case({})).status == "unknown"


def test_a_control_that_no_safeguard_stands_for_is_to_do() -> None:
    everything = list(shipped().controls.satisfies)
    assert control("ai_register", case({"gov_in_place": everything})).status == "to_do"


# ---------------------------------------------------------------- risks


def test_a_risk_that_is_not_real_here_is_left_out() -> None:
    assert "bad_training" not in risks(case(situation(), "foundation_api_rag"))
    trained = risks(case(situation(), "fine_tuned_small_llm"))["bad_training"]
    assert trained.applies == "yes"
    assert [reason.kind for reason in trained.reasons] == ["architecture"]


def test_a_risk_is_open_where_it_hangs_on_an_unknown_answer() -> None:
    found = risks(case({"opex_footprint": UNKNOWN}))["footprint_unknown"]
    assert found.applies == "open"
    assert all(reason.open for reason in found.reasons)


def test_a_risk_names_the_controls_against_it_and_those_that_are_missing() -> None:
    drift = risks(case({"gov_in_place": ["testing"]}))["drift"]
    assert drift.controls == ("test_gate", "monitoring")
    assert drift.not_in_place == ("monitoring",)


def test_a_control_of_which_nothing_is_known_counts_as_missing() -> None:
    drift = risks(case({"gov_in_place": UNKNOWN}))["drift"]
    assert drift.not_in_place == drift.controls != ()


def test_each_thing_that_makes_it_worse_raises_the_severity_by_one() -> None:
    mild = risks(case({"gov_harm": "nuisance", "how_audience": "staff"}))["false_answer"]
    worse = risks(case({"gov_harm": "person_or_law", "how_audience": "staff"}))["false_answer"]
    worst = risks(case({"gov_harm": "person_or_law", "how_audience": "external_direct"}))
    severities = [found.severity for found in (mild, worse, worst["false_answer"])]
    assert severities == [mild.severity, mild.severity + 1, mild.severity + 2]
    assert mild.raised_by == ()
    assert worse.raised_by == (Reason(kind="answer", subject="gov_harm", value="person_or_law"),)


def test_what_might_make_it_worse_raises_it_too() -> None:
    found = risks(case({"gov_harm": UNKNOWN}))["false_answer"]
    known = risks(case({"gov_harm": "nuisance"}))["false_answer"]
    assert found.severity == known.severity + 1
    assert [reason.open for reason in found.raised_by] == [True]


def test_no_risk_is_graver_than_five() -> None:
    edition = read_document(changed("controls/risks/false_answer/severity", 5))
    assert risks(case({"gov_harm": "person_or_law"}), edition)["false_answer"].severity == 5


def test_the_most_severe_come_first_then_those_with_most_to_do() -> None:
    here = case(situation(gov_in_place=["testing", "training"]), "foundation_api_rag")
    found = list(risks(here).values())
    ranks = [(-risk.severity, -len(risk.not_in_place)) for risk in found]
    assert ranks == sorted(ranks)
    assert len({risk.severity for risk in found}) > 1


def test_risks_that_are_alike_stay_in_the_order_of_the_file() -> None:
    found = risks(case(situation()), alike())
    in_file = [risk.key for risk in shipped().controls.risks]
    assert list(found) == in_file


def alike() -> KnowledgeBase:
    """Return an edition in which nothing sets one risk apart from another."""
    edition: Document = changed("controls/satisfies", {})
    for risk in edition["controls"]["risks"]:
        risk |= {"severity": 3, "applies": ALWAYS, "raised_by": []}
    for entry in edition["controls"]["controls"]:
        entry["risks"] = []
    return read_document(edition)


@unhurried
@given(answers=answer_sets(), option=st.sampled_from(OPTIONS))
def test_no_real_risk_is_left_without_a_control(
    answers: dict[str, Answer], option: str | None
) -> None:
    for key, risk in risks(case(answers, option)).items():
        assert risk.controls, key
        assert risk.reasons, key
