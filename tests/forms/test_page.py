"""What people send → answers: every kind of question, and everything that is no answer."""

import uuid
from typing import Any

import pytest
from django.http import QueryDict

from assessor.advice import questionnaire
from assessor.forms.page import PageForm, seen_text
from assessor.forms.start import StartForm
from assessor.knowledge import UNKNOWN, Answer, KnowledgeBase, read_document
from assessor.pages import pages_of
from assessor.viewpoint import alone
from tests.advice.answers import plain_answers, situation
from tests.builders import controls
from tests.knowledge.editions import changed, shipped

PAGE_OF = {
    question.key: page.key for page in pages_of(shipped()).values() for question in page.questions
}

OWN_FIELDS = {"seen": seen_text(dict.fromkeys(PAGE_OF, 0)), "form_key": str(uuid.uuid4())}


def sent(data: dict[str, Any]) -> QueryDict:
    """Return the data as they arrive from a browser."""
    query = QueryDict(mutable=True)
    for name, value in {**OWN_FIELDS, **data}.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def form_of(
    page: str,
    data: dict[str, Any],
    *,
    knowledge: KnowledgeBase | None = None,
    answers: dict[str, Answer] | None = None,
    partial: bool = True,
) -> PageForm:
    known = knowledge or shipped()
    given = situation() if answers is None else answers
    return PageForm(
        sent(data),
        page=pages_of(known)[page],
        knowledge=known,
        counting=alone(given),
        partial=partial,
    )


def answer_to(key: str, data: dict[str, Any], **more: Any) -> Answer | None:
    """Return the answer to one question, or fail with what is wrong with it."""
    form = form_of(PAGE_OF[key], {**needed_for(key), **data}, **more)
    assert form.errors == {}
    return form.answers()[key]


def error_of(key: str, data: dict[str, Any], **more: Any) -> str:
    """Return what is wrong with what was sent for one question."""
    form = form_of(PAGE_OF[key], {**needed_for(key), **data}, **more)
    assert set(form.errors) == {key}
    assert key not in form.answers()
    (message,) = form.errors[key]
    return str(message)


def needed_for(key: str) -> dict[str, str]:
    """Return what must be said on the same page for a question to be asked."""
    return {"spec_language": "5"} if key == "spec_training_data" else {}


# ---------------------------------------------------------------- every question


@pytest.mark.parametrize("key", PAGE_OF)
def test_every_answer_that_a_question_allows_comes_out_as_it_went_in(key: str) -> None:
    question = shipped().questions[key]
    answers = situation(how_tasks=["act"])
    for answer in plain_answers(key):
        data = controls(question, answer)
        assert answer_to(key, data, answers=answers) == answer
        assert not list(questionnaire.problems(question, answer))


@pytest.mark.parametrize(
    "key",
    [key for key in PAGE_OF if shipped().questions[key].allow_unknown and key != "why_success"],
)
def test_not_knowing_yet_is_an_answer_wherever_the_edition_allows_it(key: str) -> None:
    data = controls(shipped().questions[key], UNKNOWN)
    assert answer_to(key, data, answers=situation(how_tasks=["act"])) == UNKNOWN


@pytest.mark.parametrize("key", ["where_scope", "where_org_size", "how_tasks"])
def test_not_knowing_yet_is_refused_where_the_edition_does_not_allow_it(key: str) -> None:
    assert error_of(key, {key: UNKNOWN})


@pytest.mark.parametrize(("key", "kind"), [("opex_volume", "number"), ("why_priorities", "ranked")])
def test_a_ticked_box_that_the_page_does_not_have_is_refused(key: str, kind: str) -> None:
    knowledge = read_document(changed(f"question_bank/questions/{key}/allow_unknown", value=False))
    assert knowledge.questions[key].type == kind
    message = error_of(key, {f"{key}-unknown": UNKNOWN}, knowledge=knowledge)
    assert message == "This question needs an answer."


@pytest.mark.parametrize("key", PAGE_OF)
def test_nothing_sent_is_no_answer(key: str) -> None:
    assert answer_to(key, {}, answers=situation(how_tasks=["act"])) is None


