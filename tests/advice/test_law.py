"""The legal dates that matter to a case, and the questions for counsel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.advice.law import LegalDuty, calendar_for, questions_for_counsel
from assessor.advice.reasons import Reason
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase, read_document
from assessor.knowledge.conditions import Situation
from tests.advice.answers import answer_sets, unhurried
from tests.knowledge.editions import changed, shipped

HARMLESS: dict[str, Answer] = {
    "how_tasks": ["extract"],
    "how_audience": "staff",
    "reg_sector": ["none"],
    "reg_data": ["internal"],
    "reg_people_decisions": "none",
    "opex_footprint": "none",
    "why_priorities": ["fast_value"],
}
"""Of an ordinary use inside the organisation, with no information about people."""


def case(where: Answer | None, option: str | None = None, **different: Answer) -> Situation:
    place: dict[str, Answer] = {} if where is None else {"reg_jurisdiction": where}
    attributes = shipped().options[option].attributes if option else {}
    return Situation(answers={**HARMLESS, **place, **different}, attributes=attributes)


def duties(here: Situation) -> dict[str, LegalDuty]:
    return {duty.key: duty for duty in calendar_for(shipped(), here)}


def test_only_the_jurisdictions_chosen_are_listed() -> None:
    people = "supports"
    both = duties(case(["uk", "us"], reg_people_decisions=people)).values()
    assert {duty.jurisdiction for duty in both} == {"uk", "us"}
    (only,) = {duty.jurisdiction for duty in duties(case(["eu"])).values()}
    assert only == "eu"


def test_an_ordinary_use_in_the_eu_has_one_duty() -> None:
    (duty,) = duties(case(["eu"])).values()
    assert (duty.key, duty.applies, duty.law) == ("ai_act_literacy", "yes", "EU AI Act")
    assert duty.source_url == shipped().controls.sources["eu_ai_act"].url
    assert duty.source_title == shipped().controls.sources["eu_ai_act"].title


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ({"reg_people_decisions": "supports"}, "ai_act_high_risk"),
        ({"reg_sector": ["health"]}, "ai_act_high_risk"),
        ({"how_audience": "external_direct"}, "ai_act_transparency"),
        ({"how_tasks": ["other_media"]}, "ai_act_transparency"),
        ({"reg_data": ["internal", "personal"]}, "gdpr_personal_data"),
        ({"reg_people_decisions": "automatic"}, "gdpr_automated_decisions"),
        ({"opex_footprint": "binding"}, "ai_act_voluntary_codes"),
    ],
)
def test_a_duty_is_listed_for_the_cases_it_is_about(answers: dict[str, Answer], key: str) -> None:
    assert key not in duties(case(["eu"]))
    assert duties(case(["eu"], None, **answers))[key].applies == "yes"


def test_a_duty_can_hang_on_the_architecture() -> None:
    trained = duties(case(["eu"], "fine_tuned_small_llm"))
    assert Reason(kind="architecture", subject="needs_training_data", value=True) in (
        trained["ai_act_model_providers"].reasons
    )
    assert "ai_act_model_providers" not in duties(case(["eu"], "foundation_api_rag"))
    assert "ai_act_model_providers" not in duties(case(["eu"]))


def test_a_duty_says_why_it_is_listed() -> None:
    duty = duties(case(["eu", "uk"], reg_data=["internal", "personal"]))["uk_gdpr"]
    assert duty.reasons == (
        Reason(kind="answer", subject="reg_jurisdiction", value=("uk",)),
        Reason(kind="answer", subject="reg_data", value=("personal",)),
    )


def test_an_answer_not_known_yet_leaves_a_duty_open() -> None:
    assert duties(case(["us"], reg_people_decisions=UNKNOWN))["us_colorado"].applies == "open"


def test_where_nobody_knows_the_place_every_jurisdiction_is_open() -> None:
    found = duties(case(UNKNOWN, reg_people_decisions="supports")).values()
    assert {duty.jurisdiction for duty in found} == {"eu", "uk", "us"}
    assert {duty.applies for duty in found} == {"open"}


def test_where_the_place_was_not_asked_nothing_is_listed() -> None:
    here = case(None, reg_people_decisions="supports")
    assert calendar_for(shipped(), here) == ()
    assert questions_for_counsel(shipped(), here) == ()


@unhurried
@given(answers=answer_sets(), option=st.sampled_from([None, *shipped().options]))
def test_the_calendar_is_in_the_order_of_dates_and_gives_reasons(
    answers: dict[str, Answer], option: str | None
) -> None:
    attributes = shipped().options[option].attributes if option else {}
    listed = calendar_for(shipped(), Situation(answers=answers, attributes=attributes))
    dates = [duty.applies_from for duty in listed]
    assert dates == sorted(dates)
    for duty in listed:
        assert duty.reasons[0].subject == "reg_jurisdiction"
        assert len(duty.reasons) > 1
        assert (duty.applies == "open") == (
            duty.reasons[0].open or all(reason.open for reason in duty.reasons[1:])
        )


# ---------------------------------------------------------------- questions for counsel


def test_elsewhere_there_are_questions_though_no_law_is_listed() -> None:
    here = case(["other"])
    assert calendar_for(shipped(), here) == ()
    assert any("list" in question for question in questions_for_counsel(shipped(), here))


def test_counsel_is_asked_what_the_case_raises() -> None:
    plain = questions_for_counsel(shipped(), case(["eu"]))
    about_people = questions_for_counsel(shipped(), case(["eu"], reg_people_decisions="supports"))
    assert set(plain) < set(about_people)
    assert any("Art. 25(1)(c)" in question for question in about_people)
    assert not any("Art. 25(1)(c)" in question for question in plain)


def test_counsel_is_asked_about_every_place_that_may_count() -> None:
    everywhere = questions_for_counsel(shipped(), case(UNKNOWN))
    for place in ("eu", "uk", "us", "other"):
        assert set(questions_for_counsel(shipped(), case([place]))) < set(everywhere)


def test_an_edition_from_before_the_questions_has_none(knowledge: KnowledgeBase) -> None:
    edition = read_document(changed("controls/counsel_questions", []))
    assert questions_for_counsel(knowledge, case(["eu"])) != ()
    assert questions_for_counsel(edition, case(["eu"])) == ()
