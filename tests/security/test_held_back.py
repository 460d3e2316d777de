"""Whoever does something too often is held back for a while: on which pages, and what they see."""

import html
import logging
import re
import uuid
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock
from urllib.request import Request, urlopen

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from assessor import rates, two_factor
from assessor.limits import TooMany
from assessor.models import Assessment, AuditEntry, Bucket, PrivateLink, Report
from assessor.report import formats, issued, making
from assessor.report.children import Places
from assessor.report.pdf import NoPlace, PdfError
from assessor.sent import kept
from tests.builders import (
    Response,
    autosave_url,
    client_of,
    invited,
    make_assessment,
    make_edition,
    owner_client,
    owner_of,
    page_data,
    says,
    step_url,
    stored,
    submitted,
    text_of,
)
from tests.management.listening import listening

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
START = {"initiative": "Contract drafts", "organisation": "Northwind"}


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def limit(settings: Settings) -> Callable[..., None]:
    """Return what sets limits; all others stay as high as they are on one machine."""

    def set_limits(**texts: str) -> None:
        given = {name: rates.rates(text) for name, text in texts.items()}
        settings.LIMITS = {**settings.LIMITS, **given}

    return set_limits


def from_network(number: int, **options: Any) -> Client:
    return Client(REMOTE_ADDR=f"203.0.{number}.7", **options)


def assert_held_back(response: Response) -> str:
    """Return what the page says."""
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "no-store" in response["Cache-Control"]
    shown = text_of(response).partition("<main")[2]
    assert "Too often in a short time" in shown
    assert re.search(r"You can do it again in \d+ (second|minute|hour)s?\.", shown)
    return shown