# ---------------------------------------------------------------- one choice, several, a scale


@pytest.mark.parametrize(
    "rubbish", ["nope", "Function", "function ", "function\x00", "0", "None", "[]"]
)
def test_a_choice_that_is_not_offered_is_refused(rubbish: str) -> None:
    assert "is not one of the available choices" in error_of(
        "where_scope", {"where_scope": rubbish}
    )


def test_of_a_choice_sent_twice_the_last_counts() -> None:
    assert answer_to("where_scope", {"where_scope": ["individual", "function"]}) == "function"


def test_several_choices_are_kept_once_each_in_the_order_of_the_question() -> None:
    chosen = ["draft", "extract", "draft", "answer_docs"]
    kept = answer_to("how_tasks", {"how_tasks": chosen})
    order = [choice.key for choice in shipped().questions["how_tasks"].choices]  # type: ignore[union-attr]
    assert kept == sorted(set(chosen), key=order.index)


def test_one_unknown_choice_among_several_is_refused() -> None:
    assert "is not one of" in error_of("how_tasks", {"how_tasks": ["draft", "nope"]})


def test_an_exclusive_choice_stands_alone() -> None:
    assert answer_to("reg_sector", {"reg_sector": ["none"]}) == ["none"]
    message = error_of("reg_sector", {"reg_sector": ["finance", "none"]})
    assert message == (
        "“None of these” cannot be combined with other choices. Untick it or the others."
    )


def test_not_knowing_yet_stands_alone() -> None:
    message = error_of("reg_sector", {"reg_sector": ["finance", UNKNOWN]})
    assert "cannot be combined" in message


@pytest.mark.parametrize("rubbish", ["0", "6", "-1", "1.0", "٣", "1e0", "", "x", "11"])
def test_a_scale_takes_its_points_only(rubbish: str) -> None:
    if rubbish:
        assert error_of("spec_language", {"spec_language": rubbish})
    else:
        assert answer_to("spec_language", {"spec_language": rubbish}) is None


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("200000", 200_000),
        ("200,000", 200_000),
        ("200 000", 200_000),
        ("200'000", 200_000),
        ("200\N{NO-BREAK SPACE}000", 200_000),
        ("200\N{NARROW NO-BREAK SPACE}000", 200_000),
        ("1,000,000,000", 1_000_000_000),
        ("  42\t", 42),
    ],
)
def test_a_number_may_be_written_as_people_write_it(typed: str, number: int) -> None:
    assert answer_to("opex_volume", {"opex_volume": typed}) == number


@pytest.mark.parametrize(
    "typed",
    [
        "many",
        "-1",
        "+5",
        "1.5",
        "1,5",
        "1.000",
        "1e3",
        "1_000",
        "0x10",
        "٣",
        "１０",
        "NaN",
        "Infinity",
        "1,0000",
        ",000",
        "10,00",
        "1,,000",
        "½",
        "5\x00",
        "9" * 21,
        "9" * 5000,
        "[]",
        UNKNOWN,
    ],
)
def test_anything_else_is_not_a_number_and_the_message_shows_how(typed: str) -> None:
    message = error_of("opex_volume", {"opex_volume": typed})
    assert message == "Enter a whole number of requests per month, such as 10,000."


@pytest.mark.parametrize("typed", ["1000000001", "9" * 20, str(2**31), str(2**63)])
def test_a_number_outside_the_range_says_the_range(typed: str) -> None:
    message = error_of("opex_volume", {"opex_volume": typed})
    assert message == "Enter a number between 0 and 1,000,000,000."


def test_a_number_and_not_knowing_it_contradict_each_other() -> None:
    message = error_of("opex_volume", {"opex_volume": "5", "opex_volume-unknown": UNKNOWN})
    assert "but not both" in message


# ---------------------------------------------------------------- priorities


def ranked(*keys: str) -> dict[str, str]:
    return {f"why_priorities-{rank}": key for rank, key in enumerate(keys, start=1)}


