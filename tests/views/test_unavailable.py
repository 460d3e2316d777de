"""While the storage cannot be used: a page that says so, keeps what was typed, and recovers."""

import errno
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
)
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from assessor import access
from assessor.models import Assessment, AuditEntry
from assessor.sent import sent_again
from assessor.storage.trouble import is_trouble
from tests.builders import (
    autosave_url,
    database,
    make_assessment,
    owner_client,
    page_data,
    step_url,
    stored,
    submitted,
)
from tests.lives import with_pdf
from tests.sent import fields_of

on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'")
TYPED = (
    "Two sentences that took a while to write. </textarea><b>Nobody wants to lose them.</b>"
    + "🙂" * 450
)
"""Stored as JSON, it takes more than one page of the database."""


def pragma(statement: str) -> object:
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {statement}").fetchone()


@contextmanager
def read_only() -> Iterator[None]:
    """Let SQLite refuse to write, as it does when the file or its disk is read-only."""
    pragma("query_only=ON")
    try:
        yield
    finally:
        pragma("query_only=OFF")


@contextmanager
def full() -> Iterator[None]:
    """Let the database grow no further, and fill what is left of it, as on a full disk."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (content)")
        cursor.execute("PRAGMA max_page_count=1")  # SQLite takes the least possible: its size
        for size in (4_000, 100, 1):
            with suppress(OperationalError):
                while True:
                    cursor.execute("INSERT INTO filler VALUES (zeroblob(%s))", [size])
    try:
        yield
    finally:
        pragma("max_page_count=4294967294")
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE filler")


Trouble = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def assessment(transactional_db: None) -> Assessment:
    return make_assessment()


@pytest.fixture
def owner(assessment: Assessment) -> Client:
    client = owner_client(assessment)
    client.raise_request_exception = False
    client.get(step_url(assessment, "why"))
    return client


@on_sqlite
@pytest.mark.parametrize("trouble", [read_only, full])
def test_a_page_that_cannot_be_saved_is_answered_with_what_was_typed(
    assessment: Assessment, owner: Client, trouble: Trouble
) -> None:
    data = page_data(assessment, "why", {"why_success": TYPED}, action="later")
    before = database()
    with trouble():
        response = owner.post(step_url(assessment, "why"), data)
        assert owner.get(step_url(assessment, "why")).status_code == 200  # reading goes on
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "no-store" in response["Cache-Control"]
    shown = response.content.decode()
    assert "Nothing was lost" in shown
    assert "Nobody wants to lose them" in shown
    assert "</textarea><b>" not in shown
    assert database() == before

    again = fields_of(response)
    assert again["form_key"] == str(data["form_key"])
    assert owner.post(step_url(assessment, "why"), again).status_code == 302
    assert stored(assessment) == {"why_success": TYPED}


@on_sqlite
def test_who_takes_part_gets_a_pdf_that_cannot_be_noted_and_staff_do_not(
    transactional_db: None, caplog: pytest.LogCaptureFixture
) -> None:
    report = submitted()
    with_pdf(report)
    owner, staff = owner_client(report.assessment), Client(raise_request_exception=False)
    staff.force_login(User.objects.create_superuser("admin"))
    address = f"/a/{report.assessment_id}/report.pdf"
    with read_only():
        assert owner.get(address).status_code == 200
        assert staff.get(address).status_code == 503
    assert "A report was sent and not noted in the audit log: OperationalError" in caplog.text
    assert owner.get(address).status_code == 200
    assert AuditEntry.objects.latest("pk").event == "report.downloaded"


@pytest.mark.parametrize("page", ["", "result/", "report.pdf", "questions/why/"])
def test_where_nobody_can_be_asked_who_it_is_nothing_is_shown(
    owner: Client, assessment: Assessment, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(access, "respondent_here", broken)
    response = owner.get(f"/a/{assessment.pk}/{page}")
    assert response.status_code == 503
    assert assessment.initiative not in response.content.decode()


@on_sqlite
def test_saving_while_typing_leaves_the_page_as_it_is(
    assessment: Assessment, owner: Client
) -> None:
    data = page_data(assessment, "why", {"why_success": TYPED})
    with read_only():
        response = owner.post(autosave_url(assessment, "why"), data, headers={"hx-request": "true"})
    assert response.status_code == 503
    assert response["HX-Reswap"] == "none"


@on_sqlite
def test_a_failure_after_the_view_is_explained_too(transactional_db: None) -> None:
    """The session is written by a middleware, when the view has answered already."""
    client = Client(raise_request_exception=False)
    assessment = make_assessment()
    address = owner_client(assessment).get(f"/a/{assessment.pk}/").wsgi_request.path
    User.objects.create_user("dana", password="correct horse battery")
    with read_only():
        response = client.post(
            reverse("sign_in"), {"username": "dana", "password": "correct horse battery"}
        )
    assert response.status_code == 503
    assert "correct horse" not in response.content.decode()
    assert address not in response.content.decode()


@pytest.mark.django_db
def test_a_database_that_is_gone_is_no_failure_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("connection refused")

    client = Client(raise_request_exception=False)
    client.cookies["theme"] = "dark"
    monkeypatch.setattr("assessor.views.mine.render", gone)
    response = client.get("/assessments/?status=draft")
    assert response.status_code == 503
    shown = response.content.decode()
    assert 'href="/assessments/?status=draft"' in shown
    assert 'data-bs-theme="dark"' in shown
    htmx = client.get("/assessments/", headers={"hx-request": "true"})
    assert htmx["HX-Retarget"] == "#step"


@pytest.mark.django_db
@pytest.mark.parametrize("error", [ValueError("x"), OperationalError("no such table: x")])
def test_a_failure_of_ours_stays_one(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("assessor.views.mine.render", fails)
    response = Client(raise_request_exception=False).get("/assessments/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (OperationalError("database or disk is full"), True),
        (OperationalError("database is locked"), True),
        (OperationalError("attempt to write a readonly database"), True),
        (OperationalError("unable to open database file"), True),
        (OperationalError('near "SELEC": syntax error'), False),
        (OperationalError("no such column: x"), False),
        (DatabaseError("database disk image is malformed"), True),
        (DatabaseError("execute cannot be used while an asynchronous query"), False),
        (InterfaceError("connection already closed"), True),
        (InternalError("cannot execute UPDATE in a read-only transaction"), True),
        (InternalError("current transaction is aborted"), False),
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.ENOENT, "No such file"), False),
        (ValueError("full"), False),
        (None, False),
    ],
)
def test_what_is_trouble_with_the_storage(error: Exception | None, *, is_one: bool) -> None:
    assert is_trouble(error) is is_one


class InTheDatabase:
    """What cannot be asked for its name any more."""

    def __repr__(self) -> str:
        pytest.fail("The database was asked.")


@pytest.mark.parametrize("error", [IntegrityError(InTheDatabase()), KeyError(InTheDatabase())])
def test_only_what_a_database_says_is_read(error: Exception) -> None:
    """The text of others can ask the database, and fail where a page is shown for a failure."""
    assert not is_trouble(error)


def posted(**data: object) -> HttpRequest:
    return RequestFactory().post("/", data)


def test_passwords_and_files_are_not_sent_back() -> None:
    assert sent_again(posted(new_password1="x", name="Dana")) == []
    assert sent_again(posted(otp_token="123456")) == []
    assert sent_again(posted(file=SimpleUploadedFile("a.json", b"{}"), name="Dana")) == []
    assert sent_again(posted(csrfmiddlewaretoken="t", box=["a", "b"])) == [
        ("csrfmiddlewaretoken", "t"),
        ("box", "a"),
        ("box", "b"),
    ]


def test_a_body_that_cannot_be_read_is_not_sent_back() -> None:
    request = RequestFactory().generic("POST", "/", b"x", content_type="multipart/form-data")
    assert sent_again(request) == []
