"""Accounts: signing in and out, what an account finds, and closing the door to all others."""

import logging
import re
import uuid
from collections.abc import Iterator
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.urls import URLPattern
from django.utils import timezone
from pytest_django import Settings

from assessor.models import Assessment, Bucket, PrivateLink, Respondent
from assessor.urls import urlpatterns
from tests.builders import (
    Response,
    autosave_url,
    client_of,
    database,
    invited,
    make_assessment,
    make_edition,
    owner_client,
    owner_of,
    text_of,
)
from tests.test_deployment import settings_say

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def dana() -> User:
    return User.objects.create_user("dana", password=PASSWORD, first_name="Dana", last_name="Ho")


@pytest.fixture
def kim() -> User:
    return User.objects.create_user("kim", password=PASSWORD)


def signed_in(user: User) -> Client:
    """Return a browser in which somebody has signed in with their password."""
    browser = Client()
    response = sign_in(browser, user.username)
    assert response.status_code == 302
    return browser


def sign_in(browser: Client, name: str, password: str = PASSWORD, **more: str) -> Response:
    return browser.post("/sign-in/", {"username": name, "password": password, **more})


def start(browser: Client) -> Assessment:
    """Return the assessment that this browser starts."""
    make_edition()
    about = {"initiative": "Contract drafts", "organisation": "Northwind"}
    browser.post("/assessments/new/", {**about, "creation_key": str(uuid.uuid4())})
    return Assessment.objects.latest("created_at")


# ---------------------------------------------------------------- signing in and out


def test_signing_in_leads_to_my_assessments(dana: User) -> None:
    assert sign_in(Client(), "dana")["Location"] == "/assessments/"


def test_signing_in_leads_where_somebody_was_going_and_nowhere_else(dana: User) -> None:
    assert sign_in(Client(), "dana", next="/help/?x=1")["Location"] == "/help/?x=1"
    for evil in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert sign_in(Client(), "dana", next=evil)["Location"] == "/assessments/"
        assert 'name="next" value=""' in text_of(Client().get("/sign-in/", {"next": evil}))


def test_the_page_tells_no_other_where_somebody_was_going() -> None:
    assert Client().get("/sign-in/?next=/r/secret/")["Referrer-Policy"] == "strict-origin"


def without_what_differs(response: Response) -> str:
    return re.sub(r'value="[^"]*"', "", text_of(response))


def test_a_program_on_the_machine_is_told_whose_password_it_is(dana: User) -> None:
    """Without a request there is no network to count for, and no stranger who guesses."""
    assert authenticate(username="dana", password=PASSWORD) == dana
    assert authenticate(username="dana", password="wrong") is None
    assert authenticate(RequestFactory().get("/"), username="dana") is None
    assert not Bucket.objects.exists()


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(dana: User) -> None:
    wrong, unknown = sign_in(Client(), "dana", "wrong"), sign_in(Client(), "nobody")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "This user name and password do not belong together." in text_of(wrong)
    assert "<title>Error: Sign in" in text_of(wrong)
    assert without_what_differs(wrong) == without_what_differs(unknown)


def test_empty_fields_are_named_and_linked() -> None:
    shown = text_of(Client().post("/sign-in/", {}))
    assert '<a href="#id_username">Enter your user name</a>' in shown
    assert '<a href="#id_password">Enter your password</a>' in shown
    assert "autofocus" not in shown


def test_who_has_signed_in_need_not_do_it_again(dana: User) -> None:
    assert signed_in(dana).get("/sign-in/?next=/help/")["Location"] == "/help/"


def test_the_header_says_who_is_signed_in(dana: User, kim: User) -> None:
    shown = text_of(signed_in(dana).get("/help/"))
    assert "<li>Dana Ho</li>" in shown
    assert 'action="/sign-out/"' in shown
    assert "<li>kim</li>" in text_of(signed_in(kim).get("/help/"))


def test_signing_in_is_offered_only_where_it_is_needed(settings: Settings) -> None:
    offer = 'href="/sign-in/"'
    assert offer not in text_of(Client().get("/help/"))
    settings.SINGLE_SIGN_ON = True
    assert offer in text_of(Client().get("/help/"))
    settings.SINGLE_SIGN_ON, settings.REQUIRE_SIGN_IN = False, True
    assert offer in text_of(Client().get("/help/"))


def test_signing_out_ends_the_session_and_the_links_opened_in_it(dana: User) -> None:
    browser, linked = signed_in(dana), make_assessment()
    browser.post(f"/r/{PrivateLink.issue(owner_of(linked))}/")
    Respondent.objects.update(user=None)
    assert browser.get(f"/a/{linked.pk}/").status_code == 200
    response = browser.post("/sign-out/", follow=True)
    assert "You have signed out. Private links opened here" in text_of(response)
    assert browser.get(f"/a/{linked.pk}/").status_code == 404


