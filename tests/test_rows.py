"""What a page shows for each question."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import QueryDict

from assessor.forms.page import PageForm
from assessor.knowledge import UNKNOWN, Answer
from assessor.pages import pages_of
from assessor.rows import Row, sections_of
from assessor.viewpoint import alone
from assessor.workflow.drafts import Conflict
from tests.advice.answers import situation
from tests.knowledge.editions import shipped

PAGES = pages_of(shipped())
PAGE_OF = {question.key: page.key for page in PAGES.values() for question in page.questions}


def form_of(page: str, answers: dict[str, Answer], sent: str | None = None) -> PageForm:
    own = f"seen=x:0&form_key={uuid.uuid4()}&"
    return PageForm(
        None if sent is None else QueryDict(own + sent),
        page=PAGES[page],
        knowledge=shipped(),
        counting=alone(answers),
        partial=True,
        initial=answers,
    )


def row_of(key: str, sent: str | None = None, *, conflicts: Any = None, **answers: Answer) -> Row:
    form = form_of(PAGE_OF[key], situation(**answers), sent)
    form.full_clean()
    sections = sections_of(form, conflicts or {})
    return next(row for section in sections for row in section.rows if row.key == key)


def chosen(row: Row) -> list[str]:
    return [option.value for option in row.options if option.chosen]


# ---------------------------------------------------------------- options


def test_a_stored_choice_is_chosen() -> None:
    assert chosen(row_of("where_scope")) == ["function"]
    assert chosen(row_of("how_tasks")) == ["draft", "extract"]
    assert chosen(row_of("spec_language")) == ["5"]


def test_what_was_just_sent_is_chosen_instead() -> None:
    assert chosen(row_of("where_scope", "where_scope=enterprise")) == ["enterprise"]
    assert chosen(row_of("how_tasks", "how_tasks=act&how_tasks=nope")) == ["act"]
    assert chosen(row_of("where_scope", "")) == []


def test_not_knowing_yet_comes_last_and_only_where_it_is_allowed() -> None:
    last = row_of("where_dev_team", where_dev_team=UNKNOWN).options[-1]
    assert (last.value, last.label, last.chosen) == (UNKNOWN, "I don't know yet", True)
    assert not any(option.is_unknown for option in row_of("where_scope").options)


@pytest.mark.parametrize(
    "key", [key for key, question in shipped().questions.items() if question.allow_unknown]
)
def test_not_knowing_yet_can_be_said_wherever_the_edition_allows_it(key: str) -> None:
    row = row_of(key, how_tasks=["act"])
    assert row.unknown is not None or any(option.is_unknown for option in row.options)


def test_exclusive_choices_are_marked() -> None:
    exclusive = [option.value for option in row_of("reg_sector").options if option.exclusive]
    assert exclusive == ["none", UNKNOWN]


def test_a_scale_has_words_at_its_ends_and_in_the_middle() -> None:
    labels = [option.label for option in row_of("spec_language").options]
    assert labels[:5] == ["Everyday language", "", "Professional field", "", "Ours alone"]


# ---------------------------------------------------------------- numbers, priorities, text


def test_a_number_is_shown_as_it_was_typed() -> None:
    assert row_of("opex_volume").typed == "200000"
    assert row_of("opex_volume", "opex_volume=2,0x").typed == "2,0x"
    assert row_of("opex_volume", "").typed == ""


@pytest.mark.parametrize("sent", [None, "opex_volume-unknown=dont_know"])
def test_a_number_not_known_yet_ticks_its_box(sent: str | None) -> None:
    row = row_of("opex_volume", sent, opex_volume=UNKNOWN)
    assert row.typed == ""
    assert row.unknown is not None
    assert row.unknown.chosen
    assert row.unknown.name == "opex_volume-unknown"


def test_a_number_and_a_ticked_box_are_both_shown_again() -> None:
    row = row_of("opex_volume", "opex_volume=5&opex_volume-unknown=dont_know")
    assert row.typed == "5"
    assert row.unknown is not None
    assert row.unknown.chosen


def places(row: Row) -> list[list[str]]:
    return [[option.value for option in place.options if option.chosen] for place in row.places]


def test_priorities_stand_in_their_places() -> None:
    row = row_of("why_priorities", why_priorities=["low_cost", "switch_supplier"])
    assert [place.name for place in row.places] == [f"why_priorities-{rank}" for rank in (1, 2, 3)]
    assert places(row) == [["low_cost"], ["switch_supplier"], []]


def test_priorities_that_were_just_sent_keep_their_gaps() -> None:
    row = row_of("why_priorities", "why_priorities-2=low_cost&why_priorities-3=nope")
    assert places(row) == [[], ["low_cost"], []]


def test_priorities_not_known_yet_tick_their_box() -> None:
    row = row_of("why_priorities", why_priorities=UNKNOWN)
    assert places(row) == [[], [], []]
    assert row.unknown is not None
    assert row.unknown.chosen


def test_text_is_shown_as_it_was_typed() -> None:
    assert row_of("why_success", why_success="two\nlines").typed == "two\nlines"
    assert row_of("why_success", "why_success=" + "x" * 700).typed == "x" * 700


# ---------------------------------------------------------------- conditions on the same page


def test_a_question_says_what_it_hangs_on_when_that_is_on_the_same_page() -> None:
    (condition,) = row_of("spec_training_data").only_if
    assert condition.question == shipped().questions["spec_language"].text
    assert (condition.op, condition.values) == ("gte", ("3",))
    assert row_of("policy_versions").only_if == ()


def test_a_question_is_off_until_the_answer_it_hangs_on_is_given() -> None:
    assert row_of("spec_training_data").shown
    assert not row_of("spec_training_data", spec_language=1).shown
    assert not row_of("spec_training_data", "spec_language=2").shown
    assert row_of("spec_training_data", "spec_language=dont_know").shown


def test_a_section_without_questions_is_left_out() -> None:
    form = form_of("what-opex", situation(where_scope="individual"))
    keys = [row.key for section in sections_of(form, {}) for row in section.rows]
    assert "policy_versions" not in keys
    assert len(sections_of(form, {})) == 2


# ---------------------------------------------------------------- conflicts and errors


@pytest.mark.parametrize(
    ("theirs", "labels"),
    [
        (
            "enterprise",
            ["Several departments, or built into the applications the business runs on"],
        ),
        (None, []),
    ],
)
def test_a_conflict_says_both_answers_in_words(theirs: Answer | None, labels: list[str]) -> None:
    conflict = Conflict("where_scope", theirs, 2, datetime(2026, 11, 20, tzinfo=UTC))
    clash = row_of("where_scope", "where_scope=function", conflicts={"where_scope": conflict}).clash
    assert clash is not None
    assert clash.theirs == labels
    assert clash.yours == ["One department or one business function"]


def test_other_questions_have_no_conflict() -> None:
    assert row_of("where_org_size", "where_scope=function").clash is None


@pytest.mark.parametrize("key", PAGE_OF)
def test_an_error_links_to_a_control_of_its_question(key: str) -> None:
    row = row_of(key, how_tasks=["act"])
    first = row.first_control
    assert first in {f"id_{key}", f"id_{key}_0"}
    assert (first == f"id_{key}") == (row.kind in {"number", "text"})


def test_hint_and_error_describe_the_controls() -> None:
    assert row_of("opex_volume").described_by == "id_opex_volume_helptext"
    assert row_of("opex_volume", "opex_volume=many").described_by == (
        "id_opex_volume_helptext id_opex_volume_error"
    )
