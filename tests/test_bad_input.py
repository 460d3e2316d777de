"""Whatever is sent: a clear answer, nothing stored that is not valid, and never a failure of ours.

The test client raises what a view raises, so a failure anywhere fails its test.
"""

import random
import re
import uuid
from io import BytesIO
from itertools import cycle
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from assessor.advice.questionnaire import check
from assessor.models import AnswerChange, Assessment, GivenAnswer
from assessor.pages import pages_of
from tests.advice.answers import situation
from tests.builders import (
    Response,
    autosave_url,
    complete,
    database,
    make_assessment,
    make_edition,
    owner_client,
    page_data,
    step_url,
    stored,
)
from tests.knowledge.editions import shipped
from tests.sent import fields_of, kept_in

pytestmark = pytest.mark.django_db

PAGES = pages_of(shipped())

TEXTS = [
    "a\x00b",
    "\ud83d".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "\x1b[31m\x07\x08",
    "a\r\nb\u2028c\x0bd\x0ce",
    "\u202eevil\u2066",
    "مرحبا 123 שלום",
    "e" + "\u0301" * 50,
    "👩‍👩‍👧‍👦🏳️‍🌈\U000e0fff",
    "\u200b\u200d",
    "{{ 'pwn'|upper }}{% debug %}${7*7}%s%n{0.__class__}",
    "'; DROP TABLE assessor_assessment;--",
    "../../etc/passwd|id$(id)",
    "<script>window.pwned=1</script>",
    '" autofocus onfocus=alert(1) x="',
    "</textarea><svg onload=alert(1)>",
    "</title><!--]]>",
    '<div hx-get="/admin/" hx-trigger="load">',
    "javascript:alert(1)",
]


@pytest.fixture
def assessment() -> Assessment:
    return make_assessment()


@pytest.fixture
def owner(assessment: Assessment) -> Client:
    return owner_client(assessment)


def every_control(step: str) -> list[str]:
    """Return the name of every control on a page, and of the fields it fills in itself."""
    names = []
    for question in PAGES[step].questions:
        names += [question.key, f"{question.key}-unknown"]
        names += [f"{question.key}-{rank}" for rank in (1, 2, 3)]
    return [*names, "seen", "form_key", "next", "action"]


# ---------------------------------------------------------------- odd text


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text)[:30])
def test_odd_text_in_every_field_of_the_start_form(text: str) -> None:
    make_edition()
    visitor = Client()
    data = dict.fromkeys(["initiative", "organisation", "name", "email", "role"], text)
    assert visitor.post("/assessments/new/", {"creation_key": text, **data}).status_code == 422
    names = dict.fromkeys(["initiative", "organisation", "name"], text)
    response = visitor.post("/assessments/new/", {"creation_key": str(uuid.uuid4()), **names})
    assert response.status_code in {302, 422}
    if response.status_code == 302:
        for address in (response["Location"], "/assessments/"):
            assert_is_shown_as_text(visitor.get(address))


@pytest.mark.parametrize("turn", [0, 5, 11])
@pytest.mark.parametrize("step", PAGES)
def test_odd_text_in_every_control_of_a_page(
    assessment: Assessment, owner: Client, step: str, turn: int
) -> None:
    texts = dict(zip(every_control(step), cycle(TEXTS[turn:] + TEXTS[:turn]), strict=False))
    data = {**page_data(assessment, step), **texts}
    assert owner.post(step_url(assessment, step), data).status_code == 400
    own = {name: page_data(assessment, step)[name] for name in ("seen", "form_key")}
    response = owner.post(step_url(assessment, step), {**data, **own})
    assert response.status_code == 422
    assert_is_shown_as_text(response)
    assert owner.post(autosave_url(assessment, step), {**data, **own}).status_code == 200
    assert set(stored(assessment)) <= {"why_success"}


def assert_is_shown_as_text(response: Response) -> None:
    assert response.status_code in {200, 422}
    assert_holds_no_markup(response)


def assert_holds_no_markup(response: Response) -> None:
    shown = response.content.decode()
    for markup in ("<script>window", "<svg onload", "<div hx-get", '" autofocus', "<!--]]"):
        assert markup not in shown
    assert "PWN" not in re.sub(r"\b\w{64}\b", "", shown)  # Tokens hold any three letters.


@pytest.mark.parametrize("text", [text for text in TEXTS if "\0" not in text], ids=ascii)
def test_odd_text_as_an_answer_is_shown_as_text_wherever_it_stands(
    assessment: Assessment, owner: Client, text: str
) -> None:
    data = page_data(assessment, "why", {"why_success": text}, action="later")
    assert owner.post(step_url(assessment, "why"), data).status_code == 302
    for address in (step_url(assessment, "why"), f"/a/{assessment.pk}/check/"):
        assert_is_shown_as_text(owner.get(address))


