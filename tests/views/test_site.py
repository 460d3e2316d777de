"""What stands around the assessments, and what every page sends with it."""

import re
from http import HTTPStatus
from itertools import chain

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from assessor import context, going_on
from assessor.views import links
from tests.builders import (
    Response,
    make_assessment,
    make_edition,
    owner_client,
    step_url,
    submitted,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded() -> None:
    make_edition()


@pytest.mark.parametrize("address", ["/help/", "/accessibility/", "/privacy/"])
def test_the_pages_around_are_open_to_everybody(address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 200
    assert text_of(response).count("<h1") == 1
    assert f'href="{address}"' in text_of(Client().get("/"))


COOKIES_SET_IN: dict[str, list[str]] = {
    "going_on.py": [going_on.COOKIE],
    "views/links.py": list(links.Cookie),
    "views/site.py": [context.THEME_COOKIE],
}


def test_every_cookie_is_listed_on_the_page_on_privacy() -> None:
    code = settings.BASE_DIR / "assessor"
    setting = {
        str(path.relative_to(code))
        for path in code.rglob("*.py")
        if re.search(r"[.]set_(signed_)?cookie\(", path.read_text("utf-8"))
    }
    assert setting == COOKIES_SET_IN.keys()
    of_django = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]
    listed = re.findall("<code>([^<]+)</code>", text_of(Client().get("/privacy/")))
    assert sorted(listed) == sorted(chain(of_django, *COOKIES_SET_IN.values()))


# ---------------------------------------------------------------- light and dark


def choose(browser: Client, theme: str, back: str = "/help/") -> Response:
    return browser.post("/theme/", {"theme": theme, "next": back})


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_remembered(theme: str) -> None:
    browser = Client()
    assert choose(browser, theme)["Location"] == "/help/"
    cookie = browser.cookies["theme"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (theme, True, "Lax")
    assert f'data-bs-theme="{theme}"' in text_of(browser.get("/help/"))


@pytest.mark.parametrize("theme", ["", "rubbish", '"><script>', "dark\x00"])
def test_anything_else_follows_the_system(theme: str) -> None:
    browser = Client()
    choose(browser, "dark")
    choose(browser, theme)
    assert "data-bs-theme" not in text_of(browser.get("/help/"))


def test_a_forged_theme_cookie_is_ignored() -> None:
    browser = Client()
    browser.cookies["theme"] = 'x" onload="y'
    shown = text_of(browser.get("/help/"))
    assert "data-bs-theme" not in shown
    assert "onload" not in shown


@pytest.mark.parametrize(
    "target",
    [
        "",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        "\x00//evil.example",
        "evil.example",
        "/" + "/evil.example" * 2,
        "https://testserver@evil.example/",
        "https://testserver/",
    ],
)
def test_choosing_a_theme_never_leads_to_another_site(target: str) -> None:
    assert choose(Client(), "dark", target)["Location"] == "/"


@pytest.mark.parametrize("target", ["/help/", "/assessments/new/", "/a/b?next=//evil.example"])
def test_choosing_a_theme_leads_back_to_the_page(target: str) -> None:
    assert choose(Client(), "dark", target)["Location"] == target


def test_a_line_break_in_the_way_back_starts_no_new_header() -> None:
    response = choose(Client(), "dark", "/help/\r\nSet-Cookie: evil=1")
    assert "evil" not in response.cookies
    assert "\n" not in response["Location"]


# ---------------------------------------------------------------- what every page sends


def every_page() -> list[Response]:
    """Return a response of every kind: pages, redirects, errors, fragments."""
    draft, finished = make_assessment(), submitted().assessment
    owner, reader, staff = owner_client(draft), owner_client(finished), Client()
    staff.force_login(User.objects.create_superuser("reviewer"))
    return [
        *map(Client().get, ["/", "/assessments/", "/assessments/new/", "/help/", "/privacy/"]),
        *map(Client().get, ["/accessibility/", "/healthz", "/r/unknown/", "/no-such-page"]),
        *map(Client().get, ["/theme/", "/admin/", "/admin/login/"]),
        Client().get("/", headers={"host": "evil.example"}),
        Client(enforce_csrf_checks=True).post("/theme/"),
        Client().post("/assessments/new/", {"initiative": ""}),
        *map(owner.get, [f"/a/{draft.pk}/", step_url(draft, "where"), f"/a/{draft.pk}/check/"]),
        owner.post(step_url(draft, "where")),
        owner.post(f"{step_url(draft, 'where')}autosave/"),
        owner.post(f"/a/{draft.pk}/submit/"),
        owner.put(step_url(draft, "where")),
        reader.get(step_url(finished, "where")),
        reader.post(step_url(finished, "where")),
        reader.get(f"/a/{finished.pk}/result/"),
        staff.get("/admin/"),
    ]


def test_every_response_tells_the_browser_to_be_strict() -> None:
    for response in every_page():
        where = response.request["PATH_INFO"]
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy, where
        assert "default-src 'none'" in policy, where
        assert "script-src 'self'" in policy, where
        assert "style-src 'self'" in policy, where
        assert "frame-ancestors 'none'" in policy, where
        assert "no-store" in response["Cache-Control"], where
        assert response["X-Frame-Options"] == "DENY", where
        assert response["X-Content-Type-Options"] == "nosniff", where
        # Never no-referrer: browsers would then send "Origin: null", and every form would fail.
        is_refused = response.status_code == HTTPStatus.FORBIDDEN  # also for a private link
        told = "strict-origin" if is_refused else "same-origin"
        assert response["Referrer-Policy"] == told, where


INLINE = re.compile(
    r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE
)


def test_no_page_has_anything_inline_that_the_policy_would_refuse() -> None:
    for response in every_page():
        if response["Content-Type"].startswith("text/html"):
            found = INLINE.search(text_of(response))
            assert found is None, (response.request["PATH_INFO"], found)


def test_no_page_loads_anything_from_elsewhere() -> None:
    """Only links for people may lead away: to the texts of laws and standards, over https."""
    for response in every_page():
        html = text_of(response)
        links = re.findall(r'<a [^>]*href="([^"]+)"', html)
        assert all(link.startswith("https://") for link in links if "//" in link)
        loaded = re.findall(r'(?:src|href|action)="([^"]+)"', re.sub(r"<a [^>]*>", "", html))
        assert not [address for address in loaded if "//" in address]


def test_static_files_may_be_kept_by_the_browser() -> None:
    response = Client().get("/static/theme.css")
    assert response.status_code == 200
    assert "no-store" not in response.headers.get("Cache-Control", "")
