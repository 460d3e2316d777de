"""Making a bundle of PDFs in the browser."""

import csv
import hashlib
import io
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from assessor.jobs import workers
from assessor.models import Assessment, AuditEntry, Bundle, Report
from assessor.report import issued, making
from assessor.report.children import Places
from assessor.report.pdf import PdfError
from assessor.views import erasing
from assessor.views.staff.zipping import Archive, Packed
from assessor.workflow import bundling
from tests.builders import submitted, text_of

pytestmark = pytest.mark.django_db

VIEW, EXPORT = "view_assessment", "export_assessment"


def account(name: str, *permissions: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.fixture
def user() -> User:
    return account("reviewer", VIEW, EXPORT)


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def pdfs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PDFs be a few bytes; those of a report named “broken” cannot be made."""

    def made(record: Any, *_more: Any) -> bytes:
        if record.initiative == "broken":
            raise PdfError("No room.")
        return f"%PDF {record.initiative} {record.number}".encode()

    monkeypatch.setattr(issued, "pdf_for", made)


def bundle_of(user: User, *initiatives: str) -> Bundle:
    for name in initiatives:
        submitted(initiative=name)
    return bundling.start_bundle(user, Assessment.objects.order_by("created_at"))


def address(name: str, bundle: Bundle) -> str:
    return reverse(name, args=[bundle.pk])


def zip_of(response: Any) -> ZipFile:
    return ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def manifest(file: ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read("manifest.csv").decode("utf-8-sig"))))


# ---------------------------------------------------------------- step by step


def test_each_press_makes_one_pdf_and_comes_back_to_the_page(client: Client, user: User) -> None:
    bundle = bundle_of(user, "One", "Two")
    page = address("bundle", bundle)
    assert "0 of 2 PDFs are there" in text_of(client.get(page))
    assert client.get(address("bundle_zip", bundle)).status_code == 404
    for done in (1, 2):
        response = client.post(address("bundle_next", bundle))
        assert response.status_code == 302
        assert response["Location"] == page
        assert f"{done} of 2 PDFs are there" in text_of(client.get(page))
    shown = text_of(client.get(page))
    assert "Download the ZIP" in shown
    assert "Make the next one" not in shown


def test_script_gets_the_part_that_tells_how_far_it_is(client: Client, user: User) -> None:
    bundle = bundle_of(user, "One", "Two")
    part = text_of(client.post(address("bundle_next", bundle), headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert 'hx-trigger="load"' in part
    assert "hx-swap-oob" not in part
    last = text_of(client.post(address("bundle_next", bundle), headers={"HX-Request": "true"}))
    assert 'hx-trigger="load"' not in last
    assert 'id="bundle-actions" hx-swap-oob="true"' in last
    assert "Download the ZIP" in last


def test_while_others_wait_for_pdfs_script_comes_back_later(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = bundle_of(user, "One")
    monkeypatch.setattr(making, "PLACES", Places(1))
    with making.PLACES.one():
        part = text_of(client.post(address("bundle_next", bundle), headers={"HX-Request": "true"}))
    assert 'hx-trigger="load delay:1s"' in part
    assert bundling.progress(bundle).left == 1


def test_stopping_and_going_on(client: Client, user: User) -> None:
    bundle = bundle_of(user, "One", "Two")
    client.post(address("bundle_next", bundle))
    client.post(address("bundle_stop", bundle))
    client.post(address("bundle_next", bundle))
    shown = text_of(client.get(address("bundle", bundle)))
    assert "1 of 2 PDFs are there" in shown
    assert "Download those that are there" in shown
    assert len(zip_of(client.get(address("bundle_zip", bundle))).namelist()) == 2
    client.post(address("bundle_again", bundle))
    client.post(address("bundle_next", bundle))
    assert "2 of 2 PDFs are there" in text_of(client.get(address("bundle", bundle)))


def test_what_can_not_be_made_is_told_and_tried_again(client: Client, user: User) -> None:
    bundle = bundle_of(user, "broken", "One")
    for _ in range(2):
        client.post(address("bundle_next", bundle))
    shown = text_of(client.get(address("bundle", bundle)))
    assert "1 of 2 PDFs are there, 1 could not be made" in shown
    assert "broken: No room." in shown
    rows = manifest(zip_of(client.get(address("bundle_zip", bundle))))
    assert [(row["initiative"], row["file"] != "", row["problem"]) for row in rows] == [
        ("broken", False, "No room."),
        ("One", True, ""),
    ]
    client.post(address("bundle_again", bundle))
    assert bundling.progress(bundle).left == 1


# ---------------------------------------------------------------- the ZIP


def test_the_zip_holds_the_very_pdfs_and_a_list_to_check_them_by(
    client: Client, user: User
) -> None:
    bundle = bundle_of(user, "Plan", "Plan")
    for _ in range(2):
        client.post(address("bundle_next", bundle))
    response = client.get(address("bundle_zip", bundle))
    assert response["Content-Type"] == "application/zip"
    assert response.streaming
    file = zip_of(response)
    assert file.testzip() is None
    rows = manifest(file)
    assert len({row["file"] for row in rows}) == 2
    for row, report in zip(rows, Report.objects.order_by("issued_at"), strict=True):
        content = file.read(row["file"])
        assert content == b"%PDF Plan 1"
        assert row["pdf_sha256"] == hashlib.sha256(content).hexdigest()
        assert row["report_sha256"] == report.sha256
        assert row["assessment"] == str(report.assessment_id)
    assert rows[0]["file"].startswith("assessor-plan-")
    lines = AuditEntry.objects.filter(event__endswith=".downloaded").order_by("pk")
    assert list(lines.values_list("event", "subject")) == [
        ("bundle.downloaded", f"bundle {bundle.pk}"),
        *(
            ("report.downloaded", f"assessment {report.assessment_id} report 1 pdf")
            for report in Report.objects.order_by("pk")
        ),
    ]


def test_no_name_in_the_list_is_a_formula(client: Client, user: User) -> None:
    bundle = bundle_of(user, "=1+1")
    client.post(address("bundle_next", bundle))
    (row,) = manifest(zip_of(client.get(address("bundle_zip", bundle))))
    assert row["initiative"] == "'=1+1"


def test_one_pdf_is_in_memory_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    report = submitted()
    pdf = issued.pdf_of(report)
    monkeypatch.setattr(issued, "bytes_of", lambda _pdf: b"x" * 100_000)
    pieces = list(Archive(20).pieces(Packed(report, pdf) for _ in range(20)))
    assert len(pieces) == 21
    assert max(map(len, pieces)) < 110_000


def downloading(client: Client, user: User) -> Any:
    """Return the ZIP of three reports as it is sent, before the first byte was read."""
    bundle = bundle_of(user, "One", "Two", "Three")
    for _ in range(3):
        client.post(address("bundle_next", bundle))
    return client.get(address("bundle_zip", bundle))


def erase(initiative: str) -> None:
    erasing.erase(Assessment.objects.get(initiative=initiative), "owner")


def test_a_report_that_is_erased_while_the_zip_is_sent_is_left_out_and_the_list_says_so(
    client: Client, user: User
) -> None:
    pieces = iter(downloading(client, user).streaming_content)
    first = next(pieces)
    erase("Two")
    file = ZipFile(io.BytesIO(first + b"".join(pieces)))
    assert file.testzip() is None
    assert [(row["initiative"], row["file"] != "", row["problem"]) for row in manifest(file)] == [
        ("One", True, ""),
        ("Two", False, "The report was deleted meanwhile."),
        ("Three", True, ""),
    ]
    assert len(file.namelist()) == 3
    assert manifest(file)[1]["pdf_sha256"] == ""


def test_what_another_machine_erased_is_left_out_though_this_one_keeps_the_file(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = iter(downloading(client, user).streaming_content)
    first = next(pieces)
    monkeypatch.setattr("assessor.report.kept_files.forget", lambda _sha256: None)
    erase("Two")
    assert len(ZipFile(io.BytesIO(first + b"".join(pieces))).namelist()) == 3


def test_reports_of_which_nothing_is_left_are_counted(client: Client, user: User) -> None:
    response = downloading(client, user)
    erase("One")
    erase("Two")
    *_there, last = manifest(zip_of(response))
    assert last == dict.fromkeys(last, "") | {"problem": "2 more reports were deleted meanwhile."}


def test_no_piece_is_empty_because_that_would_end_what_is_sent() -> None:
    report = submitted()
    pieces = list(Archive(2).pieces([Packed(report, None, "No room.")] * 2))
    assert all(pieces)


# ---------------------------------------------------------------- who


def test_only_its_maker_sees_a_bundle(user: User, client: Client) -> None:
    bundle = bundle_of(user, "One")
    other = Client()
    other.force_login(account("other", VIEW, EXPORT))
    reader = Client()
    reader.force_login(account("reader", VIEW))
    for stranger in (other, reader, Client()):
        for name in ("bundle", "bundle_zip"):
            assert stranger.get(address(name, bundle)).status_code == 404
        for name in ("bundle_next", "bundle_stop", "bundle_again"):
            assert stranger.post(address(name, bundle)).status_code == 404
    assert reader.get(reverse("bundles")).status_code == 404
    assert address("bundle", bundle) in text_of(client.get(reverse("bundles")))
    assert address("bundle", bundle) not in text_of(other.get(reverse("bundles")))


def test_looking_changes_nothing(client: Client, user: User) -> None:
    bundle = bundle_of(user, "One")
    for name in ("bundle_next", "bundle_stop", "bundle_again"):
        assert client.get(address(name, bundle)).status_code == 405
    assert bundling.progress(bundle).done == 0


@pytest.mark.parametrize("count", [1, 5])
def test_the_pages_take_the_same_queries_however_much_is_in_a_bundle(
    client: Client, user: User, count: int, django_assert_num_queries: Any
) -> None:
    bundle = bundle_of(user, *["Plan"] * count)
    # Session, account, permissions (2), the bundle, how far it is, and whether a worker is there.
    with django_assert_num_queries(7):
        client.get(address("bundle", bundle))
    with django_assert_num_queries(5):
        client.get(reverse("bundles"))


# ---------------------------------------------------------------- with a worker


def test_where_a_worker_is_there_the_page_only_looks(client: Client, user: User) -> None:
    bundle = bundle_of(user, "One", "Two")
    workers.beat("ana")
    for _ in range(2):
        client.post(address("bundle_next", bundle))
    assert bundling.progress(bundle).done == 0
    assert [task.task_name for task in DBTaskResult.objects.all()] == ["continue_bundle"]
    page = client.get(address("bundle", bundle))
    assert "It goes on by itself, also when you close this page." in text_of(page)
    assert 'hx-trigger="load delay:1s"' in page.content.decode()


def test_without_a_worker_the_page_goes_on_at_once(client: Client, user: User) -> None:
    page = client.get(address("bundle", bundle_of(user, "One")))
    assert 'hx-trigger="load"' in page.content.decode()