@pytest.mark.parametrize("origin", ["http://testserver", "https://evil.example"])
@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_odd_text_comes_back_as_the_text_it_was_where_the_token_is_another(
    assessment: Assessment, owner: Client, text: str, origin: str
) -> None:
    typed = f"{text} and so on, for more than only a few words"
    data = page_data(assessment, "why", {"why_success": typed})
    owner.handler.enforce_csrf_checks = True
    response = owner.post(step_url(assessment, "why"), data, headers={"origin": origin})
    assert response.status_code == 403
    assert_holds_no_markup(response)
    assert kept_in(response) == typed
    assert fields_of(response).get("why_success", typed) == typed
    assert stored(assessment) == {}


# ---------------------------------------------------------------- wrong shapes


@pytest.mark.parametrize("step", PAGES)
@pytest.mark.parametrize(
    "value", [["", ""], ["dont_know"] * 3, ["[]", "{}", "null"], ["-1", "1e9"]]
)
def test_lists_where_one_value_is_meant(
    assessment: Assessment, owner: Client, step: str, value: list[str]
) -> None:
    names = [name for name in every_control(step) if name not in {"seen", "form_key"}]
    data = {**page_data(assessment, step), **dict.fromkeys(names, value)}
    assert owner.post(step_url(assessment, step), data).status_code in {302, 422}


@pytest.mark.parametrize("count", [501, 1_001, 10_000])
def test_more_fields_than_a_page_can_have(
    assessment: Assessment, owner: Client, count: int
) -> None:
    data = {**page_data(assessment, "how"), "how_tasks": ["draft"] * count}
    for address in (step_url(assessment, "how"), autosave_url(assessment, "how")):
        assert owner.post(address, data).status_code == 400
    assert stored(assessment) == {}


def test_a_page_with_every_box_ticked_is_not_too_much(
    assessment: Assessment, owner: Client
) -> None:
    for step, page in PAGES.items():
        data: dict[str, Any] = page_data(assessment, step)
        for question in page.questions:
            choices = getattr(question, "choices", ())
            data[question.key] = [choice.key for choice in choices] or "1"
        assert owner.post(step_url(assessment, step), data).status_code in {302, 422}


@pytest.mark.parametrize("checks", ["with", "without"])
def test_a_body_that_is_too_large(assessment: Assessment, owner: Client, checks: str) -> None:
    """The limit strikes where the body is read first: the anti-forgery check, or the view."""
    owner.get(step_url(assessment, "why"))
    owner.handler.enforce_csrf_checks = checks == "with"
    too_much = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    data = {**page_data(assessment, "why"), "why_success": too_much}
    body = "&".join(f"{name}={value}" for name, value in data.items())
    response = owner.post(
        step_url(assessment, "why"), body, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code in {400, 413}
    assert "Nothing was changed" in response.content.decode()
    assert stored(assessment) == {}


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"where_scope": "function"}'),
        ("text/plain", b"where_scope=function"),
        ("multipart/form-data", b"where_scope=function"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="w'),
        ("multipart/form-data; boundary=" + "x" * 300, b"--x"),
        ("multipart/form-data; boundary=\xff", b"--x"),
        (f"{FORM}; charset=utf-7", b"where_scope=function"),
        (f"{FORM}; charset=utf-16", b"where_scope=function"),
        (f"{FORM}; charset=bogus", b"where_scope=function"),
        (FORM, b"\x1f\x8b\x08\x00 gzip"),
        (FORM, b"%ED%A0%80=%ED%A0%80&%ff=%00&&&=;==&%"),
        (FORM, b"where_scope"),
        ("", b"where_scope=function"),
        ("/", b"where_scope=function"),
    ],
)
def test_a_body_that_is_no_form(
    assessment: Assessment, owner: Client, content_type: str, body: bytes
) -> None:
    for address in (step_url(assessment, "where"), autosave_url(assessment, "where")):
        response = owner.generic("POST", address, body, content_type=content_type)
        assert response.status_code == 400
    assert Client().generic("POST", "/theme/", body, content_type=content_type).status_code in {
        302,
        400,
    }
    response = Client().generic("POST", "/assessments/new/", body, content_type=content_type)
    assert response.status_code in {200, 400, 422}
    assert not GivenAnswer.objects.exists()


def test_a_file_where_a_value_is_meant(assessment: Assessment, owner: Client) -> None:
    data = {**page_data(assessment, "where"), "where_scope": BytesIO(b"function")}
    assert owner.post(step_url(assessment, "where"), data).status_code == 422


def test_of_a_field_sent_twice_the_last_counts(assessment: Assessment, owner: Client) -> None:
    data = page_data(assessment, "where", action=["continue", "later"])
    data["where_scope"] = ["individual", "function"]
    assert owner.post(step_url(assessment, "where"), data).status_code == 302
    assert stored(assessment) == {"where_scope": "function"}


# ---------------------------------------------------------------- addresses, methods and headers


