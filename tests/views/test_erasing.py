"""Deleting an assessment: asked for first, and gone everywhere afterwards."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessor import access
from assessor.models import Assessment, PrivateLink
from assessor.report import kept_files
from assessor.report.codes import code_of
from assessor.workflow import erasing, inviting, issuing
from tests.advice.answers import situation
from tests.builders import (
    client_of,
    database,
    invited,
    make_assessment,
    owner_client,
    owner_of,
    says,
    submitted,
    text_of,
)
from tests.lives import signed_and, submitted_together, with_pdf

pytestmark = pytest.mark.django_db

YES = {"understood": "on"}


@pytest.fixture
def assessment() -> Assessment:
    return make_assessment(situation())


@pytest.fixture
def owner(assessment: Assessment) -> Client:
    return owner_client(assessment)


def address(name: str, assessment: Assessment) -> str:
    return reverse(name, args=[assessment.pk])


# ---------------------------------------------------------------- asking first


def test_looking_at_the_page_deletes_nothing(assessment: Assessment, owner: Client) -> None:
    before = database()
    shown = text_of(owner.get(address("delete", assessment)))
    assert "Delete “Contract drafts”?" in shown
    assert f'href="{address("export", assessment)}"' in shown
    assert "Contract drafts" not in shown.split("<title>")[1].split("</title>")[0]
    assert database() == before


def test_the_page_says_how_much_is_deleted() -> None:
    assessment = submitted_together()
    invited(assessment, name="Silent")
    shown = text_of(owner_client(assessment).get(address("delete", assessment)))
    assert "The answers of 2 people" in shown
    assert "1 report with its PDFs" in shown


def test_of_a_new_assessment_it_names_neither_answers_nor_reports() -> None:
    assessment = make_assessment()
    shown = text_of(owner_client(assessment).get(address("delete", assessment)))
    assert "The answers of" not in shown
    assert "PDFs" not in shown


@pytest.mark.parametrize("sent", [{}, {"understood": ""}, {"confirmed": "yes"}])
def test_without_the_tick_nothing_is_deleted(
    assessment: Assessment, owner: Client, sent: dict[str, str]
) -> None:
    before = database()
    response = owner.post(address("delete", assessment), sent)
    assert response.status_code == 422
    assert "<title>Error: " in text_of(response)
    assert 'href="#id_understood"' in text_of(response)
    assert database() == before


def test_the_number_of_queries_does_not_grow_with_people_and_reports(
    assessment: Assessment, owner: Client, django_assert_num_queries: Any
) -> None:
    with CaptureQueriesContext(connection) as none:
        owner.get(address("delete", assessment))
    for name in "ABC":
        says(invited(assessment, name=name), where_scope="enterprise")
    issuing.submit(owner_of(assessment))
    with django_assert_num_queries(len(none)):
        owner.get(address("delete", assessment))


# ---------------------------------------------------------------- afterwards


def test_after_deleting_the_list_says_so_and_nothing_opens_any_more() -> None:
    assessment = submitted_together()
    link = PrivateLink.issue(owner_of(assessment))
    owner = Client()
    owner.post(f"/r/{link}/")
    colleague = client_of(assessment.respondents.get(is_owner=False))
    page = owner.post(address("delete", assessment), YES, follow=True)
    assert page.redirect_chain == [(reverse("assessments"), 302)]
    assert "“Marigold plan” was deleted." in text_of(page)
    assert "There is none yet." in text_of(page)
    for browser in (owner, colleague):
        for name in ("hub", "result", "pdf", "export", "delete"):
            assert browser.get(address(name, assessment)).status_code == 404
    assert Client().get(f"/r/{link}/").status_code == 404


def test_the_browser_forgets_the_deleted_one_and_no_other(
    assessment: Assessment, owner: Client
) -> None:
    other = submitted().assessment
    owner.post(f"/r/{PrivateLink.issue(owner_of(other))}/")
    token = inviting.share(owner_of(other), "Me", days=7)
    owner.post(f"/r/{token}/")
    owner.post(address("delete", assessment), YES)
    assert owner.session[access.SESSION_KEY].keys() == {str(other.pk)}
    assert owner.session[access.SHARED_KEY].keys() == {str(other.pk)}
    assert owner.get(address("hub", other)).status_code == 200


def test_a_downloaded_report_is_unknown_here_afterwards() -> None:
    report = submitted()
    owner = owner_client(report.assessment)
    assert "Issued by this installation" in verified(report.sha256)
    owner.post(address("delete", report.assessment), YES)
    assert "Not issued by this installation" in verified(report.sha256)


def verified(sha256: str) -> str:
    return text_of(Client().post(reverse("verify"), {"code": code_of(sha256)}))


def test_its_pdfs_leave_the_disk_and_those_of_others_stay() -> None:
    report, other = submitted(), with_pdf(submitted())
    mine = with_pdf(report)
    assert kept_files.get(mine)
    owner_client(report.assessment).post(address("delete", report.assessment), YES)
    assert kept_files.get(mine) is None
    assert kept_files.get(other)


# ---------------------------------------------------------------- what may not be deleted


def test_what_was_approved_is_left_to_an_administrator() -> None:
    assessment = signed_and("approved", submitted_together())
    owner = owner_client(assessment)
    before = database("sessions.Session")
    shown = text_of(owner.get(address("delete", assessment)))
    assert "Only an administrator of this installation can delete it." in shown
    assert 'name="understood"' not in shown
    for sent in ({}, YES):
        response = owner.post(address("delete", assessment), sent)
        assert response.status_code == 409
        assert "Only an administrator" in text_of(response)
    assert database("sessions.Session") == before


def test_an_approval_in_the_last_moment_is_told(
    assessment: Assessment, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def approved_meanwhile(*_: Any, **__: Any) -> list[str]:
        Assessment.objects.update(status=Assessment.Status.APPROVED)
        raise erasing.Approved

    monkeypatch.setattr(erasing, "erase", approved_meanwhile)
    response = owner.post(address("delete", assessment), YES)
    assert response.status_code == 409
    assert "Only an administrator" in text_of(response)


def test_what_was_deleted_in_another_tab_is_not_found(
    assessment: Assessment, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase = erasing.erase

    def faster(*arguments: Any, **options: Any) -> list[str]:
        erase(*arguments, **options)
        return erase(*arguments, **options)

    monkeypatch.setattr(erasing, "erase", faster)
    assert owner.post(address("delete", assessment), YES).status_code == 404


def test_a_declined_assessment_can_be_deleted() -> None:
    assessment = signed_and("declined", submitted_together())
    owner_client(assessment).post(address("delete", assessment), YES)
    assert not Assessment.objects.exists()


def test_nobody_deletes_by_a_form_that_comes_from_elsewhere(
    assessment: Assessment, owner: Client
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = owner.cookies
    assert strict.post(address("delete", assessment), YES).status_code == 403
    assert Assessment.objects.exists()
