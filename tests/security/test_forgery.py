"""What another site, or a link it gives, can make a browser do: nothing."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from assessor.models import Assessment
from assessor.report import issued
from tests.advice.answers import situation
from tests.builders import database, make_edition, owner_client, submitted
from tests.security.addresses import every_address
from tests.views.staff.editors import examine_here

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    examine_here(monkeypatch)
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF-")


@pytest.fixture
def staff() -> User:
    return User.objects.create_superuser("staff", password=PASSWORD)


@pytest.fixture
def assessment() -> Assessment:
    return submitted(situation()).assessment


def strict(client: Client) -> Client:
    """Return the same browser, whose forms now need their token."""
    client.handler.enforce_csrf_checks = True
    return client


def administrator(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def token_for(client: Client) -> str:
    return str(client.get("/sign-in/?next=/help/", follow=True).context["csrf_token"])


def client_of(role: str, assessment: Assessment, staff: User) -> Client:
    match role:
        case "owner":
            return owner_client(assessment)
        case "administrator":
            return administrator(staff)
        case _:
            return Client()


AFTER_ANOTHER_LOOK = {"upload_edition"}
"""It looks at who is there first, because it takes more files, and at the token then."""


@pytest.mark.parametrize("role", ["nobody", "owner", "administrator"])
def test_no_address_takes_a_form_without_the_token_of_this_browser(
    assessment: Assessment, staff: User, role: str
) -> None:
    client = client_of(role, assessment, staff)
    addresses = every_address(assessment, staff)
    own, others = token_for(client), token_for(Client())
    strict(client)
    before = database()
    for name, address in addresses.items():
        sent = [
            client.post(address, {"any": "thing"}),
            client.post(address, {"csrfmiddlewaretoken": others}),
        ]
        for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
            headers = {"origin": origin}
            sent.append(client.post(address, {"csrfmiddlewaretoken": own}, headers=headers))
        refused = 404 if name in AFTER_ANOTHER_LOOK and role != "administrator" else 403
        assert [response.status_code for response in sent] == [refused] * 5, name
    assert database() == before


def test_with_its_own_token_a_form_goes_through(staff: User) -> None:
    """The control of the test above: it is the token that was missing."""
    client = strict(administrator(staff))
    sent = {"csrfmiddlewaretoken": token_for(client), "theme": "dark", "next": "/help/"}
    assert client.post("/theme/", sent).status_code == 302


def every_view(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from every_view(pattern)
        else:
            yield pattern


def test_no_view_is_exempt() -> None:
    views = list(every_view(get_resolver()))
    assert len(views) > 140
    exempt = {view.name for view in views if getattr(view.callback, "csrf_exempt", False)}
    assert exempt == AFTER_ANOTHER_LOOK


# ---------------------------------------------------------------- ways back

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "HtTpS://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "\t//evil.example",
    "\n//evil.example",
    " //evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "ftp://testserver/",
]


def leads_away(location: str) -> bool:
    """Say whether a browser that follows this ends up elsewhere, by how browsers read it."""
    read = re.sub(r"[\t\r\n]", "", location.strip()).replace("\\", "/")
    is_path = read.startswith("/") and not read.startswith("//")
    return not (is_path or read.startswith("http://testserver/"))


@pytest.mark.parametrize("form", ["/sign-in/", "/admin/login/"])
def test_signing_in_leads_to_no_other_site(staff: User, form: str) -> None:
    make_edition()
    for target in ELSEWHERE:
        sent = {"username": "staff", "password": PASSWORD, "next": target}
        for address in (form, f"{form}?next={target}"):
            location = Client().post(address, sent)["Location"]
            assert not leads_away(location), (target, location)


def test_no_other_way_back_leads_to_another_site(staff: User) -> None:
    client = administrator(staff)
    for target in ELSEWHERE:
        for address in ("/sign-in/", "/admin/login/", "/sign-out/"):
            response = client.get(address, {"next": target})
            assert not leads_away(response.headers.get("Location", "/")), (address, target)
        theme = client.post("/theme/", {"theme": "dark", "next": target})
        assert not leads_away(theme["Location"]), target
    out = client.post("/sign-out/", {"next": "//evil.example"})
    assert not leads_away(out["Location"])


def test_leading_away_would_be_noticed() -> None:
    """The control: every one of these does lead away, as it stands."""
    ours = ("/help/", "/a/b?next=//evil.example", "http://testserver/help/")
    assert [address for address in ELSEWHERE if not leads_away(address)] == []
    assert [address for address in ours if leads_away(address)] == []
