"""What every response tells the browser, and what is refused before any page is asked."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.models import Permission, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from assessor import environment, staff_sessions
from assessor import settings as shipped
from assessor.report import issued
from tests.builders import (
    Response,
    client_of,
    invited,
    make_assessment,
    make_edition,
    owner_client,
    submitted,
    text_of,
)
from tests.test_deployment import settings_say

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


def of_every_kind() -> list[Response]:
    """Return a page, a redirect, a static file, a page of the administration, and errors."""
    make_edition()
    broken = Client(raise_request_exception=False)
    return [
        Client().get("/"),
        Client().get("/admin/"),
        Client().get("/static/theme.css"),
        Client().get("/admin/login/"),
        Client().get("/no-such-page/"),
        Client().put("/"),
        Client().get("/", headers={"host": "evil.example"}),
        Client(enforce_csrf_checks=True).post("/theme/"),
        broken.post("/verify/", {"code": "x" * 300_000}),
    ]


def test_every_response_is_for_us_alone() -> None:
    for response in of_every_kind():
        where = response.request["PATH_INFO"]
        assert response["Cross-Origin-Opener-Policy"] == "same-origin", where
        assert response["Cross-Origin-Resource-Policy"] == "same-origin", where
        assert response["X-Content-Type-Options"] == "nosniff", where
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"], where
        assert "camera=()" in response["Permissions-Policy"], where
        assert "clipboard-write=(self)" in response["Permissions-Policy"], where


def test_a_failure_of_ours_is_as_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("assessor.models.EditionQuerySet.current", fail)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


FILES = ["report.pdf", "report.docx", "report.md", "decision.md", "report.json", "answers.csv"]


def test_a_file_does_nothing_should_a_browser_open_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF-")
    assessment = submitted().assessment
    owner = owner_client(assessment)
    for name in [*FILES, "export/"]:
        response = owner.get(f"/a/{assessment.pk}/{name}")
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox", name
        assert response["Content-Disposition"].startswith("attachment"), name


# ---------------------------------------------------------------- other sites


def fetched(client: Client, address: str, *, site: str, dest: str, method: str = "get") -> int:
    headers = {"sec-fetch-site": site, "sec-fetch-dest": dest}
    response: Response = getattr(client, method)(address, headers=headers)
    return int(response.status_code)


def test_another_site_may_lead_here_and_load_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF-")
    assessment = submitted().assessment
    owner = owner_client(assessment)
    for name in ["result/", *FILES, "export/"]:
        address = f"/a/{assessment.pk}/{name}"
        assert fetched(owner, address, site="cross-site", dest="document") == 200
        for dest in ("empty", "image", "iframe", "object", "embed", "script", ""):
            assert fetched(owner, address, site="cross-site", dest=dest) == 403, (name, dest)
        for site in ("same-origin", "none"):
            assert fetched(owner, address, site=site, dest="empty") == 200


def test_another_site_sends_nothing(settings: Settings) -> None:
    client = Client()
    assert fetched(client, "/theme/", site="cross-site", dest="document", method="post") == 403
    assert fetched(client, "/theme/", site="same-origin", dest="document", method="post") == 302


# ---------------------------------------------------------------- methods


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT", "DELETE", "CONNECT", "BREW"])
@pytest.mark.parametrize("address", ["/", "/admin/", "/admin/login/", "/admin/jsi18n/", "/nope/"])
def test_no_address_takes_an_odd_method(method: str, address: str) -> None:
    staff = Client()
    staff.force_login(User.objects.create_superuser("staff"))
    for client in (Client(), staff):
        response = client.generic(method, address, headers={"x-secret": "echoed"})
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD, POST"
        assert "echoed" not in text_of(response)


# ---------------------------------------------------------------- cookies and sessions


def test_scripts_read_no_cookie() -> None:
    client = Client()
    client.get("/sign-in/")
    User.objects.create_user("dana", password=PASSWORD)
    client.post("/sign-in/", {"username": "dana", "password": PASSWORD})
    assert {"assessor_csrftoken", "assessor_sessionid"} <= set(client.cookies)
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key


def test_no_script_of_ours_reads_a_cookie() -> None:
    scripts = (django_settings.BASE_DIR / "static").glob("*.js")
    assert not [path.name for path in scripts if "document.cookie" in path.read_text()]


def test_leaving_a_device_empties_it() -> None:
    person = client_of(invited(make_assessment()))
    assert "Leave this device" in text_of(person.get("/assessments/"))
    response = person.post("/sign-out/")
    assert response["Clear-Site-Data"] == '"cookies", "storage"'
    assert response["Location"] == "/signed-out/"
    assert not response.cookies.get("messages")
    assert "Leave this device" not in text_of(person.get("/assessments/"))


def staff_session() -> Client:
    """Return a browser in which staff have just signed in."""
    User.objects.create_superuser("staff", password=PASSWORD)
    client = Client()
    client.post("/sign-in/", {"username": "staff", "password": PASSWORD})
    assert client.get("/admin/").status_code == 200
    return client


def moved_to(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    at = datetime.now(UTC) + later
    monkeypatch.setattr(timezone, "now", lambda: at)


def test_staff_who_left_their_desk_sign_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    client = staff_session()
    moved_to(monkeypatch, timedelta(minutes=29))
    assert client.get("/admin/").status_code == 200
    moved_to(monkeypatch, timedelta(minutes=58))
    assert client.get("/admin/").status_code == 200
    moved_to(monkeypatch, timedelta(minutes=90))
    assert client.get("/admin/").status_code == 302


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    client = staff_session()
    for minutes in range(5, 30, 5):
        moved_to(monkeypatch, timedelta(minutes=minutes))
        response = client.get("/admin/", headers={staff_sessions.BY_ITSELF: "true"})
        assert response.status_code == 200, minutes
    moved_to(monkeypatch, timedelta(minutes=31))
    response = client.get("/admin/", headers={staff_sessions.BY_ITSELF: "true"})
    assert response.status_code == 302


def test_staff_sign_in_again_after_a_day_however_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    client = staff_session()
    for minutes in range(20, 12 * 60, 20):
        moved_to(monkeypatch, timedelta(minutes=minutes))
        assert client.get("/admin/").status_code == 200, minutes
    moved_to(monkeypatch, timedelta(hours=12, minutes=1))
    assert client.get("/admin/").status_code == 302


def made_administrator(user: User) -> None:
    user.is_staff = user.is_superuser = True
    user.save()


def made_reader(user: User) -> None:
    user.user_permissions.add(Permission.objects.get(codename="view_assessment"))


@pytest.mark.parametrize(
    ("promote", "page"),
    [(made_administrator, "/admin/"), (made_reader, "/staff/portfolio/")],
)
def test_who_becomes_staff_while_signed_in_is_limited_from_then_on(
    monkeypatch: pytest.MonkeyPatch, promote: Callable[[User], None], page: str
) -> None:
    user = User.objects.create_user("dana")
    client = Client()
    client.force_login(user)
    moved_to(monkeypatch, timedelta(days=5))
    assert client.get("/assessments/").status_code == 200
    promote(user)
    moved_to(monkeypatch, timedelta(days=5, minutes=50))
    assert client.get(page).status_code == 200
    assert client.session.get_expiry_age() <= 12 * 60 * 60
    moved_to(monkeypatch, timedelta(days=5, minutes=90))
    assert client.get(page).status_code != 200
    assert not client.session.get("_auth_user_id")


def test_others_are_remembered_as_long_as_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assessment = make_assessment()
    owner = owner_client(assessment)
    moved_to(monkeypatch, timedelta(days=59))
    assert owner.get(f"/a/{assessment.pk}/").status_code == 200
    moved_to(monkeypatch, timedelta(days=61))
    assert owner.get(f"/a/{assessment.pk}/").status_code == 404


# ---------------------------------------------------------------- passwords and settings


def test_passwords_are_long_and_hashed_with_argon2(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = shipped.PASSWORD_HASHERS  # Tests use a quick one.
    user = User.objects.create_user("dana", password=PASSWORD)
    assert identify_hasher(user.password).algorithm == "argon2"
    for bad in ("fourteen chars", "password123456789"[:14], "yfdbufnjh10305070"):
        with pytest.raises(ValidationError):
            validate_password(bad)
    validate_password("fifteen chars it")


def test_over_https_a_browser_comes_back_only_so(tmp_path: Path) -> None:
    secure = {"PUBLIC_URL": "https://assess.example.org", "SECRET_KEY": "x1y2" * 20}
    expression = "SECURE_HSTS_SECONDS, SECURE_HSTS_INCLUDE_SUBDOMAINS, SECURE_HSTS_PRELOAD"
    assert settings_say(expression, tmp_path, **secure) == "63072000 True False"
    assert settings_say(expression, tmp_path, **secure, HSTS_PRELOAD="1") == "63072000 True True"


def test_whom_to_tell_of_a_weakness_is_set_by_whoever_runs_it(settings: Settings) -> None:
    address = "/.well-known/security.txt"
    assert Client().get(address).status_code == 404
    settings.SECURITY_CONTACT = "https://assess.example.org/report"
    response = Client().get(address)
    assert response["Content-Type"].startswith("text/plain")
    lines = dict(line.split(": ", 1) for line in text_of(response).splitlines())
    assert lines["Contact"] == "https://assess.example.org/report"
    expires = datetime.fromisoformat(lines["Expires"])
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)


@pytest.mark.parametrize("text", ["me@example.org", "http://x", "mailto:x\nExpires: never"])
def test_what_is_no_address_to_report_to_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT"):
        environment.contact(text)


def test_no_inline_style_is_needed_for_pictures() -> None:
    """The one exception to 'self' is data: for pictures, and only the QR code needs it."""
    policy = Client().get("/help/")["Content-Security-Policy"]
    assert re.findall(r"[a-z-]+ [^;]*data:", policy) == ["img-src 'self' data:"]
