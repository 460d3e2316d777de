"""Starting from the answers of another assessment: duplicates and new revisions."""

import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from assessor.access import Decider
from assessor.models import NAME_LENGTH, Assessment, Report, Respondent, SharedLink
from assessor.workflow import reviewing
from assessor.workflow.reviewing import Decision
from tests.advice.answers import situation
from tests.builders import (
    Response,
    another_edition,
    client_of,
    complete,
    database,
    invited,
    make_assessment,
    make_edition,
    owner_client,
    owner_of,
    stored,
    submitted,
    text_of,
)

pytestmark = pytest.mark.django_db


def address(assessment: Assessment) -> str:
    return f"/a/{assessment.pk}/duplicate/"


def duplicate(assessment: Assessment, browser: Client, **more: Any) -> Response:
    about = {"initiative": "Another", "organisation": "Northwind"}
    data = {**about, "creation_key": str(uuid.uuid4()), **more}
    return browser.post(address(assessment), data)


def copy_of(assessment: Assessment, browser: Client, **more: Any) -> Assessment:
    """Return the assessment that duplicating it has started."""
    response = duplicate(assessment, browser, **more)
    assert response.status_code == 302
    return Assessment.objects.get(pk=response["Location"].split("/")[2])


def decided(step: str = "approved", **about: Any) -> Report:
    report = submitted(situation(), **about)
    decider = Decider(report.assessment, "Robin", "Board", "user 1")
    chosen = report.leader if step == "approved" else ""
    return reviewing.decide(decider, Decision(report.suggestion_sha256, step, "So be it", chosen))


def offered(assessment: Assessment, field: str = "initiative") -> str:
    shown = text_of(owner_client(assessment).get(address(assessment)))
    found = re.search(rf'name="{field}" value="([^"]*)"', shown)
    assert found
    return found[1]


# ---------------------------------------------------------------- what is offered


def test_the_form_is_filled_in_from_the_assessment_and_the_person() -> None:
    assessment = make_assessment(situation(), name="Dana", email="dana@example.org")
    assert offered(assessment) == "Contract drafts, copy"
    assert offered(assessment, "organisation") == "Northwind"
    assert offered(assessment, "name") == "Dana"
    assert offered(assessment, "email") == "dana@example.org"


@pytest.mark.parametrize("step", ["approved", "declined"])
def test_what_was_decided_gets_a_new_revision_and_is_told_to_stay(step: str) -> None:
    assessment = decided(step).assessment
    shown = text_of(owner_client(assessment).get(address(assessment)))
    assert '<h1 id="page-title" tabindex="-1">Start a new revision</h1>' in shown
    assert "What was decided stays as it is." in shown
    assert offered(assessment) == "Contract drafts, revision 2"


def test_revisions_are_counted_on() -> None:
    assert offered(decided(initiative="Drafts, revision 9").assessment) == "Drafts, revision 10"


@pytest.mark.parametrize("ending", ["x, copy", "x, revision 2"])
def test_a_long_name_leaves_room_for_what_is_added(ending: str) -> None:
    name = "x" * NAME_LENGTH
    is_copy = ending.endswith("copy")
    source = make_assessment(initiative=name) if is_copy else decided(initiative=name).assessment
    assert offered(source).endswith(ending)
    assert len(offered(source)) == NAME_LENGTH


def test_looking_starts_nothing() -> None:
    assessment = make_assessment(situation())
    browser = owner_client(assessment)
    before = database()
    assert browser.get(address(assessment)).status_code == 200
    assert database() == before


# ---------------------------------------------------------------- what comes of it


def test_a_copy_is_a_draft_of_its_own_with_the_same_answers_and_edition() -> None:
    earlier = another_edition("2026.1")
    assessment = make_assessment(situation(), edition=earlier)
    make_edition()
    browser = owner_client(assessment)
    made = copy_of(assessment, browser, name="Kim")
    assert (made.initiative, made.status, made.edition) == ("Another", "draft", earlier)
    assert stored(made) == situation()
    assert (made.origin, made.origin_report) == (assessment, None)
    assert owner_of(made).name == "Kim"
    complete(made, {"where_scope": "enterprise"})
    assert stored(assessment) == situation()
    assert "Keep your private link" in text_of(browser.get(f"/a/{made.pk}/"))


