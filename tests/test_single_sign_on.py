"""Single sign-on by OpenID Connect: set up or not, who gets in, and as whom."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from assessor.checks import single_sign_on as check
from assessor.models import AuditEntry, PrivateLink
from assessor.rates import rates
from assessor.single_sign_on import Backend
from tests import urls_with_single_sign_on
from tests.builders import Response, database, make_assessment, owner_of, text_of
from tests.knowledge.editions import ROOT
from tests.test_deployment import settings_say

ISSUER = "https://login.example.org"
COMPLETE = {
    "OIDC_ISSUER": ISSUER,
    "OIDC_CLIENT_ID": "assessor",
    "OIDC_CLIENT_SECRET": "not a secret",
    "OIDC_AUTHORIZATION_ENDPOINT": f"{ISSUER}/authorize",
    "OIDC_TOKEN_ENDPOINT": f"{ISSUER}/token",
    "OIDC_USER_ENDPOINT": f"{ISSUER}/userinfo",
    "OIDC_JWKS_ENDPOINT": f"{ISSUER}/keys",
}
LEAVE, CALLBACK = "/sign-in/sso/", "/sign-in/sso/callback/"

# ---------------------------------------------------------------- set up or not


def test_without_its_variables_nothing_of_it_is_there(tmp_path: Path) -> None:
    said = settings_say("SINGLE_SIGN_ON, 'mozilla_django_oidc' in INSTALLED_APPS", tmp_path)
    assert said == "False False"
    for address in (LEAVE, CALLBACK):
        assert Client().get(address).status_code == 404


def test_with_all_of_them_it_is_there(tmp_path: Path) -> None:
    expression = (
        "SINGLE_SIGN_ON, 'mozilla_django_oidc' in INSTALLED_APPS, "
        "OIDC_OP_TOKEN_ENDPOINT, OIDC_RP_SIGN_ALGO, OIDC_USE_PKCE"
    )
    said = settings_say(expression, tmp_path, **COMPLETE)
    assert said == f"True True {ISSUER}/token RS256 True"


def manage_check(var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**inherited, "VAR_DIR": str(var), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_installation_with_all_of_it_starts_and_has_its_addresses(tmp_path: Path) -> None:
    done = manage_check(tmp_path, **COMPLETE)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_installation_with_half_of_it_says_what_is_missing(tmp_path: Path) -> None:
    half = {**COMPLETE, "OIDC_CLIENT_SECRET": ""}
    done = manage_check(tmp_path, **half)
    assert done.returncode != 0
    assert "Single sign-on is half set up: OIDC_CLIENT_SECRET not set." in done.stderr
    assert "none of them" in done.stderr


@pytest.mark.parametrize(
    ("address", "is_refused"),
    [
        ("http://login.example.org/token", True),
        ("http://127.0.0.1:8080/token", False),
        ("https://login.example.org/token", False),
    ],
)
def test_secrets_do_not_travel_in_clear(
    settings: Settings, address: str, *, is_refused: bool
) -> None:
    settings.OIDC = {**COMPLETE, "OIDC_TOKEN_ENDPOINT": address}
    assert [found.id for found in check()] == ["assessor.E002"] * is_refused


def test_nothing_is_complained_about_where_it_is_not_wanted() -> None:
    assert check() == []


# ---------------------------------------------------------------- a provider to sign in with

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """An identity provider: what it claims of the person, and what is wrong with its answer."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {"sub": "dana-1", "name": "Dana Ho", "email": "d@example.org"}
        self.token: dict[str, Any] = {}
        self.key = KEY
        self.nonce = ""
        self.status = 200

    def post(self, address: str, **sent: Any) -> requests.Response:
        assert address == COMPLETE["OIDC_TOKEN_ENDPOINT"]
        assert sent["data"]["code_verifier"]
        now = int(time.time())
        token = {
            "iss": ISSUER,
            "aud": "assessor",
            "sub": self.claims["sub"],
            "nonce": self.nonce,
            "iat": now,
            "exp": now + 60,
            **self.token,
        }
        signed = jwt.encode(token, self.key, algorithm="RS256", headers={"kid": "1"})
        return answered({"id_token": signed, "access_token": "access"}, self.status)

    def get(self, address: str, **_sent: Any) -> requests.Response:
        if address == COMPLETE["OIDC_JWKS_ENDPOINT"]:
            key = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
            return answered({"keys": [{**key, "kid": "1", "alg": "RS256"}]})
        assert address == COMPLETE["OIDC_USER_ENDPOINT"]
        return answered(self.claims)