def test_priorities_are_kept_in_their_order() -> None:
    assert answer_to("why_priorities", ranked("switch_supplier", "low_cost")) == [
        "switch_supplier",
        "low_cost",
    ]


def test_a_gap_among_the_priorities_closes() -> None:
    assert answer_to("why_priorities", ranked("", "low_cost", "")) == ["low_cost"]


def test_a_priority_can_be_chosen_once() -> None:
    message = error_of("why_priorities", ranked("low_cost", "low_cost"))
    assert message == "Choose each priority only once."


@pytest.mark.parametrize("rubbish", ["nope", UNKNOWN, "low_cost\x00", "[]"])
def test_a_priority_that_is_not_offered_is_refused(rubbish: str) -> None:
    assert error_of("why_priorities", ranked("low_cost", rubbish)) == "Choose from the list."


def test_there_is_no_fourth_priority() -> None:
    chosen = ["low_cost", "domain_quality", "switch_supplier"]
    data = {**ranked(*chosen), "why_priorities-4": "fast_value", "why_priorities": "fast_value"}
    assert answer_to("why_priorities", data) == chosen


def test_priorities_and_not_knowing_them_contradict_each_other() -> None:
    data = {**ranked("low_cost"), "why_priorities-unknown": UNKNOWN}
    assert "but not both" in error_of("why_priorities", data)


# ---------------------------------------------------------------- text


def test_line_ends_count_as_one_character() -> None:
    assert answer_to("why_success", {"why_success": "one\r\ntwo\rthree\nfour"}) == (
        "one\ntwo\nthree\nfour"
    )


@pytest.mark.parametrize("blank", ["", "  ", "\t\n", "\N{NO-BREAK SPACE}"])
def test_blank_text_is_no_answer(blank: str) -> None:
    assert answer_to("why_success", {"why_success": blank}) is None


def test_text_has_a_longest_length() -> None:
    assert answer_to("why_success", {"why_success": "x" * 600}) == "x" * 600
    assert "at most 600" in error_of("why_success", {"why_success": "x" * 601})


def test_a_browser_counts_line_ends_as_the_limit_does() -> None:
    """The page counts a line end once, but browsers send it as two characters."""
    assert answer_to("why_success", {"why_success": "\r\n".join(["x" * 99] * 6)})


def test_text_with_a_null_character_is_refused() -> None:
    assert "Null characters" in error_of("why_success", {"why_success": "a\x00b"})


@pytest.mark.parametrize(
    "text",
    [
        "<script>x</script>",
        "{{7*7}}",
        "{% debug %}",
        "%s%n",
        "'; DROP TABLE",
        "\u202eabc",
        "👩‍👩‍👧",
        "é",
    ],
)
def test_text_is_kept_as_it_was_typed(text: str) -> None:
    assert answer_to("why_success", {"why_success": text}) == text


# ---------------------------------------------------------------- a page


def test_required_questions_may_stay_empty_only_when_finishing_later() -> None:
    assert form_of("where", {}, partial=True).errors == {}
    assert set(form_of("where", {}, partial=False).errors) == {
        "where_scope",
        "where_org_size",
        "where_dev_team",
        "where_capex",
        "where_hosting",
    }


@pytest.mark.parametrize(
    ("key", "start"),
    [
        ("where_scope", "Select an answer to “"),
        ("where_hosting", "Choose at least one: “"),
        ("opex_volume", "Enter a number, or say that you don’t know yet: “"),
        ("why_priorities", "Choose at least one: “"),
        ("spec_language", "Select an answer to “"),
    ],
)
def test_a_missing_answer_is_asked_for_in_the_words_of_its_question(key: str, start: str) -> None:
    form = form_of(PAGE_OF[key], {}, partial=False)
    assert form.errors[key] == [f"{start}{shipped().questions[key].text}”"]


def test_a_required_text_is_asked_for_too() -> None:
    knowledge = read_document(changed("question_bank/questions/why_success/required", value=True))
    form = form_of("why", {}, partial=False, knowledge=knowledge)
    assert str(form.errors["why_success"][0]).startswith("Enter an answer to “")


