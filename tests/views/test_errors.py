"""When something cannot be done: what happened, what to do, nothing lost."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.views.defaults import permission_denied, server_error

from assessor.models import Assessment, EditionQuerySet
from assessor.views.errors import already_submitted, bad_page, csrf_failure
from assessor.workflow import issuing, reviewing
from tests.builders import (
    Response,
    client_of,
    complete,
    database,
    make_assessment,
    make_edition,
    owner_client,
    owner_of,
    page_data,
    step_url,
    stored,
    text_of,
)
from tests.sent import fields_of, kept_in

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


# ---------------------------------------------------------------- what was typed on them

OURS = "http://testserver"
LONG = "Two sentences that took a while to write. Nobody wants to lose them."


def sends(
    browser: Client, address: str, data: Any, origin: str = OURS, token: str = ""
) -> Response:
    """Send a form whose page has seen another token than the browser has by now."""
    headers = {"origin": origin} if origin else {}
    sent = {**data, "csrfmiddlewaretoken": token or "x" * 32}
    return strict(browser).post(address, sent, headers=headers)


def sends_page(browser: Client, assessment: Assessment, text: str, origin: str = OURS) -> Response:
    data = page_data(assessment, "why", {"why_success": text}, action="later")
    return sends(browser, step_url(assessment, "why"), data, origin)


def test_what_was_typed_before_the_token_changed_is_sent_again(assessment: Assessment) -> None:
    browser = owner_client(assessment)
    before = database("sessions.Session")
    refused = sends_page(browser, assessment, LONG)
    assert refused.status_code == 403
    assert LONG in text_of(refused).split('id="text-1"')[1]
    assert database("sessions.Session") == before

    again = sends(
        browser,
        step_url(assessment, "why"),
        fields_of(refused),
        token=str(refused.context["csrf_token"]),
    )
    assert again.status_code == 302
    assert stored(assessment) == {"why_success": LONG}


@pytest.mark.parametrize(
    "origin", ["", "null", "https://evil.example", "http://testserver.evil.example"]
)
def test_what_another_site_may_have_sent_is_shown_and_nothing_sends_it(
    assessment: Assessment, origin: str
) -> None:
    browser = owner_client(assessment)
    browser.get(step_url(assessment, "why"))
    for text in (LONG, "Short, but typed"):
        refused = sends_page(browser, assessment, text, origin)
        assert refused.status_code == 403
        assert f"{text}</textarea>" in text_of(refused)
        assert "If you did not type it, leave it." in text_of(refused)
        assert "Send it again" not in text_of(refused)
        assert fields_of(refused) == {}


@pytest.mark.parametrize("secret", ["password", "new_password1", "otp_token", "code"])
def test_a_form_with_a_secret_comes_back_empty(assessment: Assessment, secret: str) -> None:
    refused = sends(Client(), "/sign-in/", {"username": LONG, secret: "correct horse battery"})
    assert refused.status_code == 403
    assert "correct horse" not in text_of(refused)
    assert LONG not in text_of(refused)
    assert "Go back to the page" in text_of(refused)


def test_a_file_does_not_come_back_but_the_text_beside_it(assessment: Assessment) -> None:
    data = {"initiative": LONG, "file": SimpleUploadedFile("a.json", b"its content")}
    refused = sends(Client(), "/assessments/import/", data)
    assert kept_in(refused) == LONG
    assert "its content" not in text_of(refused)
    assert "Send it again" not in text_of(refused)


def test_choices_are_sent_again_but_their_keys_are_not_shown(assessment: Assessment) -> None:
    data = page_data(assessment, "where", {"where_scope": "function"}, action="later")
    data["where_note"] = "At Northwind"
    for origin in (OURS, ""):
        refused = sends(owner_client(assessment), step_url(assessment, "where"), data, origin)
        shown = re.findall(r'id="short-texts"[^>]*>&#10;([^<]*)', text_of(refused))
        assert shown == ([] if origin else ["At Northwind"])
        assert fields_of(refused).get("where_scope") == ("function" if origin else None)


def test_a_step_on_which_nothing_was_typed_is_not_offered_again(assessment: Assessment) -> None:
    data = {"seen": "x" * 50, "action": "later"}
    refused = sends(owner_client(assessment), f"/a/{assessment.pk}/submit/", data)
    assert refused.status_code == 403
    assert fields_of(refused) == {}
    assert "Go back to the page" in text_of(refused)


def test_the_way_back_leads_to_the_page_it_was_sent_from_if_that_is_ours(
    assessment: Assessment,
) -> None:
    browser = strict(owner_client(assessment))
    page = step_url(assessment, "why")
    for referrer, leads_back in ((OURS + page, True), (f"https://evil.example{page}", False)):
        refused = browser.post(page, {}, headers={"referer": referrer})
        assert (f'href="{page}">Open the page again' in text_of(refused)) is leads_back
        assert "evil.example" not in text_of(refused)


def test_the_address_of_a_private_link_stays_where_it_is() -> None:
    make_edition()
    refused = sends(Client(), "/r/a-secret-token/", {"name": LONG})
    assert refused.status_code == 403
    assert "a-secret-token" not in text_of(refused).split("<main")[1]
    assert refused["Referrer-Policy"] == "strict-origin"


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


# ---------------------------------------------------------------- what was typed is still there


def typed(assessment: Assessment, step: str = "why") -> dict[str, Any]:
    return {**page_data(assessment, step, action="later"), "why_success": LONG}


def test_a_page_sent_after_submitting_comes_back_with_the_text(assessment: Assessment) -> None:
    complete(assessment)
    data = typed(assessment)
    issuing.submit(owner_of(assessment))
    response = owner_client(assessment).post(step_url(assessment, "why"), data)
    assert response.status_code == 409
    assert kept_in(response) == LONG


def test_a_page_that_came_back_incomplete_comes_back_with_the_text(assessment: Assessment) -> None:
    data = {**typed(assessment), "form_key": ""}
    response = owner_client(assessment).post(step_url(assessment, "why"), data)
    assert response.status_code == 400
    assert kept_in(response) == LONG


def test_a_page_that_is_not_open_any_more_comes_back_with_the_text(assessment: Assessment) -> None:
    response = Client().post(step_url(assessment, "why"), typed(assessment))
    assert response.status_code == 404
    assert kept_in(response) == LONG


def test_what_nobody_vouches_for_is_not_shown_at_an_address_that_there_is_not() -> None:
    response = strict(Client()).post("/no-such-page/", {"text": LONG})
    assert response.status_code == 404
    assert LONG not in text_of(response)


def test_a_reason_sent_too_late_comes_back(assessment: Assessment) -> None:
    complete(assessment)
    owner = owner_of(assessment)
    report = issuing.submit(owner)
    reviewing.reopen(owner)
    data = {"seen": report.suggestion_sha256, "opinion": "disagree", "reason": LONG}
    response = owner_client(assessment).post(f"/a/{assessment.pk}/sign/", data)
    assert response.status_code == 409
    assert kept_in(response) == LONG


def test_a_note_sent_after_the_decision_comes_back(assessment: Assessment) -> None:
    Assessment.objects.filter(pk=assessment.pk).update(status=Assessment.Status.APPROVED)
    address = f"/a/{assessment.pk}/question/where_scope/note/"
    response = owner_client(assessment).post(address, {"text": LONG})
    assert response.status_code == 409
    assert kept_in(response) == LONG
