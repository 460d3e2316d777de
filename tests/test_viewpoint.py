"""What one person is asked, and which answers decide what they see."""

import pytest

from assessor.knowledge import UNKNOWN
from assessor.models import Assessment, Respondent
from assessor.viewpoint import Viewpoint, is_asked
from tests.advice.answers import situation, without
from tests.builders import invited, make_assessment, owner_of, says
from tests.knowledge.editions import shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment() -> Assessment:
    return make_assessment(situation())


def viewpoint(person: Respondent) -> Viewpoint:
    """Return it as a request finds it: with nothing in memory."""
    return Viewpoint(Respondent.objects.select_related("assessment").get(pk=person.pk))


def test_the_owner_is_asked_everything_on_every_page(assessment: Assessment) -> None:
    owner = viewpoint(owner_of(assessment))
    assert owner.asked == set(shipped().questions)
    assert len(owner.pages) == 6


@pytest.mark.parametrize(
    ("asked", "pages"),
    [
        ("group:where", ["where"]),
        ("group:what", ["what-regulatory", "what-governance", "what-opex"]),
        ("none", []),
        ("group:gone", []),
    ],
)
def test_somebody_invited_to_a_group_sees_its_pages_alone(
    assessment: Assessment, asked: str, pages: list[str]
) -> None:
    respondent = invited(assessment)
    Respondent.objects.filter(pk=respondent.pk).update(asked=asked)  # a group may be gone since
    person = viewpoint(respondent)
    assert list(person.pages) == pages
    assert {page.group.key for page in person.pages.values()} <= {asked.removeprefix("group:")}


def test_somebody_invited_for_a_role_is_asked_what_that_role_knows(assessment: Assessment) -> None:
    person = viewpoint(invited(assessment, asked="role:finance"))
    expected = {key for key, each in shipped().questions.items() if "finance" in each.answered_by}
    assert person.asked == expected
    assert expected
    shown = {question.key for page in person.pages.values() for question in page.questions}
    assert shown == expected
    assert all(is_asked(person.respondent, shipped().questions[key]) for key in expected)


def test_a_lone_owner_is_asked_by_their_own_answers(assessment: Assessment) -> None:
    (answers,) = viewpoint(owner_of(assessment)).counting.sets({})
    assert answers == situation()


def test_a_colleague_is_asked_by_what_counts_without_them(assessment: Assessment) -> None:
    legal = invited(assessment, sees_all=True)
    says(legal, where_scope="enterprise")
    counting = viewpoint(legal).counting
    assert counting.others == situation()
    assert counting.answers == situation(where_scope="enterprise")


def test_somebody_who_sees_only_their_own_learns_nothing_from_what_is_asked(
    assessment: Assessment,
) -> None:
    """Whether versions matter is asked of larger uses only; Legal must not learn who uses it."""
    says(owner_of(assessment), where_scope="individual")
    legal = invited(assessment, asked="role:legal_compliance")
    asked = [question.key for question in viewpoint(legal).shown()]
    assert "policy_versions" in asked
    says(owner_of(assessment), where_scope="enterprise")
    assert [question.key for question in viewpoint(legal).shown()] == asked


def test_what_counts_although_i_say_otherwise_decides_too(assessment: Assessment) -> None:
    """Legal is best placed to say where content may go: their answer prevails over the owner's."""
    owner = owner_of(assessment)
    says(owner, reg_residency="anywhere")
    says(invited(assessment), reg_residency="own_premises")
    counting = viewpoint(owner).counting
    assert counting.answers["reg_residency"] == "anywhere"
    assert counting.prevailing["reg_residency"] == "own_premises"
    mine, now = counting.sets({"why_success": "less waiting"})
    assert (mine["reg_residency"], now["reg_residency"]) == ("anywhere", "own_premises")
    assert mine["why_success"] == now["why_success"] == "less waiting"


def test_an_answer_nobody_contradicts_prevails_over_nobody(assessment: Assessment) -> None:
    invited(assessment)
    assert viewpoint(owner_of(assessment)).counting.prevailing == {}


def test_what_others_answered_stands_in_where_a_page_of_mine_is_empty() -> None:
    assessment = make_assessment(without(situation(), "reg_residency"))
    says(invited(assessment), reg_residency="own_premises")
    counting = viewpoint(owner_of(assessment)).counting.without(frozenset({"reg_residency"}))
    assert counting.answers["reg_residency"] == "own_premises"


def test_a_person_whose_answers_were_left_out_counts_no_more(assessment: Assessment) -> None:
    legal = invited(assessment)
    says(legal, reg_residency="own_premises")
    Respondent.objects.filter(pk=legal.pk).update(counts=False)
    owner = viewpoint(owner_of(assessment))
    assert owner.counting.prevailing == {}
    assert owner.assessment.given_answers()["reg_residency"] == situation()["reg_residency"]


def test_not_knowing_gives_way_to_somebody_who_knows(assessment: Assessment) -> None:
    says(owner_of(assessment), reg_residency="region")
    says(invited(assessment), reg_residency=UNKNOWN)
    assert Assessment.objects.get().given_answers()["reg_residency"] == "region"