def test_looking_at_the_address_of_signing_out_does_nothing(dana: User) -> None:
    browser = signed_in(dana)
    assert browser.get("/sign-out/").status_code == 405
    assert "Dana Ho" in text_of(browser.get("/help/"))


@pytest.mark.parametrize("address", ["/sign-in/", "/sign-out/"])
def test_no_other_method_does_anything(dana: User, address: str) -> None:
    for browser in (Client(), signed_in(dana)):
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "BREW"):
            assert browser.generic(method, address).status_code == 405


# ---------------------------------------------------------------- what an account finds


def test_what_somebody_starts_while_signed_in_is_theirs_on_every_device(dana: User) -> None:
    assessment = start(signed_in(dana))
    assert owner_of(assessment).user == dana
    elsewhere = signed_in(dana)
    assert "Contract drafts" in text_of(elsewhere.get("/assessments/"))
    assert elsewhere.get(f"/a/{assessment.pk}/").status_code == 200
    assert elsewhere.get(f"/a/{assessment.pk}/check/").status_code == 200


def test_somebody_else_who_signs_in_does_not_find_it(dana: User, kim: User) -> None:
    assessment = start(signed_in(dana))
    other = signed_in(kim)
    assert "There is none yet." in text_of(other.get("/assessments/"))
    for address in ("", "check/", "result/", "duplicate/"):
        assert other.get(f"/a/{assessment.pk}/{address}").status_code == 404


def test_without_an_account_it_is_found_by_its_link_alone(dana: User) -> None:
    browser = Client()
    assessment = start(browser)
    assert owner_of(assessment).user is None
    assert browser.get(f"/a/{assessment.pk}/").status_code == 200
    assert signed_in(dana).get(f"/a/{assessment.pk}/").status_code == 404


def test_a_link_opened_while_signed_in_belongs_to_the_account_from_then_on(
    dana: User, kim: User
) -> None:
    ana = invited(make_assessment(), role="")
    for user in (dana, kim):
        signed_in(user).post(f"/r/{PrivateLink.issue(ana)}/")
        assert Respondent.objects.get(pk=ana.pk).user == dana
    me = f"/a/{ana.assessment_id}/me/"
    assert signed_in(dana).get(me).status_code == 200
    assert signed_in(kim).get(me).status_code == 404
    Respondent.objects.filter(pk=ana.pk).update(withdrawn_at=timezone.now())
    assert signed_in(dana).get(me).status_code == 404


def test_opening_a_colleagues_link_takes_nothing_from_the_owner(dana: User) -> None:
    """Whoever tries their own invitation in the same browser stays the owner with the account."""
    browser = signed_in(dana)
    assessment = start(browser)
    browser.post(f"/r/{PrivateLink.issue(invited(assessment))}/")
    assert signed_in(dana).get(f"/a/{assessment.pk}/check/").status_code == 200


# ---------------------------------------------------------------- everybody has to sign in


@pytest.fixture
def closed(settings: Settings) -> None:
    """An installation on which everybody has to sign in."""
    settings.REQUIRE_SIGN_IN = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "assessor.middleware.SignInRequired"]


OPEN = {
    "verify",
    "theme",
    "healthz",
    "metrics",
    "readyz",
    "security_txt",
    "sign_in",
    "sign_out",
    "signed_out",
}
NAMED = {str(each.name): each for each in urlpatterns if isinstance(each, URLPattern)}
PARTS = {
    "<uuid:assessment_id>": str(uuid.uuid4()),
    "<str:token>": "token",
    "<slug:step>": "where",
    "<slug:question>": "where_scope",
    "<slug:kind>": "zip",
    "<uuid:bundle_id>": str(uuid.uuid4()),
}


def address_of(name: str) -> str:
    route = str(NAMED[name].pattern)
    for part, value in PARTS.items():
        route = route.replace(part, value)
    return "/" + re.sub(r"<int:\w+>", "1", route)


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("name", sorted(set(NAMED) - OPEN))
def test_a_page_asks_to_sign_in_first(name: str) -> None:
    response = Client().get(address_of(name))
    assert response.status_code == 302
    going = "" if name == "redeem" else f"?next={address_of(name)}"
    assert response["Location"] == f"/sign-in/{going}"


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("name", sorted(set(NAMED) - OPEN))
def test_what_is_sent_is_not_carried_out_and_not_answered_as_if_it_were(name: str) -> None:
    before = database()
    response = Client().post(address_of(name), {"any": "thing that took a while to write"})
    assert response.status_code == 401
    assert "You are signed out" in text_of(response)
    assert "thing that took a while to write</textarea>" in text_of(response)
    assert database() == before


