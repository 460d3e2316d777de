"""The second factor of staff: demanded by a setting, set up once, entered after the password."""

import html
import re
import time
from base64 import b32decode
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
import segno
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from assessor import two_factor
from assessor.models import Assessment, AuditEntry, PrivateLink
from assessor.rates import rates
from tests.builders import (
    Response,
    autosave_url,
    client_of,
    database,
    make_assessment,
    make_edition,
    owner_of,
    submitted,
    text_of,
)
from tests.security.addresses import every_address, staff_who_wait_for_nothing
from tests.test_authorisation import admin_addresses
from tests.test_deployment import settings_say

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
ENTER, ENROL, CODES = (f"/staff/two-factor/{part}" for part in ("", "enrol/", "codes/"))


@pytest.fixture
def demanded(settings: Settings) -> None:
    """An installation that demands a second factor of staff."""
    settings.REQUIRE_TWO_FACTOR = True
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django_otp.middleware.OTPMiddleware",
        "assessor.middleware.SecondFactorRequired",
    ]


@pytest.fixture
def kim() -> User:
    """A member of staff."""
    return User.objects.create_superuser("kim", password=PASSWORD)


def signed_in(user: User, address: str = "/sign-in/") -> Client:
    """Return a browser in which somebody has signed in with their password."""
    browser = Client()
    response = browser.post(address, {"username": user.username, "password": PASSWORD})
    assert response.status_code == 302
    return browser


class Phone:
    """An app that shows codes for a key as it stands on the page."""

    def __init__(self, page: Response) -> None:
        shown = re.search(r"<code>([A-Z2-7 ]+)</code>", text_of(page))
        assert shown
        self.key = b32decode(shown[1].replace(" ", ""))

    def code(self, later: int = 0) -> str:
        """Return the code of now, or that of so many steps later."""
        return code_of(self.key, later)


def code_of(key: bytes, later: int = 0) -> str:
    totp = TOTP(key)
    totp.time = time.time() + 30 * later
    return f"{totp.token():06}"


def offer_on(page: Response) -> dict[str, str]:
    fields = re.findall(r'name="(offer|next)" value="([^"]*)"', text_of(page))
    return {name: html.unescape(value) for name, value in fields}


def enrolled(browser: Client) -> tuple[Phone, Response]:
    """Set up the second factor; return the phone and the page with the recovery codes."""
    page = browser.get(ENROL)
    phone = Phone(page)
    return phone, browser.post(ENROL, {**offer_on(page), "code": phone.code()})


def codes_on(page: Response) -> list[str]:
    return re.findall(r"<code>([a-z2-7]{8})</code>", text_of(page))


def enter(browser: Client, code: str, **more: str) -> Response:
    return browser.post(ENTER, {"code": code, **more})


def is_in(browser: Client) -> bool:
    return browser.get("/admin/").status_code == 200