def answered(value: dict[str, Any], status: int = 200) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = json.dumps(value).encode()
    return response


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch, db: None) -> Provider:
    """An installation with single sign-on, and a provider that answers it."""
    settings.ROOT_URLCONF = urls_with_single_sign_on.__name__
    settings.SINGLE_SIGN_ON = True
    settings.AUTHENTICATION_BACKENDS = [
        "django.contrib.auth.backends.ModelBackend",
        "assessor.single_sign_on.Backend",
    ]
    settings.OIDC_ISSUER = ISSUER
    settings.OIDC_RP_CLIENT_ID = COMPLETE["OIDC_CLIENT_ID"]
    settings.OIDC_RP_CLIENT_SECRET = COMPLETE["OIDC_CLIENT_SECRET"]
    settings.OIDC_RP_SCOPES = "openid profile email"
    settings.OIDC_RP_SIGN_ALGO = "RS256"
    settings.OIDC_USE_PKCE = True
    for name in ("AUTHORIZATION", "TOKEN", "USER", "JWKS"):
        setattr(settings, f"OIDC_OP_{name}_ENDPOINT", COMPLETE[f"OIDC_{name}_ENDPOINT"])
    made = Provider()
    monkeypatch.setattr(requests, "post", made.post)
    monkeypatch.setattr(requests, "get", made.get)
    return made


def come_back(provider: Provider, browser: Client, going: str = "") -> Response:
    """Go to the provider and come back from it."""
    away = browser.get(LEAVE, {"next": going} if going else {})["Location"]
    assert away.startswith(COMPLETE["OIDC_AUTHORIZATION_ENDPOINT"])
    asked = parse_qs(urlsplit(away).query)
    assert asked["redirect_uri"] == [f"http://testserver{CALLBACK}"]
    assert asked["code_challenge_method"] == ["S256"]
    provider.nonce = asked["nonce"][0]
    return browser.get(CALLBACK, {"code": "code", "state": asked["state"][0]})


def lines() -> list[tuple[str, str, str]]:
    """Return event, actor and object of every line of the audit log."""
    return list(AuditEntry.objects.order_by("pk").values_list("event", "actor", "subject"))


# ---------------------------------------------------------------- who gets in


def test_the_page_for_signing_in_offers_it(provider: Provider) -> None:
    shown = text_of(Client().get("/sign-in/?next=/help/"))
    assert f'href="{LEAVE}?next=/help/"' in shown


def test_who_comes_for_the_first_time_gets_an_ordinary_account(provider: Provider) -> None:
    browser = Client()
    assert come_back(provider, browser)["Location"] == "/assessments/"
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.get_all_permissions()) == (False, False, set())
    assert not user.has_usable_password()
    assert user.email == "d@example.org"
    assert "<li>Dana Ho</li>" in text_of(browser.get("/help/"))
    assert browser.get("/admin/").status_code == 302


def test_that_an_account_is_made_is_written_down_once(provider: Provider) -> None:
    for _ in range(2):
        come_back(provider, Client())
    key = f"user {User.objects.get().pk}"
    assert lines() == [
        ("account.made", "single sign-on", key),
        ("account.signed_in", key, key),
        ("account.signed_in", key, key),
    ]


def test_who_signs_in_in_two_tabs_at_once_gets_one_account(provider: Provider) -> None:
    """Both have looked for an account before either has made one."""
    first, second = (Backend().create_user(provider.claims) for _ in range(2))
    assert first == second
    assert lines() == [("account.made", "single sign-on", f"user {first.pk}")]


def test_a_closed_account_stays_closed_and_that_is_written_down(provider: Provider) -> None:
    come_back(provider, Client())
    User.objects.update(is_active=False)
    browser = Client()
    assert come_back(provider, browser)["Location"] == "/sign-in/"
    assert "Dana Ho" not in text_of(browser.get("/help/"))
    assert lines()[2:] == [("account.refused", "unknown", f"user {User.objects.get().pk}")]


def test_who_comes_again_is_the_same_person_by_whatever_name(provider: Provider) -> None:
    come_back(provider, Client())
    provider.claims |= {"given_name": "Dana", "family_name": "Berg", "email": "berg@example.org"}
    come_back(provider, Client())
    user = User.objects.get()
    assert (user.get_full_name(), user.email) == ("Dana Berg", "berg@example.org")


def test_what_becomes_of_an_account_meanwhile_is_not_undone_by_signing_in(
    provider: Provider,
) -> None:
    come_back(provider, Client())
    read_before = User.objects.get()
    User.objects.update(is_active=False)
    Backend().update_user(read_before, provider.claims)
    assert not User.objects.get().is_active


def test_an_account_is_found_again_by_every_later_version(provider: Provider) -> None:
    come_back(provider, Client())
    assert User.objects.get().username == "sso-9f47449a80f0eab31578a136769838d1f0766423"


def test_another_subject_is_another_person(provider: Provider) -> None:
    come_back(provider, Client())
    provider.claims["sub"] = "dana-2"
    come_back(provider, Client())
    assert User.objects.count() == 2