def test_a_page_sends_answers_to_its_own_questions_only() -> None:
    form = form_of("why", {"where_scope": "function", "junk": "x", **ranked("low_cost")})
    assert form.errors == {}
    assert form.answers() == {"why_priorities": ["low_cost"], "why_success": None}


def test_a_page_has_no_control_for_a_question_that_cannot_be_asked() -> None:
    answers = situation(where_scope="individual")
    assert "policy_versions" not in form_of("what-opex", {}, answers=answers).fields
    assert "policy_versions" in form_of("what-opex", {}).fields


def test_what_is_asked_follows_what_is_being_sent_not_what_was_stored() -> None:
    """The stored answer says 5; the page that is being sent says 1."""
    form = form_of("what-governance", {"spec_language": "1"})
    assert "spec_training_data" not in form.shown(
        form.answers() if form.is_valid() else {"spec_language": 1}
    )


def test_valid_answers_stand_beside_an_invalid_one() -> None:
    form = form_of("what-opex", {"opex_budget": "medium", "opex_volume": "many"})
    assert set(form.errors) == {"opex_volume"}
    assert form.answers()["opex_budget"] == "medium"
    assert "opex_volume" not in form.as_save().answers


@pytest.mark.parametrize(
    ("field", "rubbish"),
    [
        *[("seen", rubbish) for rubbish in ("", "x", "a:b", "a:1  b:2")],
        *[("turn", rubbish) for rubbish in ("x", "-1", "1000001")],
        ("form_key", "x"),
    ],
)
def test_a_page_knows_when_it_was_tampered_with(field: str, rubbish: str) -> None:
    assert form_of("why", {field: rubbish}).is_tampered
    assert not form_of("why", {}).is_tampered


def test_what_a_page_has_seen_comes_back_as_it_went_out() -> None:
    seen = {"where_scope": 3, "where_org_size": 0}
    form = form_of("where", {"seen": seen_text(seen)})
    assert form.errors == {}
    assert form.as_save().seen == seen


@pytest.mark.parametrize(
    ("counted", "turn"),
    [({}, 0), ({"turn": ""}, 0), ({"turn": "3"}, 3), ({"turn": "1000000"}, 10**6)],
)
def test_a_page_says_which_of_its_saves_it_is_where_it_counts(
    counted: dict[str, str], turn: int
) -> None:
    form = form_of("why", counted)
    assert not form.is_tampered
    assert form.as_save().turn == turn


# ---------------------------------------------------------------- the start form


def start_form(**different: str) -> StartForm:
    data = {
        "creation_key": str(uuid.uuid4()),
        "initiative": "Contract drafts",
        "organisation": "Northwind",
    }
    return StartForm({**data, **different}, knowledge=shipped())


def test_a_start_form_gives_what_an_assessment_starts_with() -> None:
    form = start_form(name=" Dana ", role="cio_cto")
    assert form.is_valid()
    start = form.start()
    assert (start.initiative, start.name, start.role) == ("Contract drafts", "Dana", "cio_cto")


@pytest.mark.parametrize(
    "blank",
    ["", " ", "\t", "\N{NO-BREAK SPACE}", "\u200b", "\u3164", "\u200b\u200d", "\ufeff"],
    ids=ascii,
)
def test_a_name_that_nobody_can_see_is_no_name(blank: str) -> None:
    form = start_form(initiative=blank)
    assert form.errors.get("initiative") == ["Enter a name for the initiative"]


@pytest.mark.parametrize(
    "odd", ["a\x1b[31mb", "a\x07b", "one\ntwo", "a\x85b", "a\u2028b"], ids=ascii
)
def test_a_name_has_no_control_characters(odd: str) -> None:
    """It stands in headings, in the title of the PDF and in the log."""
    form = start_form(initiative=odd)
    if form.is_valid():
        kept = form.start().initiative
        assert kept.isprintable()


@pytest.mark.parametrize("key", PAGE_OF)
def test_every_role_that_answers_a_question_can_start_an_assessment(key: str) -> None:
    for role in shipped().questions[key].answered_by:
        assert start_form(role=role).is_valid()