@pytest.mark.usefixtures("closed")
def test_some_pages_stay_open() -> None:
    for address in ("/verify/", "/healthz", "/sign-in/", "/static/theme.css"):
        assert Client().get(address).status_code == 200, address
    assert Client().post("/theme/", {"theme": "dark"}).status_code == 302
    assert Client().post("/sign-out/").status_code == 302


@pytest.mark.usefixtures("closed")
def test_the_administration_keeps_a_page_of_its_own_for_signing_in() -> None:
    assert Client().get("/admin/login/").status_code == 200
    assert Client().get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    deeper = Client().get("/admin/assessor/assessment/")
    assert deeper["Location"] == "/sign-in/?next=/admin/assessor/assessment/"


@pytest.mark.usefixtures("closed")
def test_who_has_signed_in_gets_on(dana: User) -> None:
    make_edition()
    browser = signed_in(dana)
    for address in ("/", "/assessments/", "/sample/", "/help/"):
        assert browser.get(address).status_code == 200, address
    assert browser.get(f"/a/{make_assessment().pk}/").status_code == 404


@pytest.mark.usefixtures("closed")
def test_a_link_alone_opens_nothing_until_somebody_signs_in(dana: User) -> None:
    link = f"/r/{PrivateLink.issue(owner_of(make_assessment()))}/"
    browser = Client()
    to_sign_in = browser.get(link)["Location"]
    assert link not in to_sign_in + text_of(browser.get(to_sign_in))
    assert sign_in(browser, "dana")["Location"] == link
    assert browser.get(link).status_code == 200
    hub = browser.post(link)["Location"]
    assert browser.get(hub).status_code == 200
    assert owner_of(Assessment.objects.get()).user == dana


@pytest.mark.usefixtures("closed")
def test_a_session_that_ended_while_answering_is_not_told_that_anything_is_saved(
    dana: User,
) -> None:
    browser = signed_in(dana)
    assessment = start(browser)
    browser.logout()
    page = f"http://testserver/a/{assessment.pk}/questions/where/?next=check"
    headers = {"HX-Request": "true", "Referer": page}
    response = browser.post(autosave_url(assessment, "where"), {}, headers=headers)
    assert response.status_code == 401
    found = re.search(r'href="(/sign-in/\?next=[^"]+)"', text_of(response))
    assert found
    (after,) = parse_qs(urlsplit(found[1]).query)["next"]
    assert after == f"/a/{assessment.pk}/questions/where/?next=check"


@pytest.mark.usefixtures("closed")
def test_a_page_elsewhere_is_no_place_to_go_on_to() -> None:
    response = Client().post("/assessments/new/", headers={"Referer": "https://evil.example/x"})
    assert 'href="/sign-in/?next=/"' in text_of(response)


@pytest.mark.usefixtures("closed")
def test_a_part_of_a_page_is_not_replaced_by_signing_in() -> None:
    response = Client().get("/assessments/?q=x", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/sign-in/?next=/assessments/%3Fq%3Dx"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What is written to the log."""
    handler = next(each for each in logging.getLogger("django").handlers if each.filters)
    assert isinstance(handler, logging.StreamHandler)
    written = StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.mark.usefixtures("closed")
def test_no_secret_gets_into_the_log_on_the_way_to_signing_in(log: StringIO, dana: User) -> None:
    token = PrivateLink.issue(owner_of(make_assessment()))
    browser = Client()
    browser.post(f"/r/{token}/")
    browser.get(browser.get(f"/r/{token}/")["Location"])
    sign_in(browser, "dana", "wrong password")
    browser.get(sign_in(browser, "dana")["Location"])
    browser.get(f"/r/{token}x/")
    assert "/r/***" in log.getvalue()
    assert token not in log.getvalue()
    assert "wrong password" not in log.getvalue()


def test_the_setting_closes_the_door(tmp_path: Any) -> None:
    expression = "'assessor.middleware.SignInRequired' in MIDDLEWARE, LOGIN_URL"
    assert settings_say(expression, tmp_path) == "False sign_in"
    assert settings_say(expression, tmp_path, REQUIRE_SIGN_IN="true") == "True sign_in"


def test_links_still_do_without_an_account() -> None:
    assessment = make_assessment()
    assert owner_client(assessment).get(f"/a/{assessment.pk}/").status_code == 200
    ana = invited(assessment)
    assert client_of(ana).get(f"/a/{assessment.pk}/").status_code == 200