@pytest.mark.parametrize("name", ["", "admin", "d@example.org"])
def test_the_address_of_an_administrator_makes_nobody_one(provider: Provider, name: str) -> None:
    admin = User.objects.create_superuser("admin", email="d@example.org")
    provider.claims |= {"preferred_username": name, "email": "D@example.org"}
    browser = Client()
    come_back(provider, browser)
    assert browser.session["_auth_user_id"] != str(admin.pk)
    assert browser.get("/admin/").status_code == 302


def test_names_that_are_not_told_are_made_up_for_by_what_is(provider: Provider) -> None:
    provider.claims = {"sub": "1", "email": "x" * 300}
    come_back(provider, Client())
    assert User.objects.get().first_name == "x" * 150


def test_an_account_that_was_deactivated_stays_out(provider: Provider) -> None:
    come_back(provider, Client())
    User.objects.update(is_active=False)
    browser = Client()
    assert come_back(provider, browser)["Location"] == "/sign-in/"
    assert "_auth_user_id" not in browser.session


def by_another_key(provider: Provider) -> None:
    provider.key = OTHER_KEY


def by_another_issuer(provider: Provider) -> None:
    provider.token["iss"] = "https://evil.example"


def for_another_client(provider: Provider) -> None:
    provider.token["aud"] = "another"


def from_yesterday(provider: Provider) -> None:
    provider.token["exp"] = int(time.time()) - 24 * 60 * 60


def for_another_browser(provider: Provider) -> None:
    provider.token["nonce"] = "another"


def about_another_person(provider: Provider) -> None:
    provider.token["sub"] = "somebody else"


def not_at_all(provider: Provider) -> None:
    provider.status = 503


@pytest.mark.parametrize(
    "broken",
    [
        by_another_key,
        by_another_issuer,
        for_another_client,
        from_yesterday,
        for_another_browser,
        about_another_person,
        not_at_all,
    ],
    ids=lambda broken: broken.__name__,
)
def test_a_token_that_is_wrong_lets_nobody_in(
    provider: Provider, broken: Callable[[Provider], None], caplog: pytest.LogCaptureFixture
) -> None:
    broken(provider)
    browser = Client()
    response = come_back(provider, browser)
    assert response["Location"] == "/sign-in/"
    assert "Single sign-on did not work." in text_of(browser.get("/sign-in/"))
    assert not User.objects.exists()
    assert "access" not in caplog.text
    assert lines() == [("account.refused", "unknown", "unknown")]


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=forged", "?error=access_denied"])
def test_coming_back_without_having_left_lets_nobody_in(provider: Provider, query: str) -> None:
    response = Client().get(CALLBACK + query)
    assert response["Location"] == "/sign-in/"


def test_a_flood_of_failures_fills_no_log_and_keeps_nobody_from_their_password(
    provider: Provider, settings: Settings
) -> None:
    settings.LIMITS = {**settings.LIMITS, "SIGN_INS_FROM": rates("2/h")}
    User.objects.create_user("kim", password="correct horse battery")
    browser = Client()
    browser.get(LEAVE)
    for _ in range(5):
        response = browser.get(CALLBACK, {"code": "code", "state": "forged"})
        assert response["Location"] == "/sign-in/"
    refused, held_back = ("account.refused", "unknown"), ("account.held_back", "unknown")
    assert [line[:2] for line in lines()] == [refused, refused, held_back]
    sent = {"username": "kim", "password": "correct horse battery"}
    assert browser.post("/sign-in/", sent).status_code == 302


def test_nobody_is_signed_out_by_a_link_that_says_there_was_an_error(provider: Provider) -> None:
    browser = Client()
    come_back(provider, browser)
    browser.get(f"{CALLBACK}?error=x")
    assert "Dana Ho" in text_of(browser.get("/help/"))


# ---------------------------------------------------------------- where it leads


def test_it_leads_where_somebody_was_going_and_nowhere_else(provider: Provider) -> None:
    assert come_back(provider, Client(), "/help/")["Location"] == "/help/"
    for evil in ("https://evil.example/", "//evil.example"):
        assert come_back(provider, Client(), evil)["Location"] == "/assessments/"


def test_a_private_link_leads_through_it_and_is_stored_nowhere(
    provider: Provider, settings: Settings
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "assessor.middleware.SignInRequired"]
    link = f"/r/{PrivateLink.issue(owner_of(make_assessment()))}/"
    browser = Client()
    to_sign_in = browser.get(link)["Location"]
    assert link not in to_sign_in + text_of(browser.get(to_sign_in))
    assert come_back(provider, browser)["Location"] == link
    assert browser.cookies["going_on"].value == ""
    assert browser.get(link).status_code == 200
    assert link not in str(dict(browser.session))
    assert link not in str(database("sessions.Session"))


def test_everybody_having_to_sign_in_does_not_close_the_way(
    provider: Provider, settings: Settings
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "assessor.middleware.SignInRequired"]
    browser = Client()
    assert come_back(provider, browser)["Location"] == "/assessments/"
    assert browser.get("/assessments/").status_code == 200