def test_a_submitted_one_is_copied_as_it_was_submitted() -> None:
    report = submitted(situation(where_scope="individual"))  # leaves one answer out: not asked
    assert report.answers != stored(report.assessment)
    made = copy_of(report.assessment, owner_client(report.assessment))
    assert stored(made) == report.answers
    assert made.origin_report == report.number


def test_one_that_is_being_changed_is_copied_as_it_is_now() -> None:
    assessment = submitted(situation()).assessment
    reviewing.reopen(owner_of(assessment))
    complete(assessment, {"where_scope": "enterprise"})
    made = copy_of(assessment, owner_client(assessment))
    assert stored(made) == situation(where_scope="enterprise")
    assert made.origin_report is None


def test_sending_the_form_twice_starts_one_copy() -> None:
    assessment = make_assessment(situation())
    browser, key = owner_client(assessment), str(uuid.uuid4())
    answers = [duplicate(assessment, browser, creation_key=key) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert assessment.copies.count() == 1


def test_a_copy_needs_a_name() -> None:
    assessment = make_assessment()
    response = duplicate(assessment, owner_client(assessment), initiative=" ")
    assert response.status_code == 422
    assert "Enter a name for the initiative" in text_of(response)
    assert not assessment.copies.exists()


# ---------------------------------------------------------------- carried over


def test_the_answers_are_marked_until_they_are_changed() -> None:
    assessment = make_assessment(situation(), initiative="<b>First</b>")
    browser = owner_client(assessment)
    made = copy_of(assessment, browser)
    mark = "Carried over from “&lt;b&gt;First&lt;/b&gt;”"
    check = f"/a/{made.pk}/check/"
    assert text_of(browser.get(check)).count(mark) == len(situation())
    complete(made, {"where_scope": "enterprise"})
    assert text_of(browser.get(check)).count(mark) == len(situation()) - 1
    assert "Carried over" not in text_of(browser.get(f"/a/{made.pk}/questions/where/"))
    assert "Carried over" not in text_of(browser.get(f"/a/{assessment.pk}/check/"))


def test_what_is_answered_in_the_copy_of_an_empty_draft_is_not_carried_over() -> None:
    assessment = make_assessment()
    browser = owner_client(assessment)
    made = copy_of(assessment, browser)
    complete(made)
    assert "Carried over" not in text_of(browser.get(f"/a/{made.pk}/check/"))


# ---------------------------------------------------------------- who may


def test_a_colleague_who_sees_everything_copies_it_as_their_own() -> None:
    assessment = make_assessment(situation())
    ana = invited(assessment, sees_all=True)
    made = copy_of(assessment, client_of(ana), name="Ana")
    assert [str(person) for person in made.people] == ["Ana"]
    assert owner_client(assessment).get(f"/a/{made.pk}/").status_code == 404


@pytest.mark.parametrize("asked", [Respondent.ALL, "group:where", "role:finance"])
def test_a_colleague_who_sees_only_their_answers_does_not(asked: str) -> None:
    assessment = make_assessment(situation())
    browser = client_of(invited(assessment, asked=asked))
    assert browser.get(address(assessment)).status_code == 404
    assert duplicate(assessment, browser).status_code == 404
    assert not assessment.copies.exists()


def test_who_only_reads_does_not() -> None:
    assessment = submitted(situation()).assessment
    reader, staff = Client(), Client()
    reader.post(
        f"/r/{SharedLink.lasting(30, assessment=assessment, label='Board').with_new_token()}/"
    )
    staff.force_login(User.objects.create_superuser("staff"))
    for browser in (reader, staff, Client()):
        assert browser.get(address(assessment)).status_code == 404
        assert duplicate(assessment, browser).status_code == 404
    assert not assessment.copies.exists()