@pytest.mark.parametrize(
    "address",
    [
        "/a/not-a-uuid/",
        "/a/00000000-0000-0000-0000-000000000000/",
        "/a/00000000-0000-0000-0000-000000000000/questions/where/",
        "/a/00000000-0000-0000-0000-000000000000/report.pdf",
        "/a//",
        "/r//",
        "/%00",
        "/%ff%fe",
        "/" + "x" * 9_000,
        "/..%2f..%2fetc/passwd",
        "/static/../manage.py",
        "/.git/config",
        "/{{7*7}}/",
    ],
    ids=lambda address: address[:60],
)
def test_an_address_that_leads_nowhere(address: str) -> None:
    for method in ("GET", "HEAD", "POST", "PUT"):
        assert Client().generic(method, address).status_code in {404, 405}, method


@pytest.mark.parametrize("query", ["%00=%00", "&" * 5_000, "next=%ff", "report=x", "a=1&" * 2_000])
def test_an_odd_query_is_ignored(assessment: Assessment, owner: Client, query: str) -> None:
    make_edition()
    for address in ("/", f"/a/{assessment.pk}/", step_url(assessment, "where")):
        assert owner.get(f"{address}?{query}").status_code in {200, 400}


PAGES_AND_ACTIONS = [
    "/",
    "/assessments/",
    "/assessments/new/",
    "/assessments/import/",
    "/verify/",
    "/help/",
    "/theme/",
    "/healthz",
    "/readyz",
    "/r/unknown/",
    "/a/{pk}/",
    "/a/{pk}/link/",
    "/a/{pk}/questions/where/",
    "/a/{pk}/questions/where/autosave/",
    "/a/{pk}/check/",
    "/a/{pk}/submit/",
    "/a/{pk}/reopen/",
    "/a/{pk}/result/",
    "/a/{pk}/report/",
    "/a/{pk}/report.pdf",
]


@pytest.mark.parametrize("address", PAGES_AND_ACTIONS)
def test_a_method_that_an_address_does_not_have(
    assessment: Assessment, owner: Client, address: str
) -> None:
    before = database()
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"):
        response = owner.generic(method, address.format(pk=assessment.pk))
        assert response.status_code == 405, method
    assert database() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "x" * 50_000},
        {"accept-language": "en;q=1e400,*;q=,,-"},
        {"accept": "application/json"},
        {"hx-request": "true", "hx-target": "<b>", "hx-boosted": "true", "hx-current-url": "%%%"},
        {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-forwarded-for": "x"},
        {"cookie": "assessor_sessionid=" + "x" * 5_000},
        {"cookie": "assessor_sessionid=\x00; assessor_csrftoken=; theme=; messages=x"},
        {"cookie": "new_link_hub=::; new_link_people=::"},
        {"referer": "http://evil.example/\xff"},
        {"user-agent": ""},
        {"range": "bytes=-1"},
        {"if-modified-since": "yesterday", "if-none-match": "*"},
        {"content-length": "-1"},
        {"content-length": "x"},
    ],
    ids=lambda headers: str(headers)[:40],
)
def test_odd_headers_change_nothing(assessment: Assessment, headers: dict[str, str]) -> None:
    for address in ("/", "/assessments/", "/help/"):
        response = Client(headers=headers).get(address)
        assert response.status_code == 200
        assert "evil.example" not in response.content.decode()


def test_a_fragment_reveals_no_more_than_the_page(assessment: Assessment) -> None:
    address = step_url(assessment, "where")
    assert Client(headers={"hx-request": "true"}).get(address).status_code == 404
    page = owner_client(assessment).get(address, headers={"hx-request": "true"})
    assert "<title>" in page.content.decode()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "@", ""]
)
def test_a_request_for_another_host_is_refused(host: str) -> None:
    make_edition()
    assert Client().get("/", headers={"host": host}).status_code == 400


# ---------------------------------------------------------------- a great many at random


def test_a_random_mixture_is_never_a_failure_and_never_stores_rubbish(
    assessment: Assessment, owner: Client
) -> None:
    """Sixty pages of arbitrary content, with a fixed seed."""
    chance = random.Random(20261122)  # noqa: S311
    complete(assessment)
    values = [
        *TEXTS,
        "",
        "1",
        "5",
        "0",
        "dont_know",
        "function",
        "none",
        "medium",
        "low_cost",
        "9" * 30,
    ]
    for _ in range(60):
        step = chance.choice(list(PAGES))
        data = page_data(assessment, step, situation())
        for name in chance.sample(every_control(step), 3):
            data[name] = [chance.choice(values) for _ in range(chance.randint(0, 3))]
        address = chance.choice([step_url, autosave_url])(assessment, step)
        assert owner.post(address, data).status_code in {200, 302, 400, 409, 422}
    check(shipped(), stored(assessment))
    for change in AnswerChange.objects.all():
        if change.value is not None:
            check(shipped(), {change.question: change.value})