def events() -> list[tuple[str, str]]:
    lines = AuditEntry.objects.filter(event__startswith="second_factor").order_by("pk")
    return list(lines.values_list("event", "actor"))


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a minute begin and time stand: no test straddles two steps."""
    monkeypatch.setattr(time, "time", lambda: 1_800_000_001.0)


# ---------------------------------------------------------------- off


def test_without_the_setting_nothing_changes(kim: User) -> None:
    browser = signed_in(kim)
    assert is_in(browser)
    for address in (ENTER, ENROL, CODES):
        assert browser.get(address).status_code == 404
        assert browser.post(address).status_code == 404
    assert "two-factor" not in text_of(browser.get("/admin/"))


def test_the_setting_demands_it(tmp_path: Any) -> None:
    expression = "'assessor.middleware.SecondFactorRequired' in MIDDLEWARE"
    assert settings_say(expression, tmp_path) == "False"
    assert settings_say(expression, tmp_path, REQUIRE_TWO_FACTOR="true") == "True"


def test_at_a_public_address_it_is_demanded_unless_refused(tmp_path: Any) -> None:
    public = {"PUBLIC_URL": "https://assess.example.org", "SECRET_KEY": "k" * 50}
    assert settings_say("REQUIRE_TWO_FACTOR", tmp_path, **public) == "True"
    assert settings_say("REQUIRE_TWO_FACTOR", tmp_path, **public, REQUIRE_TWO_FACTOR="0") == "False"


def test_no_page_of_the_administration_shows_the_secrets_of_a_phone(kim: User) -> None:
    assert "otp" not in " ".join(admin_addresses())
    assert "otp" not in text_of(signed_in(kim).get("/admin/")).lower()


# ---------------------------------------------------------------- before there is one


@pytest.mark.usefixtures("demanded")
@pytest.mark.parametrize("address", ["/sign-in/", "/admin/login/"])
def test_staff_without_one_are_led_to_set_it_up(kim: User, address: str) -> None:
    browser = signed_in(kim, address)
    page = browser.get("/admin/assessor/assessment/?q=x", follow=True)
    steps = [to for to, _status in page.redirect_chain]
    assert steps == [
        f"{ENTER}?next=/admin/assessor/assessment/%3Fq%3Dx",
        f"{ENROL}?next=%2Fadmin%2Fassessor%2Fassessment%2F%3Fq%3Dx",
    ]
    assert "Set up your second factor" in text_of(page)
    assert offer_on(page)["next"] == "/admin/assessor/assessment/?q=x"
    assert page["Referrer-Policy"] == "strict-origin"


@pytest.mark.usefixtures("demanded")
def test_with_a_password_alone_staff_reach_no_page(kim: User) -> None:
    make_edition()
    assessment = make_assessment()
    browser = signed_in(kim)
    closed = set(admin_addresses()) - {"/admin/login/"}
    pages = [*closed, "/", "/assessments/", f"/a/{assessment.pk}/result/", "/compare/", "/help/"]
    for address in pages:
        response = browser.get(address)
        assert (response.status_code, response["Location"][: len(ENTER)]) == (302, ENTER), address
        assert browser.post(address).status_code == 403, address


WITH_A_PASSWORD_ALONE = {
    # signing in and out, and setting up what is missing
    *("admin:login", "sign_in", "sign_out", "signed_out", "two_factor_enrol"),
    # what is there for whoever is not signed in either, and shows nobody's answers
    *("healthz", "metrics", "readyz", "security_txt", "theme", "verify"),
}


@pytest.mark.usefixtures("demanded")
def test_with_a_password_alone_staff_reach_no_other_address(
    kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = staff_who_wait_for_nothing(monkeypatch)
    every = every_address(submitted().assessment, staff)
    reached = {
        name
        for name, address in every.items()
        for method in ("get", "head", "post")
        if not is_refused(getattr(signed_in(kim), method)(address))
    }
    assert reached == WITH_A_PASSWORD_ALONE


def is_refused(response: Response) -> bool:
    return response.status_code == 403 or str(response.get("Location")).startswith(ENTER)


@pytest.mark.usefixtures("demanded")
def test_whoever_was_given_a_right_is_asked_and_nobody_else() -> None:
    make_edition()
    user = User.objects.create_user("ana", password=PASSWORD)
    browser = signed_in(user)
    assert browser.get("/assessments/").status_code == 200
    assert browser.get(ENTER).status_code == 404
    user.user_permissions.add(Permission.objects.get(codename="view_assessment"))
    assert browser.get("/assessments/").status_code == 302
    assert Client().get(ENTER).status_code == 404
    owner = client_of(owner_of(make_assessment()))
    assert owner.get(f"/a/{Assessment.objects.get().pk}/").status_code == 200


@pytest.mark.usefixtures("demanded")
@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_whoever_is_staff_or_may_do_everything_is_asked(right: str) -> None:
    user = User.objects.create_user("ana", password=PASSWORD)
    User.objects.update(**{right: True})
    assert signed_in(user).get("/assessments/").status_code == 302


@pytest.mark.usefixtures("demanded")
def test_what_is_open_to_all_stays_open(kim: User) -> None:
    browser = signed_in(kim)
    for address in ("/verify/", "/healthz"):
        assert browser.get(address).status_code == 200
    assert browser.post("/theme/", {"theme": "dark"}).status_code == 302
    assert browser.post("/sign-out/").status_code == 302


@pytest.mark.usefixtures("demanded")
def test_what_is_sent_is_not_carried_out_and_not_answered_as_if_it_were(kim: User) -> None:
    assessment = make_assessment()
    browser = client_of(owner_of(assessment))
    browser.post("/sign-in/", {"username": "kim", "password": PASSWORD})
    before = database("assessor.AuditEntry", "assessor.AuditHead")
    headers = {"HX-Request": "true", "Referer": f"http://testserver/a/{assessment.pk}/check/"}
    response = browser.post(autosave_url(assessment, "where"), {}, headers=headers)
    assert response.status_code == 403
    assert "What you sent just now was not saved" in text_of(response)
    assert f'href="{ENTER}?next=/a/{assessment.pk}/check/"' in text_of(response)
    assert database("assessor.AuditEntry", "assessor.AuditHead") == before
    part = browser.get("/assessments/", headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == f"{ENTER}?next=/assessments/"


@pytest.mark.usefixtures("demanded")
def test_looking_at_the_page_stores_nothing(kim: User) -> None:
    browser = signed_in(kim)
    before = database()
    for address in (ENTER, ENROL):
        browser.get(address, follow=True)
        browser.head(address)
    assert database() == before


# ---------------------------------------------------------------- setting it up


@pytest.mark.usefixtures("demanded", "now")
def test_the_first_code_sets_it_up_and_lets_in(kim: User) -> None:
    browser = signed_in(kim)
    key_before = browser.session.session_key
    _phone, page = enrolled(browser)
    assert page.status_code == 200
    assert len(set(codes_on(page))) == 10
    assert 'href="/admin/"' in text_of(page)
    assert is_in(browser)
    assert f'href="{ENTER}"' in text_of(browser.get("/admin/"))
    assert browser.session.session_key != key_before
    assert events() == [("second_factor.enrolled", f"user {kim.pk}")]
    assert AuditEntry.objects.latest("pk").subject == f"user {kim.pk}"


@pytest.mark.usefixtures("demanded", "now")
def test_the_picture_holds_the_key_on_the_page(kim: User, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    make = segno.make

    def draw(text: str, **how: Any) -> Any:
        drawn.append(text)
        return make(text, **how)

    monkeypatch.setattr(segno, "make", draw)
    page = signed_in(kim).get(ENROL)
    shown = re.search(r"<code>([A-Z2-7 ]+)</code>", text_of(page))
    assert shown
    assert f"secret={shown[1].replace(' ', '')}" in drawn[0]
    assert drawn[0].startswith("otpauth://totp/Assessor%3Akim?")
    assert '<img src="data:image/svg+xml' in text_of(page)


@pytest.mark.usefixtures("demanded", "now")
def test_a_wrong_code_sets_up_nothing_and_shows_the_same_key_again(kim: User) -> None:
    browser = signed_in(kim)
    page = browser.get(ENROL)
    again = browser.post(ENROL, {**offer_on(page), "code": "000000"})
    assert again.status_code == 422
    assert "These digits do not belong to the code shown." in text_of(again)
    assert Phone(again).key == Phone(page).key
    assert not TOTPDevice.objects.exists()
    assert browser.post(ENROL, {**offer_on(again), "code": ""}).status_code == 422
    assert not is_in(browser)


@pytest.mark.usefixtures("demanded", "now")
def test_only_a_key_that_was_offered_to_the_same_account_is_taken(kim: User) -> None:
    other = signed_in(User.objects.create_superuser("eve", password=PASSWORD))
    page = other.get(ENROL)
    browser = signed_in(kim)
    for offer in (offer_on(page)["offer"], "made-up", ""):
        response = browser.post(ENROL, {"offer": offer, "code": Phone(page).code()})
        assert response["Location"].startswith(ENROL)
    assert not TOTPDevice.objects.exists()


@pytest.mark.usefixtures("demanded", "now")
def test_an_offer_ends_after_an_hour(kim: User, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in(kim)
    page = browser.get(ENROL)
    phone = Phone(page)
    monkeypatch.setattr(time, "time", lambda: 1_800_003_700.0)
    response = browser.post(ENROL, {**offer_on(page), "code": phone.code()}, follow=True)
    assert "The code was shown too long ago." in text_of(response)
    assert not TOTPDevice.objects.exists()


@pytest.mark.usefixtures("demanded", "now")
def test_whoever_has_only_the_password_cannot_replace_it(kim: User) -> None:
    enrolled(signed_in(kim))
    thief = signed_in(kim)
    assert thief.get(ENROL)["Location"] == ENTER
    offer = two_factor.offer(kim)
    key = two_factor.offered(kim, offer)
    sent = {"offer": offer, "code": code_of(bytes.fromhex(key))}
    assert thief.post(ENROL, sent)["Location"] == ENTER
    assert thief.get(CODES)["Location"] == ENTER
    assert thief.post(CODES)["Location"] == ENTER
    assert TOTPDevice.objects.get().key != key
    assert not is_in(thief)


@pytest.mark.usefixtures("demanded", "now")
def test_a_phone_that_was_set_up_meanwhile_is_not_replaced(kim: User) -> None:
    """The page had looked before; a second look is taken where nobody else can write."""
    enrolled(signed_in(kim))
    request = RequestFactory().post(ENROL)
    request.user = kim
    before = TOTPDevice.objects.get()
    with pytest.raises(two_factor.HasOne):
        two_factor.enrol(request, kim, "00" * 20, "123456")
    assert TOTPDevice.objects.get() == before


@pytest.mark.usefixtures("demanded", "now")
def test_whoever_is_in_may_set_up_another_phone(kim: User) -> None:
    browser = signed_in(kim)
    old, page = enrolled(browser)
    assert 'href="/staff/two-factor/enrol/"' in text_of(browser.get(ENTER))
    new, after = enrolled(browser)
    assert not set(codes_on(page)) & set(codes_on(after))
    assert TOTPDevice.objects.count() == 1
    assert is_in(browser)
    assert enter(signed_in(kim), old.code(1)).status_code == 422
    assert two_factor.recovery_codes_left(kim) == 10
    assert new.key != old.key


# ---------------------------------------------------------------- entering a code


@pytest.mark.usefixtures("demanded", "now")
@pytest.mark.parametrize("address", ["/sign-in/", "/admin/login/"])
def test_with_one_a_code_is_asked_for_and_leads_on(kim: User, address: str) -> None:
    phone, _page = enrolled(signed_in(kim))
    browser = signed_in(kim, address)
    page = browser.get("/admin/assessor/report/", follow=True)
    assert "Enter your code" in text_of(page)
    assert offer_on(page)["next"] == "/admin/assessor/report/"
    code = phone.code(1)
    response = enter(browser, f"{code[:3]} {code[3:]}", next="/admin/assessor/report/")
    assert response["Location"] == "/admin/assessor/report/"
    assert is_in(browser)
    assert events()[-1] == ("second_factor.accepted", f"user {kim.pk}")
    assert enter(browser, phone.code(1), next="/help/")["Location"] == "/help/"


@pytest.mark.usefixtures("demanded", "now")
def test_a_code_leads_nowhere_else(kim: User) -> None:
    phone, _page = enrolled(signed_in(kim))
    response = enter(signed_in(kim), phone.code(1), next="https://evil.example/")
    assert response["Location"] == "/admin/"


@pytest.mark.usefixtures("demanded", "now")
@pytest.mark.parametrize("code", ["123456", "", "no code", "١٢٣٤٥٦", "-00001", "1" * 41])
def test_a_wrong_code_does_not_let_in(kim: User, code: str) -> None:
    enrolled(signed_in(kim))
    browser = signed_in(kim)
    response = enter(browser, code)
    assert response.status_code == 422
    assert 'href="#id_code"' in text_of(response)
    assert not is_in(browser)


@pytest.mark.usefixtures("demanded", "now")
@pytest.mark.parametrize("code", ["123456", "abcdefgh"])
def test_where_nothing_is_set_up_any_more_no_code_is_right(kim: User, code: str) -> None:
    with pytest.raises(two_factor.WrongCode):
        two_factor.accept(RequestFactory().post(ENTER), kim, code)


@pytest.mark.usefixtures("demanded", "now")
def test_a_wrong_code_is_written_down_without_it(kim: User) -> None:
    enrolled(signed_in(kim))
    enter(signed_in(kim), "123456")
    assert events()[-1] == ("second_factor.refused", f"user {kim.pk}")
    assert "123456" not in repr(list(AuditEntry.objects.values_list()))


@pytest.mark.usefixtures("demanded", "now")
def test_a_code_can_be_used_once(kim: User) -> None:
    first = signed_in(kim)
    phone, _page = enrolled(first)
    for code in (phone.code(), phone.code(1)):
        browsers = signed_in(kim), signed_in(kim)
        for browser in browsers:
            enter(browser, code)
        assert not is_in(browsers[1])
        TOTPDevice.objects.update(throttling_failure_timestamp=None)


@pytest.mark.usefixtures("demanded", "now")
def test_codes_that_are_right_are_not_counted(kim: User, settings: Settings) -> None:
    phone, page = enrolled(signed_in(kim))
    settings.LIMITS = {**settings.LIMITS, "CODES": rates("1/h")}
    for code in (phone.code(1), *codes_on(page)[:2]):
        assert enter(signed_in(kim), code).status_code == 302


@pytest.mark.usefixtures("demanded", "now")
def test_a_phone_that_was_never_confirmed_is_none(kim: User) -> None:
    TOTPDevice.objects.create(user=kim, confirmed=False)
    assert two_factor.phone_of(kim) is None
    assert signed_in(kim).get(ENTER)["Location"].startswith(ENROL)


@pytest.mark.usefixtures("demanded", "now")
def test_guessing_is_slowed_down(kim: User) -> None:
    phone, _page = enrolled(signed_in(kim))
    browser = signed_in(kim)
    enter(browser, "123456")
    response = enter(browser, phone.code(1))
    assert response.status_code == 429
    assert re.search(r"Too many wrong codes. Wait \d seconds?, then try again.", text_of(response))
    assert not is_in(browser)


@pytest.mark.usefixtures("demanded", "now")
def test_the_code_of_another_account_does_not_let_in(kim: User) -> None:
    enrolled(signed_in(kim))
    eve = User.objects.create_superuser("eve", password=PASSWORD)
    phone, page = enrolled(signed_in(eve))
    for code in (phone.code(1), codes_on(page)[0]):
        browser = signed_in(kim)
        assert enter(browser, code).status_code == 422
        assert not is_in(browser)


@pytest.mark.usefixtures("demanded", "now")
def test_signing_out_ends_it(kim: User) -> None:
    browser = signed_in(kim)
    enrolled(browser)
    browser.post("/sign-out/")
    browser.post("/sign-in/", {"username": "kim", "password": PASSWORD})
    assert not is_in(browser)


# ---------------------------------------------------------------- recovery codes


@pytest.mark.usefixtures("demanded", "now")
def test_a_recovery_code_lets_in_once(kim: User) -> None:
    _phone, page = enrolled(signed_in(kim))
    code = codes_on(page)[3]
    browser = signed_in(kim)
    assert enter(browser, f" {code[:4].upper()}-{code[4:]} ").status_code == 302
    assert is_in(browser)
    assert events()[-1] == ("second_factor.recovered", f"user {kim.pk}")
    assert "9 are left" in text_of(browser.get(ENTER))
    again = signed_in(kim)
    assert enter(again, code).status_code == 422
    assert not is_in(again)


@pytest.mark.usefixtures("demanded", "now")
def test_recovery_codes_cannot_be_read_in_the_database(kim: User) -> None:
    _phone, page = enrolled(signed_in(kim))
    everything = repr(list(StaticToken.objects.values()))
    assert not [code for code in codes_on(page) if code in everything]


@pytest.mark.usefixtures("demanded", "now")
def test_without_recovery_codes_none_lets_in(kim: User) -> None:
    _phone, page = enrolled(signed_in(kim))
    StaticDevice.objects.all().delete()
    assert enter(signed_in(kim), codes_on(page)[0]).status_code == 422


def test_a_recovery_code_is_stored_as_every_later_version_will_look_for_it() -> None:
    stored = two_factor.hashed("abcd2345", bytes(20))
    assert stored == "BJRPJTKCYV3GIWJO"
    assert len(stored) == StaticToken._meta.get_field("token").max_length


@pytest.mark.usefixtures("demanded", "now")
def test_codes_that_were_readable_before_an_upgrade_go_on_working(kim: User) -> None:
    enrolled(signed_in(kim))
    StaticToken.objects.all().delete()
    device = StaticDevice.objects.get()
    StaticToken.objects.create(device=device, token="abcd2345")
    lost = User.objects.create_user("lost")
    StaticToken.objects.create(device=StaticDevice.objects.create(user=lost), token="abcd2345")
    hash_codes = import_module("assessor.migrations.0023_hashed_recovery_codes").hash_codes
    for _ in range(2):
        hash_codes(apps, None)
    assert [token.device for token in StaticToken.objects.all()] == [device]
    browser = signed_in(kim)
    assert enter(browser, "abcd2345").status_code == 302
    assert is_in(browser)


@pytest.mark.usefixtures("demanded", "now")
def test_new_recovery_codes_replace_the_old_ones(kim: User) -> None:
    _phone, page = enrolled(signed_in(kim))
    browser = signed_in(kim)
    enter(browser, codes_on(page)[0])
    new = codes_on(browser.post(CODES))
    assert len(new) == StaticToken.objects.count() == 10
    assert not set(new) & set(codes_on(page))
    assert is_in(browser)
    assert events()[-1] == ("second_factor.codes_made", f"user {kim.pk}")


@pytest.mark.usefixtures("demanded", "now")
def test_new_recovery_codes_are_made_only_once_somebody_has_read_what_ends(kim: User) -> None:
    browser = signed_in(kim)
    enrolled(browser)
    state = text_of(browser.get(ENTER))
    assert f'href="{CODES}"' in state
    assert f'action="{CODES}"' not in state
    before = database("sessions.Session")
    asked = browser.get(CODES)
    assert "The 10 codes you have left stop working at once" in text_of(asked)
    assert f'href="{ENTER}"' in text_of(asked)
    assert asked["Referrer-Policy"] == "strict-origin"
    assert database("sessions.Session") == before
    StaticToken.objects.exclude(pk=StaticToken.objects.earliest("pk").pk).delete()
    assert "The one code you have left stops working" in text_of(browser.get(CODES))
    StaticToken.objects.all().delete()
    assert "You have no code left" in text_of(browser.get(CODES))


# ---------------------------------------------------------------- somebody who lost it


def reset(name: str) -> str:
    output = StringIO()
    call_command("two_factor_reset", name, stdout=output)
    return output.getvalue()


@pytest.mark.usefixtures("demanded", "now")
def test_an_administrator_can_remove_it_and_sessions_with_it_end(kim: User) -> None:
    browser = signed_in(kim)
    enrolled(browser)
    assert reset("kim") == "The second factor of kim is removed.\n"
    assert not is_in(browser)
    assert "Set up your second factor" in text_of(browser.get(ENTER, follow=True))
    entry = AuditEntry.objects.latest("pk")
    assert (entry.event, entry.actor) == ("second_factor.reset", "command")
    assert entry.subject == f"user {kim.pk}"
    assert reset("kim") == "kim has no second factor.\n"


def test_nobody_is_reset_by_a_name_that_nobody_has() -> None:
    with pytest.raises(CommandError, match="Nobody is called eve"):
        reset("eve")


# ---------------------------------------------------------------- on the way to a private link


@pytest.mark.usefixtures("demanded", "now")
def test_staff_end_at_the_private_link_they_opened(kim: User) -> None:
    link = f"/r/{PrivateLink.issue(owner_of(make_assessment()))}/"
    browser = signed_in(kim)
    browser.get(link)
    phone, page = enrolled(browser)
    assert link not in text_of(page)
    onward = re.search(r'class="btn btn-primary" href="([^"]+)"', text_of(page))
    assert onward
    assert browser.get(onward[1], follow=True).redirect_chain == [(link, 302)]
    again = signed_in(kim)
    again.get(link)
    onward_again = enter(again, phone.code(1))["Location"]
    assert again.get(onward_again, follow=True).redirect_chain == [(link, 302)]
    assert "Enter your code" not in text_of(again.get(ENTER))
    assert again.get(ENTER).status_code == 200
