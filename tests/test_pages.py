"""The pages of the wizard, from the edition."""

from assessor.knowledge import KnowledgeBase, read_document
from assessor.pages import MOST_QUESTIONS, pages_of
from tests.advice.answers import situation
from tests.knowledge.editions import changed


def test_there_is_a_page_for_each_group_and_the_long_one_is_split(
    knowledge: KnowledgeBase,
) -> None:
    assert list(pages_of(knowledge)) == [
        "where",
        "how",
        "what-regulatory",
        "what-governance",
        "what-opex",
        "why",
    ]


def test_every_question_is_on_exactly_one_page_in_its_order(knowledge: KnowledgeBase) -> None:
    keys = [question.key for page in pages_of(knowledge).values() for question in page.questions]
    assert keys == list(knowledge.questions)


def test_no_page_has_more_than_eight_questions(knowledge: KnowledgeBase) -> None:
    assert max(len(page.questions) for page in pages_of(knowledge).values()) <= MOST_QUESTIONS


def test_a_consideration_is_never_torn_apart(knowledge: KnowledgeBase) -> None:
    for page in pages_of(knowledge).values():
        for section in page.sections:
            assert len({question.consideration for question in section.questions}) == 1
    headings = [s.heading for page in pages_of(knowledge).values() for s in page.sections]
    named = [heading for heading in headings if heading]
    assert len(named) == len(set(named)) == len(knowledge.question_bank.considerations)


def test_a_page_of_several_considerations_names_them_all(knowledge: KnowledgeBase) -> None:
    pages = pages_of(knowledge)
    assert (
        pages["what-opex"].heading
        == "Running cost and resources\N{NO-BREAK SPACE}· Policy and access"
    )
    assert pages["where"].heading == ""


def test_the_pages_of_a_group_share_out_its_minutes(knowledge: KnowledgeBase) -> None:
    for group in knowledge.question_bank.groups:
        minutes = [page.minutes for page in pages_of(knowledge).values() if page.group == group]
        assert min(minutes) >= 1
        assert abs(sum(minutes) - group.minutes) <= len(minutes) / 2


def test_the_order_of_groups_is_that_of_the_edition() -> None:
    pages = pages_of(read_document(changed("question_bank/groups/why/order", 0)))
    assert next(iter(pages)) == "why"


def test_a_page_applies_while_one_of_its_questions_may_be_asked() -> None:
    condition = [{"question": "where_scope", "op": "in", "value": ["function"]}]
    edition = changed("question_bank/questions/why_priorities/show_if", condition)
    for question in edition["question_bank"]["questions"]:
        if question["key"] == "why_success":
            question["show_if"] = condition
    knowledge = read_document(edition)
    why = pages_of(knowledge)["why"]
    assert why.applies(situation())
    assert not why.applies(situation(where_scope="individual"))
    assert not why.applies({})


def test_pages_are_worked_out_once(knowledge: KnowledgeBase) -> None:
    assert pages_of(knowledge) is pages_of(knowledge)
