"""Links that open nothing: whoever tries them out learns nothing, not even by how long it takes."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern
from django.utils import timezone
from pytest_django import Settings

from assessor.models import PrivateLink, SharedLink
from assessor.urls import urlpatterns
from assessor.workflow import inviting
from tests.builders import Response, database, invited, make_assessment, owner_of, text_of

pytestmark = pytest.mark.django_db


def closed_links() -> dict[str, str]:
    """Return tokens that open nothing any more, and one that never did."""
    assessment = make_assessment()
    revoked, expired = (PrivateLink.issue(owner_of(assessment)) for _ in range(2))
    of_someone_gone = invited(assessment)
    gone = PrivateLink.issue(of_someone_gone)
    inviting.withdraw(of_someone_gone, "owner", keep_answers=True)
    shared = inviting.share(owner_of(assessment), "Auditors", days=7)
    now = timezone.now()
    PrivateLink.objects.filter(token_sha256=PrivateLink.hashed(revoked)).update(revoked_at=now)
    PrivateLink.objects.filter(token_sha256=PrivateLink.hashed(expired)).update(
        expires_at=now - timedelta(seconds=1)
    )
    SharedLink.objects.update(revoked_at=now)
    return {
        "unknown": "x" * 43,
        "revoked": revoked,
        "expired": expired,
        "of someone gone": gone,
        "of a result": shared,
    }


def asked_for(token: str) -> list[str]:
    """Return the statements that the database is given, without what they are about."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert Client().get(f"/r/{token}/").status_code == 404
    return [re.sub(r"'[^']*'|\b[0-9a-f]{16,}\b|[0-9.]+", "?", each["sql"]) for each in captured]


def test_how_long_it_takes_does_not_tell_what_there_was() -> None:
    """Not measured, which would say little on a busy machine: the same work is done for all."""
    statements = {kind: asked_for(token) for kind, token in closed_links().items()}
    assert len(statements["unknown"]) > 2
    for kind, asked in statements.items():
        assert asked == statements["unknown"], kind


def test_no_token_is_stored_anywhere() -> None:
    tokens = closed_links()
    del tokens["unknown"]
    assessment = make_assessment()
    open_token = PrivateLink.issue(owner_of(assessment))
    client = Client()
    client.post(f"/r/{open_token}/")
    client.get(f"/a/{assessment.pk}/")
    everything = repr(database())
    assert PrivateLink.hashed(open_token) in everything
    for token in (*tokens.values(), open_token):
        assert token not in everything


# ---------------------------------------------------------------- in no other address

SECRET_PARTS = {"token": "<str:token>"}
"""The parts of addresses that are secrets, and how they are written in ``urls.py``."""

PUBLIC_PARTS = {
    *("assessment_id", "bundle_id"),
    *("note_pk", "person_pk", "link_pk", "edition_pk", "draft_pk"),
    *("step", "question", "kind"),
}


def routes() -> list[URLPattern]:
    return [each for each in urlpatterns if isinstance(each, URLPattern)]


SECRET_ROUTES = [str(each.pattern) for each in routes() if "<str:token>" in str(each.pattern)]


def test_every_part_of_an_address_is_known_to_be_secret_or_not() -> None:
    parts = {part for each in routes() for part in each.pattern.converters}
    assert parts == {*SECRET_PARTS, *PUBLIC_PARTS}
    assert SECRET_ROUTES


def asked_to_sign_in(settings: Settings, browser: Client) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "assessor.middleware.SignInRequired"]


def asked_for_a_code(settings: Settings, browser: Client) -> None:
    settings.REQUIRE_TWO_FACTOR = True
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django_otp.middleware.OTPMiddleware",
        "assessor.middleware.SecondFactorRequired",
    ]
    browser.force_login(User.objects.create_superuser("kim"))


Asked = Callable[[Settings, Client], None]


def told_by(response: Response) -> str:
    """Return every address that leads on from here, and what else proxies and pages may keep."""
    headers = [value for name, value in response.headers.items() if name != "Set-Cookie"]
    return " ".join([*headers, *re.findall(r'(?:href|src|action)="([^"]*)"', text_of(response))])


@pytest.mark.parametrize("route", SECRET_ROUTES)
@pytest.mark.parametrize("asked", [asked_to_sign_in, asked_for_a_code], ids=lambda a: a.__name__)
def test_whoever_is_asked_who_they_are_first_is_led_on_without_the_token(
    settings: Settings, asked: Asked, route: str
) -> None:
    token = PrivateLink.issue(owner_of(make_assessment()))
    address = "/" + route.replace("<str:token>", token)
    browser = Client()
    asked(settings, browser)
    here = f"http://testserver{address}"
    for headers in ({}, {"Referer": here}, {"HX-Request": "true"}):
        for method in ("get", "head", "post", "put"):
            response = getattr(browser, method)(address, headers=headers)
            assert token not in told_by(response), (method, headers)
    page = browser.get(address, follow=True)
    for to, _status in page.redirect_chain:
        assert token not in to
    assert token not in text_of(page)
    cookie = browser.cookies["going_on"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (600, True, "Lax")


@pytest.mark.parametrize("route", SECRET_ROUTES)
def test_whoever_opens_a_link_or_tries_one_gets_no_address_with_a_token(route: str) -> None:
    """The page of the link itself names its own address, and no other does."""
    for token in (PrivateLink.issue(owner_of(make_assessment())), "x" * 43):
        address = "/" + route.replace("<str:token>", token)
        for method in ("get", "head", "post", "put"):
            response = getattr(Client(), method)(address)
            assert token not in told_by(response).replace(address, ""), method
            assert token not in response.get("Location", ""), method