def fields_on(page: str) -> dict[str, str]:
    """Return what the form on the page would send again."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


# ---------------------------------------------------------------- starting


def start(client: Client, **more: str) -> Response:
    sent = {**START, "creation_key": str(uuid.uuid4()), **more}
    return client.post("/assessments/new/", sent)


def test_who_starts_many_is_held_back_and_nothing_typed_is_lost(limit: Any) -> None:
    limit(STARTS="2/h")
    make_edition()
    visitor = from_network(1)
    assert [start(visitor).status_code for _ in range(2)] == [302, 302]
    shown = assert_held_back(start(visitor, initiative='"Quoted" & <b>bold</b>'))
    assert Assessment.objects.count() == 2
    kept = fields_on(shown)
    assert kept["initiative"] == '"Quoted" & <b>bold</b>'
    assert start(from_network(2)).status_code == 302
    Bucket.objects.all().delete()
    again = re.search(r'<form method="post" action="([^"]*)">', shown)
    assert again
    assert visitor.post(again[1], kept).status_code == 302
    assert Assessment.objects.latest("created_at").initiative == kept["initiative"]


def test_what_is_wrong_in_the_form_counts_nothing(limit: Any) -> None:
    limit(STARTS="1/h")
    make_edition()
    assert [start(Client(), initiative="").status_code for _ in range(3)] == [422] * 3
    assert not Bucket.objects.exists()


def test_copies_count_as_well(limit: Any) -> None:
    limit(STARTS="1/h")
    assessment = make_assessment()
    owner = owner_client(assessment)
    address = reverse("duplicate", args=[assessment.pk])
    assert owner.post(address, {**START, "creation_key": str(uuid.uuid4())}).status_code == 302
    assert_held_back(owner.post(address, {**START, "creation_key": str(uuid.uuid4())}))


# ---------------------------------------------------------------- links


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_tries_out_links_is_held_back(limit: Any, method: str) -> None:
    limit(LINKS="3/h")
    token = uuid.uuid4().hex
    visitor, other = from_network(1), from_network(2)
    tries = [getattr(visitor, method)(f"/r/{token}{number}/") for number in range(4)]
    assert [response.status_code for response in tries] == [404, 404, 404, 429]
    assert_held_back(tries[-1])
    assert tries[-1]["Referrer-Policy"] == "strict-origin"
    right = PrivateLink.issue(owner_of(make_assessment()))
    assert getattr(visitor, method)(f"/r/{right}/").status_code == 429
    assert getattr(other, method)(f"/r/{token}/").status_code == 404
    assert getattr(other, method)(f"/r/{right}/").status_code == {"get": 200, "post": 302}[method]


def test_links_that_open_something_count_nothing(limit: Any) -> None:
    limit(LINKS="1/h")
    for _ in range(3):
        assert owner_client(make_assessment()).get("/assessments/").status_code == 200
    assert not Bucket.objects.exists()


def test_many_networks_that_try_links_are_told_of_in_the_log(
    limit: Any, caplog: pytest.LogCaptureFixture
) -> None:
    limit(LINKS_EVERYWHERE="2/h")
    with caplog.at_level(logging.WARNING, "assessor.limits"):
        statuses = [from_network(number).get("/r/x/").status_code for number in range(4)]
    assert statuses == [404] * 4
    told = [record.getMessage() for record in caplog.records if record.name == "assessor.limits"]
    assert told == ["Too often: LINKS_EVERYWHERE"] * 2


# ---------------------------------------------------------------- saving


def test_who_saves_without_end_is_held_back_and_can_send_it_again(limit: Any) -> None:
    limit(SAVES="2/m")
    assessment = make_assessment()
    owner = owner_client(assessment)
    Bucket.objects.all().delete()
    scopes = ("individual", "function", "enterprise")
    for scope in scopes[:2]:
        data = page_data(assessment, "where", {"where_scope": scope}, action="later")
        assert owner.post(step_url(assessment, "where"), data).status_code == 302
    data = page_data(assessment, "where", {"where_scope": scopes[2]}, action="later")
    shown = assert_held_back(owner.post(step_url(assessment, "where"), data))
    assert stored(assessment)["where_scope"] == scopes[1]
    assert owner.post(autosave_url(assessment, "where"), data).status_code == 429
    Bucket.objects.all().delete()
    assert owner.post(step_url(assessment, "where"), fields_on(shown)).status_code == 302
    assert stored(assessment)["where_scope"] == scopes[2]


def test_saves_that_are_refused_count_too(limit: Any) -> None:
    limit(SAVES="3/h")
    assessment = make_assessment()
    stale = page_data(assessment, "where", {"where_scope": "enterprise"})
    ahead = {**stale, "seen": stale["seen"].replace(":0", ":9")}
    says(owner_of(assessment), where_scope="function")
    owner, address = owner_client(assessment), autosave_url(assessment, "where")
    Bucket.objects.all().delete()
    sent = [stale, ahead, stale, ahead]
    assert [owner.post(address, data).status_code for data in sent] == [409, 400, 409, 429]


def test_who_writes_notes_without_end_is_held_back_and_can_send_them_again(limit: Any) -> None:
    limit(NOTES="2/h")
    assessment = make_assessment()
    owner = owner_client(assessment)
    address = reverse("note", args=[assessment.pk, "where_scope"])
    assert owner.post(address, {"text": "One"}).status_code == 302
    first = assessment.notes.get()
    answer = reverse("reply", args=[assessment.pk, "where_scope", first.pk])
    assert owner.post(answer, {"text": "Two"}).status_code == 302
    assert_held_back(owner.post(answer, {"text": "Three"}))
    shown = assert_held_back(owner.post(address, {"text": "Four"}))
    assert assessment.notes.count() == 2
    Bucket.objects.all().delete()
    assert owner.post(address, fields_on(shown)).status_code == 302
    assert assessment.notes.filter(text="Four").exists()


def test_one_person_holds_back_nobody_else(limit: Any) -> None:
    limit(SAVES="1/m")
    assessment = make_assessment()
    for person in (owner_of(assessment), invited(assessment), invited(assessment)):
        says(person, where_scope="function")
        with pytest.raises(TooMany):
            says(person, where_scope="function")


# ---------------------------------------------------------------- files


def test_pdfs_that_are_made_count_and_not_those_that_are_sent(
    limit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF-")
    limit(PDFS="1/h", PDFS_FROM="2/h")
    one, two, three = (submitted().assessment for _ in range(3))
    owner = owner_client(one)
    assert [owner.get(pdf(one)).status_code for _ in range(3)] == [200] * 3
    assert_held_back(owner.get(f"{pdf(one)}?paper=letter"))
    assert owner_client(two).get(pdf(two)).status_code == 200
    assert_held_back(owner_client(three).get(pdf(three)))
    assert owner.get(pdf(one)).status_code == 200


@pytest.mark.parametrize(
    ("problem", "answers"),
    [(NoPlace, [503, 503, 503, 503, 200]), (PdfError, [503, 503, 429, 429, 429])],
)
def test_a_pdf_counts_once_it_is_begun_though_it_is_given_up(
    limit: Any, monkeypatch: pytest.MonkeyPatch, problem: type[PdfError], answers: list[int]
) -> None:
    """Who is told that others wait, and to come again, is not held back for doing so."""
    limit(PDFS="2/h", PDFS_FROM="3/h")
    assessment = submitted().assessment
    owner = owner_client(assessment)
    with monkeypatch.context() as patch:
        patch.setattr(issued, "pdf_of", Mock(side_effect=problem("Not now.")))
        tries = [owner.get(pdf(assessment)).status_code for _ in answers[:-1]]
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF-")
    assert [*tries, owner.get(pdf(assessment)).status_code] == answers


def test_one_that_finds_no_place_is_not_begun(limit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(PDFS="1/h", PDFS_FROM="1/h")
    assessment = submitted().assessment
    owner = owner_client(assessment)
    monkeypatch.setattr(making, "PLACES", Places(1))
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF-")
    with making.PLACES.one():
        assert [owner.get(pdf(assessment)).status_code for _ in range(3)] == [503] * 3
    assert owner.get(pdf(assessment)).status_code == 200


def pdf(assessment: Assessment) -> str:
    return reverse("pdf", args=[assessment.pk])


@pytest.mark.parametrize("name", ["word", "markdown", "decision", "data", "answers", "export"])
def test_files_are_counted(limit: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for write in ("word_document", "markdown_report", "decision_record"):
        monkeypatch.setattr(formats, write, lambda _record: b"")
    limit(EXPORTS="2/h")
    assessment = submitted().assessment
    owner, address = owner_client(assessment), reverse(name, args=[assessment.pk])
    assert [owner.get(address).status_code, owner.head(address).status_code] == [200, 200]
    assert [owner.get(address).status_code, owner.head(address).status_code] == [429, 429]


def test_reports_that_somebody_has_issued_are_counted(limit: Any) -> None:
    limit(EXPORTS="2/h")
    report = submitted()
    owner, colleague = owner_client(report.assessment), signatory(report)
    submit, reopen, sign = (
        reverse(name, args=[report.assessment_id]) for name in ("submit", "reopen", "sign")
    )
    said = {"seen": report.suggestion_sha256, "opinion": "disagree", "reason": "Too dear for us."}
    for _ in range(2):
        assert owner.post(reopen).status_code == 302
        assert owner.post(submit).status_code == 302
    assert owner.post(reopen).status_code == 302
    assert fields_on(assert_held_back(owner.post(submit, {"revision": "0"})))["revision"] == "0"
    Bucket.objects.all().delete()
    assert owner.post(submit).status_code == 302
    for reason in ("One.", "Two."):
        assert colleague.post(sign, {**said, "reason": reason}).status_code == 302
    assert fields_on(assert_held_back(colleague.post(sign, said)))["reason"] == "Too dear for us."
    assert owner.post(sign, {"seen": said["seen"], "opinion": "agree"}).status_code == 302


def signatory(report: Report) -> Client:
    return client_of(invited(report.assessment, name="Ana", role="legal", may_sign=True))


def test_pdfs_in_advance_are_counted_and_the_first_download_makes_the_others(
    limit: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    begun: list[Report] = []
    monkeypatch.setattr("assessor.jobs.tasks.make_pdf_soon", begun.append)
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF-")
    limit(PDFS="2/h")
    report = submitted()
    owner = owner_client(report.assessment)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            for name in ("reopen", "submit"):
                address = reverse(name, args=[report.assessment_id])
                assert owner.post(address).status_code == 302
    assert [made.number for made in begun] == [2, 3]
    assert owner.get(pdf(report.assessment)).status_code == 200


@pytest.mark.parametrize("address", ["/staff/portfolio.csv", "/admin/assessor/auditentry/export/"])
def test_tables_of_staff_are_counted(limit: Any, address: str) -> None:
    limit(EXPORTS="1/h")
    staff = Client()
    staff.force_login(User.objects.create_superuser("staff"))
    assert [staff.get(address).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("action", ["export_csv", "export_xlsx", "bundle_pdfs"])
def test_tables_of_the_administration_are_counted(limit: Any, action: str) -> None:
    limit(EXPORTS="1/h")
    staff, report = Client(), submitted()
    staff.force_login(User.objects.create_superuser("staff"))
    sent = {"action": action, "_selected_action": [str(report.assessment_id)]}
    address = "/admin/assessor/assessment/"
    assert staff.post(address, sent).status_code in {200, 302}
    assert_held_back(staff.post(address, sent))


# ---------------------------------------------------------------- inviting, sending files


def test_invitations_are_counted(limit: Any) -> None:
    limit(INVITATIONS="4/d")
    assessment = submitted().assessment
    owner = owner_client(assessment)
    invitation = {"asked": "all", "days": "30", "name": "Ana"}
    people = reverse("people", args=[assessment.pk])
    sharing = reverse("share", args=[assessment.pk])
    assert owner.post(people, invitation).status_code == 302
    renewal = reverse("renew", args=[assessment.pk, assessment.respondents.latest("pk").pk])
    assert owner.post(renewal).status_code == 302
    for _ in range(2):
        assert owner.post(sharing, {"label": "Auditors", "days": "7"}).status_code == 302
    assert_held_back(owner.post(people, invitation))
    assert_held_back(owner.post(renewal))
    assert_held_back(owner.post(sharing, {"label": "Auditors", "days": "7"}))
    assert assessment.respondents.count() == 2


def test_further_links_are_counted_and_what_ends_them_apart(limit: Any) -> None:
    """Whoever has found a link may use up what they like: its owner ends it."""
    limit(INVITATIONS="2/d")
    assessment = make_assessment()
    finder, owner = owner_client(assessment), owner_client(assessment)
    further = reverse("make_link", args=[assessment.pk])
    assert [finder.post(further).status_code for _ in range(3)] == [302, 302, 429]
    assert_held_back(owner.post(further))
    ending = reverse("end_links", args=[assessment.pk])
    assert [owner.post(ending).status_code for _ in range(2)] == [302, 302]
    assert_held_back(owner.post(ending))
    assert PrivateLink.objects.filter(revoked_at=None).count() == 1


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("report.json", b"rubbish")


def test_uploads_are_counted(limit: Any) -> None:
    limit(UPLOADS="2/h")
    make_edition()
    assert Client().post("/verify/", {"file": file()}).status_code == 422
    assert Client().post("/assessments/import/", {"file": file()}).status_code == 422
    shown = assert_held_back(Client().post("/verify/", {"file": file(), "code": "7K3M"}))
    assert fields_on(shown)["code"] == "7K3M"
    assert "A file has to be chosen again" in shown
    assert_held_back(Client().post("/assessments/import/", {"file": file()}))
    editor = Client()
    editor.force_login(User.objects.create_superuser("editor"))
    sent = [editor.post("/staff/editions/upload/", {"files": file()}) for _ in range(3)]
    assert [response.status_code for response in sent] == [422, 422, 429]


# ---------------------------------------------------------------- signing in


@pytest.fixture
def dana() -> User:
    return User.objects.create_superuser("dana", password=PASSWORD)


FORMS = ["/sign-in/", "/admin/login/"]


def sign_in(client: Client, password: str, name: str = "dana", form: str = FORMS[0]) -> Response:
    return client.post(form, {"username": name, "password": password, "next": "/help/"})


@pytest.mark.parametrize("form", FORMS)
def test_who_guesses_a_password_is_held_back_and_its_owner_elsewhere_is_not(
    limit: Any, dana: User, form: str
) -> None:
    limit(SIGN_INS="5/m,10/h,40/d")
    guesser = from_network(1)
    tries = [sign_in(guesser, f"guess {number}", form=form) for number in range(20)]
    assert [response.status_code for response in tries[5:]] == [429] * 15
    shown = assert_held_back(sign_in(guesser, PASSWORD, form=form))
    assert fields_on(shown)["username"] == "dana"
    assert fields_on(shown)["next"] == "/help/"
    assert PASSWORD not in shown
    assert guesser.get("/admin/").status_code == 302
    assert sign_in(from_network(2), PASSWORD, form=form).status_code == 302
    assert AuditEntry.objects.filter(event="account.refused").count() == 5
    line = AuditEntry.objects.get(event="account.held_back")
    assert (line.actor, line.subject) == ("unknown", f"user {dana.pk}")
    assert line.origin == "203.0.1.0/24"


def test_that_somebody_is_held_back_is_written_down_when_it_begins_again(
    limit: Any, dana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(SIGN_INS="2/h")
    now = [1_800_000_000.0]
    monkeypatch.setattr("assessor.limits.time.time", lambda: now[0])
    for name in ("dana", PASSWORD):
        for _ in range(5):
            sign_in(from_network(1), "x", name)
    held_back = AuditEntry.objects.filter(event="account.held_back").order_by("pk")
    assert list(held_back.values_list("subject", flat=True)) == [f"user {dana.pk}", "unknown"]
    assert PASSWORD not in repr(list(AuditEntry.objects.values_list()))
    now[0] += 1800
    for _ in range(3):
        sign_in(from_network(1), "x")
    assert held_back.count() == 2
    now[0] += 1800
    for _ in range(3):
        sign_in(from_network(1), "x")
    assert held_back.count() == 3


def test_the_two_forms_count_together_and_letters_make_no_difference(
    limit: Any, dana: User
) -> None:
    limit(SIGN_INS="2/h")
    guesser = from_network(1)
    sign_in(guesser, "x", "DANA", FORMS[0])
    sign_in(guesser, "x", "dana", FORMS[1])
    assert [sign_in(guesser, "x", form=form).status_code for form in FORMS] == [429, 429]


def test_waits_grow_and_end(limit: Any, dana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(SIGN_INS="5/m,10/h,40/d", SIGN_INS_FROM="0", SIGN_INS_ANYWHERE="0")
    now, waits = [1_800_000_000.0], []
    monkeypatch.setattr("assessor.limits.time.time", lambda: now[0])
    guesser = from_network(1)
    for _ in range(100):
        response = sign_in(guesser, "x")
        if response.status_code == 429:
            waits.append(int(response["Retry-After"]))
            now[0] += waits[-1]
    assert (waits[0], waits[8], max(waits)) == (12, 360, 2160)
    assert waits == sorted(waits)
    assert sign_in(guesser, PASSWORD).status_code == 302


def test_an_account_that_nobody_has_is_held_back_alike(limit: Any, dana: User) -> None:
    limit(SIGN_INS="1/h")
    for name in ("dana", "nobody"):
        tries = [sign_in(from_network(1), "x", name).status_code for _ in range(2)]
        assert tries[-1] == 429


def test_right_passwords_count_nothing(limit: Any, dana: User) -> None:
    limit(SIGN_INS="2/h", SIGN_INS_FROM="2/h", SIGN_INS_ANYWHERE="2/h")
    assert [sign_in(from_network(1), PASSWORD).status_code for _ in range(5)] == [302] * 5


def test_many_accounts_tried_from_one_network_are_counted_together(limit: Any) -> None:
    limit(SIGN_INS_FROM="3/h")
    tries = [sign_in(from_network(1), "x", f"name {n}").status_code for n in range(4)]
    assert tries[-1] == 429


def test_one_account_tried_from_many_networks_is_held_back(limit: Any, dana: User) -> None:
    limit(SIGN_INS_ANYWHERE="3/h")
    tries = [sign_in(from_network(number), "x").status_code for number in range(4)]
    assert tries[-1] == 429


def test_a_forged_header_makes_no_new_network(limit: Any, dana: User) -> None:
    limit(SIGN_INS="2/h")
    tries = [
        Client(headers={"x-forwarded-for": f"10.1.{number}.1", "x-real-ip": f"10.2.{number}.1"})
        for number in range(3)
    ]
    assert [sign_in(client, "x").status_code for client in tries][-1] == 429


def test_guessing_codes_is_held_back(
    limit: Any, dana: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OTP_TOTP_THROTTLE_FACTOR = 0  # The library's own waits would come first.
    limit(CODES="2/15m")
    TOTPDevice.objects.create(user=dana, name="phone", confirmed=True)
    request: Any = type("Request", (), {"user": dana})()
    for _ in range(2):
        with pytest.raises(two_factor.WrongCode):
            two_factor.accept(request, dana, "000000")
    with pytest.raises(TooMany) as found:
        two_factor.accept(request, dana, "000000")
    assert 400 < found.value.seconds <= 450
    with pytest.raises(TooMany):
        two_factor.accept(request, dana, "000000")
    line = AuditEntry.objects.get(event="account.held_back")
    assert line.subject == f"user {dana.pk}"


def test_whoever_is_held_back_gets_no_credential_back() -> None:
    sent = {"username": "dana", "code": "7K3M", "new_password1": "x", "otp_token": "1"}
    assert kept(RequestFactory().post("/", sent)) == [("username", "dana"), ("code", "7K3M")]


# ---------------------------------------------------------------- whose address it is


def client_seen(forwarded: str) -> str:
    """Return which client the server, as it is set up, takes such a request to be from."""

    def application(environ: dict[str, Any], respond: Callable[..., Any]) -> list[bytes]:
        respond("200 OK", [])
        return [environ["REMOTE_ADDR"].encode()]

    with listening(application) as port:
        request = Request(f"http://127.0.0.1:{port}/", headers={"X-Forwarded-For": forwarded})
        with urlopen(request, timeout=10) as response:  # noqa: S310
            return str(response.read().decode())


@pytest.mark.parametrize(
    ("trusted", "forwarded", "seen"),
    [
        ("", "198.51.100.9", "127.0.0.1"),
        ("10.9.9.9", "198.51.100.9", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("127.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "1.2.3.4, 5.6.7.8, 198.51.100.9", "198.51.100.9"),
    ],
    ids=["no proxy", "another proxy", "one client", "another client", "forged by the client"],
)
def test_the_client_is_who_the_one_trusted_proxy_says(
    settings: Settings, trusted: str, forwarded: str, seen: str
) -> None:
    settings.TRUSTED_PROXY = trusted
    assert client_seen(forwarded) == seen
