"""When something cannot be done: what happened, what to do, nothing lost."""

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.views.defaults import permission_denied, server_error

from assessor.models import Assessment, EditionQuerySet
from assessor.views.errors import already_submitted, bad_page, csrf_failure
from tests.builders import (
    client_of,
    database,
    make_assessment,
    make_edition,
    owner_client,
    owner_of,
    page_data,
    step_url,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    return rf.get("/")


def test_a_page_that_does_not_exist_offers_ways_back() -> None:
    response = Client().get("/no-such-page")
    assert response.status_code == 404
    assert "We cannot find this page" in text_of(response)
    assert 'href="/assessments/"' in text_of(response)


def test_a_request_that_cannot_be_read_offers_ways_back() -> None:
    response = Client().get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "We could not read this request" in text_of(response)
    assert "evil.example" not in text_of(response)


def test_a_failure_of_ours_tells_no_details(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(EditionQuerySet, "current", fail)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in text_of(response)
    assert "disk" not in text_of(response)


def test_before_an_edition_is_loaded_the_start_pages_say_what_to_do() -> None:
    for address in ("/", "/assessments/new/"):
        response = Client().get(address)
        assert response.status_code == 503
        assert "manage.py knowledge load" in text_of(response)


def test_the_page_for_failures_says_that_answers_are_safe(request_: HttpRequest) -> None:
    response = server_error(request_)
    assert response.status_code == 500
    assert "Answers that were already saved are safe." in text_of(response)


def test_the_page_for_what_is_not_open_says_how_to_get_in(request_: HttpRequest) -> None:
    response = permission_denied(request_, PermissionError())
    assert response.status_code == 403
    assert "use the private link you were given" in text_of(response)


# ---------------------------------------------------------------- forms from elsewhere


def strict(browser: Client) -> Client:
    """Return the same browser, whose forms now need their anti-forgery token."""
    browser.handler.enforce_csrf_checks = True
    return browser


@pytest.fixture
def assessment() -> Assessment:
    return make_assessment()


@pytest.mark.parametrize("address", ["", "link/", "submit/", "reopen/", "questions/where/"])
def test_a_form_from_elsewhere_changes_nothing(assessment: Assessment, address: str) -> None:
    browser = strict(owner_client(assessment))
    before = database()
    response = browser.post(f"/a/{assessment.pk}/{address}", page_data(assessment, "where"))
    assert response.status_code == 403
    assert "Your page was open too long" in text_of(response)
    assert "Your saved answers are safe." in text_of(response)
    assert database() == before


def test_forms_that_need_no_assessment_are_protected_too() -> None:
    make_edition()
    for address in ("/assessments/new/", "/theme/", "/r/unknown/"):
        assert strict(Client()).post(address).status_code == 403


def test_the_token_of_the_page_lets_its_form_through(assessment: Assessment) -> None:
    browser = strict(owner_client(assessment))
    token = str(browser.get(step_url(assessment, "where")).context["csrf_token"])
    data = page_data(assessment, "where", {"where_scope": "function"}, action="later")
    sent = {**data, "csrfmiddlewaretoken": token}
    assert browser.post(step_url(assessment, "where"), sent).status_code == 302


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", "http://testserver.evil.example"]
)
def test_a_form_sent_from_another_site_is_refused(assessment: Assessment, origin: str) -> None:
    browser = strict(owner_client(assessment))
    token = str(browser.get(f"/a/{assessment.pk}/").context["csrf_token"])
    response = browser.post(
        f"/a/{assessment.pk}/link/", {"csrfmiddlewaretoken": token}, headers={"origin": origin}
    )
    assert response.status_code == 403


def test_the_token_of_another_browser_is_refused(assessment: Assessment) -> None:
    other = client_of(owner_of(assessment))
    token = str(other.get(f"/a/{assessment.pk}/").context["csrf_token"])
    browser = strict(owner_client(assessment))
    browser.get(f"/a/{assessment.pk}/")
    response = browser.post(f"/a/{assessment.pk}/link/", {"csrfmiddlewaretoken": token})
    assert response.status_code == 403


# ---------------------------------------------------------------- pages of the wizard


def test_the_errors_name_the_status_they_are_sent_with(request_: HttpRequest) -> None:
    owner = owner_of(make_assessment())
    request_.method = "POST"
    assert bad_page(request_, owner.assessment).status_code == 400
    assert already_submitted(request_, owner).status_code == 409
    assert csrf_failure(request_, "any reason").status_code == 403


def test_looking_at_what_was_submitted_leads_to_the_result(request_: HttpRequest) -> None:
    owner = owner_of(make_assessment())
    for method in ("GET", "HEAD"):
        request_.method = method
        response = already_submitted(request_, owner)
        assert response["Location"] == f"/a/{owner.assessment_id}/result/"
