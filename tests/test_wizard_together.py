"""Several people on the pages of one assessment: each answers for themselves."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from assessor.models import Assessment, Respondent, knowledge_of
from assessor.workflow import drafts
from assessor.workflow.drafts import Origin, Start
from tests.advice.answers import plain_answers, situation, without
from tests.builders import (
    autosave_url,
    client_of,
    complete,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    page_data,
    says,
    step_url,
    text_of,
)

pytestmark = pytest.mark.django_db

WHERE = ("where_scope", "where_org_size", "where_dev_team", "where_capex", "where_hosting")


@pytest.fixture
def assessment() -> Assessment:
    assessment = make_assessment(situation())
    knowledge_of(assessment.edition_id)  # Read once per process.
    return assessment


@pytest.fixture
def legal(assessment: Assessment) -> Respondent:
    return invited(assessment, asked="group:what")


def answers_of(person: Respondent) -> dict[str, Any]:
    return dict(person.answers.values_list("question", "value"))


def fresh(assessment: Assessment, page: str, answers: Any) -> dict[str, Any]:
    """Return what somebody sends who has answered nothing on a page before."""
    data = page_data(assessment, page, answers)
    seen = data["seen"].split(" ")
    return data | {"seen": " ".join(entry.split(":")[0] + ":0" for entry in seen)}


@pytest.mark.parametrize("address", [step_url, autosave_url], ids=["by hand", "automatically"])
def test_a_colleague_answers_beside_the_owner(
    assessment: Assessment, legal: Respondent, address: Any
) -> None:
    data = fresh(assessment, "what-regulatory", {"reg_residency": "region"})
    response = client_of(legal).post(address(assessment, "what-regulatory"), data)
    assert response.status_code in {200, 302}
    assert answers_of(legal)["reg_residency"] == "region"
    assert answers_of(owner_of(assessment)) == situation()
    assert Assessment.objects.get().given_answers()["reg_residency"] == "region"


def test_a_colleague_may_leave_questions_empty(assessment: Assessment, legal: Respondent) -> None:
    data = fresh(assessment, "what-regulatory", {"reg_residency": "region"})
    response = client_of(legal).post(step_url(assessment, "what-regulatory"), data)
    assert response.status_code == 302
    assert response["Location"] == step_url(assessment, "what-governance")


def test_after_the_last_page_a_colleague_is_back_at_their_part(
    assessment: Assessment, legal: Respondent
) -> None:
    data = fresh(assessment, "what-opex", {})
    response = client_of(legal).post(step_url(assessment, "what-opex"), data)
    assert response["Location"] == f"/a/{assessment.pk}/"


def test_a_page_that_is_not_asked_of_a_colleague_is_not_there(
    assessment: Assessment, legal: Respondent
) -> None:
    visitor = client_of(legal)
    for address in (step_url(assessment, "where"), step_url(assessment, "why")):
        assert visitor.get(address).status_code == 404
    data = fresh(assessment, "where", situation())
    assert visitor.post(step_url(assessment, "where"), data).status_code == 404
    assert visitor.post(autosave_url(assessment, "where"), data).status_code == 404
    assert answers_of(legal) == {}


def test_a_question_that_is_not_asked_of_a_colleague_is_not_saved(assessment: Assessment) -> None:
    """The page has questions for Finance and others; only those for Finance come through."""
    finance = invited(assessment, role="finance", asked="role:finance")
    data = fresh(assessment, "what-opex", situation())
    asked = {"opex_budget", "opex_footprint"}
    data["seen"] = " ".join(f"{key}:0" for key in asked)
    response = client_of(finance).post(step_url(assessment, "what-opex"), data)
    assert response.status_code == 302
    assert set(answers_of(finance)) <= asked
    assert answers_of(finance)["opex_budget"] == "medium"


def test_the_owner_need_not_answer_what_a_colleague_has(assessment: Assessment) -> None:
    assessment = make_assessment(without(situation(), *WHERE))
    colleague = invited(assessment, role="cio_cto", asked="group:where")
    says(colleague, **{key: situation()[key] for key in WHERE})
    visitor = owner_client(assessment)
    data = fresh(assessment, "where", {"where_scope": "function"})
    assert visitor.post(step_url(assessment, "where"), data).status_code == 302
    assert "Ready" in text_of(visitor.get(f"/a/{assessment.pk}/"))
    assert visitor.post(f"/a/{assessment.pk}/submit/").status_code == 302
    assert assessment.reports.get().answers == situation()


def test_the_owner_has_to_answer_what_nobody_has(assessment: Assessment, legal: Respondent) -> None:
    says(legal, reg_residency="region")
    visitor = owner_client(assessment)
    data = fresh(assessment, "what-regulatory", {})
    response = visitor.post(step_url(assessment, "what-regulatory"), data)
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert "reg_residency" not in errors
    assert "reg_sector" in errors


def test_a_question_that_only_counts_by_a_colleagues_answer_is_put_to_the_owner() -> None:
    """The owner says nobody trains a model; the development lead, who knows, says otherwise."""
    assessment = make_assessment(without(situation(where_scope="individual"), "policy_versions"))
    lead = invited(assessment, role="cio_cto", asked="group:where")
    says(lead, where_scope="enterprise")
    visitor = owner_client(assessment)
    page = visitor.get(f"/a/{assessment.pk}/check/")
    missing = {line.question.key for line in page.context["missing"]}
    assert missing == {"policy_versions"}
    shown = visitor.get(step_url(assessment, "what-opex"))
    assert 'id="question-policy_versions"' in text_of(shown)
    data = page_data(assessment, "what-opex", situation(policy_versions="current_only"))
    assert visitor.post(step_url(assessment, "what-opex"), data).status_code == 302
    assert visitor.post(f"/a/{assessment.pk}/submit/").status_code == 302


def test_submitting_what_has_changed_since_it_was_checked_is_refused(
    assessment: Assessment, legal: Respondent
) -> None:
    visitor = owner_client(assessment)
    revision = visitor.get(f"/a/{assessment.pk}/check/").context["assessment"].revision
    says(legal, reg_residency="own_premises")
    response = visitor.post(f"/a/{assessment.pk}/submit/", {"revision": revision})
    assert response.status_code == 409
    assert "changed" in text_of(response)
    assert not assessment.reports.exists()
    again = response.context["assessment"].revision
    assert visitor.post(f"/a/{assessment.pk}/submit/", {"revision": again}).status_code == 302


# ---------------------------------------------------------------- the way in


def test_somebody_invited_says_who_they_are_and_sees_what_is_asked_of_them(
    assessment: Assessment,
) -> None:
    visitor = client_of(invited(assessment, name="", role="", asked="group:where"))
    response = visitor.get(f"/a/{assessment.pk}/", follow=True)
    assert "Who are you?" in text_of(response)
    visitor.post(f"/a/{assessment.pk}/me/", {"name": "Kim", "role": "cio_cto"})
    hub = " ".join(text_of(visitor.get(f"/a/{assessment.pk}/")).split())
    assert "0 of 7 questions answered" in hub
    assert "Kim" in hub
    assert "Check your answers" not in hub


def test_a_role_that_the_owner_named_can_not_be_changed(assessment: Assessment) -> None:
    person = invited(assessment, role="legal_compliance")
    client_of(person).post(f"/a/{assessment.pk}/me/", {"name": "Kim", "role": "security"})
    person.refresh_from_db()
    assert (person.name, person.role) == ("Kim", "legal_compliance")


def test_the_owner_sees_who_has_answered_what(assessment: Assessment, legal: Respondent) -> None:
    says(legal, reg_residency="region", gov_harm="nuisance")
    visitor = client_of(legal)
    visitor.post(f"/a/{assessment.pk}/finish/")
    hub = " ".join(text_of(owner_client(assessment).get(f"/a/{assessment.pk}/")).split())
    assert "Ana" in hub
    assert "Finished" in hub
    assert re.search(r"2 of \d\d", hub)


def test_the_hub_asks_the_database_as_often_for_one_colleague_as_for_many(
    assessment: Assessment, django_assert_num_queries: Any
) -> None:
    visitor = owner_client(assessment)
    for number in range(1, 9):
        person = invited(assessment, name=f"Person {number}", role="security", asked="group:what")
        says(person, reg_residency="region")
        if number in {1, 8}:
            with django_assert_num_queries(8):
                visitor.get(f"/a/{assessment.pk}/")


@pytest.mark.parametrize("page", ["what-regulatory", "where"])
def test_a_page_asks_the_database_as_often_for_one_colleague_as_for_many(
    assessment: Assessment, page: str, django_assert_num_queries: Any
) -> None:
    visitor = owner_client(assessment)
    for number in range(1, 9):
        says(invited(assessment, name=f"Person {number}"), reg_residency="region")
        if number in {1, 8}:
            with django_assert_num_queries(6):
                visitor.get(step_url(assessment, page))


def test_a_save_asks_the_database_as_often_for_one_colleague_as_for_many(
    assessment: Assessment, django_assert_num_queries: Any
) -> None:
    """Session, link, answers; the lock, the limit and three writes between a start and an end."""
    visitor, queries = owner_client(assessment), {0: 10, 1: 12, 8: 12}
    for number in range(9):
        if number in queries:  # people and settlements, where somebody else has answered
            different = situation(where_capex=plain_answers("where_capex")[number % 2])
            data = page_data(assessment, "where", different)
            with django_assert_num_queries(queries[number]):
                visitor.post(step_url(assessment, "where"), data)
            assert answers_of(owner_of(assessment)) == different
        says(invited(assessment, name=f"Person {number}"), reg_residency="region")


def test_a_page_that_nobody_else_has_answered_asks_for_nobody_else(
    assessment: Assessment, django_assert_num_queries: Any
) -> None:
    visitor = owner_client(assessment)
    invited(assessment)
    with django_assert_num_queries(4):  # session, link, answers and notes
        visitor.get(step_url(assessment, "where"))


def test_withdrawn_links_and_strangers_open_nothing(
    assessment: Assessment, legal: Respondent
) -> None:
    visitor = client_of(legal)
    Respondent.objects.filter(pk=legal.pk).update(withdrawn_at="2026-01-01T00:00:00Z")
    for client in (visitor, Client()):
        assert client.get(f"/a/{assessment.pk}/").status_code == 404
        assert client.get(step_url(assessment, "what-regulatory")).status_code == 404


def test_no_question_is_put_to_somebody_who_only_signs(assessment: Assessment) -> None:
    visitor = client_of(invited(assessment, asked="none", may_sign=True))
    assert visitor.get(step_url(assessment, "where")).status_code == 404
    assert visitor.get(f"/a/{assessment.pk}/").status_code == 200
    complete(assessment)


def test_a_colleague_who_comes_too_late_is_led_to_their_own_part(
    assessment: Assessment, legal: Respondent
) -> None:
    visitor = client_of(legal)
    data = fresh(assessment, "what-regulatory", {"reg_residency": "region"})
    owner_client(assessment).post(f"/a/{assessment.pk}/submit/")
    page = step_url(assessment, "what-regulatory")
    assert visitor.get(page)["Location"] == f"/a/{assessment.pk}/"
    refused = visitor.post(page, data)
    assert refused.status_code == 409
    assert f'href="/a/{assessment.pk}/result/"' not in text_of(refused)
    assert visitor.get(f"/a/{assessment.pk}/").status_code == 200


def test_only_the_owners_own_answers_are_marked_as_carried_over(assessment: Assessment) -> None:
    start = Start(uuid.uuid4(), "Copy", "Northwind", role="cio_cto")
    owner, _token = drafts.start_from(Origin(assessment), start, situation())
    says(invited(owner.assessment, name="Zoe"), reg_residency="region")
    lines = owner_client(owner.assessment).get(f"/a/{owner.assessment_id}/check/").context["pages"]
    carried = {line.question.key: line.carried_over for _page, lines_ in lines for line in lines_}
    assert carried["where_scope"]
    assert not carried["reg_residency"]
