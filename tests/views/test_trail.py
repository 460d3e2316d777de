"""What is written down when somebody looks or takes a file, and what is not."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from assessor.models import Assessment, AuditEntry, Respondent
from assessor.report import formats, issued
from assessor.views import result
from assessor.workflow import inviting
from tests.builders import client_of, invited, owner_client, owner_of, submitted

pytestmark = pytest.mark.django_db

FILES = {
    "pdf": "pdf a4",
    "word": "docx",
    "markdown": "md",
    "decision": "decision.md",
    "data": "json",
    "answers": "answers.csv",
}


@pytest.fixture(autouse=True)
def _no_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has a file is asked here, not what is in it."""
    for write in ("word_document", "markdown_report", "decision_record"):
        monkeypatch.setattr(formats, write, lambda _record: b"")
    monkeypatch.setattr(result, "report_html", lambda *_, **__: "")
    monkeypatch.setattr(issued, "pdf_for", lambda *_: b"%PDF-")


@pytest.fixture
def assessment() -> Assessment:
    return submitted().assessment


def staff(_assessment: Assessment) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("staff"))
    return client


def shared(assessment: Assessment) -> Client:
    client = Client()
    client.post(f"/r/{inviting.share(owner_of(assessment), 'Auditors', days=7)}/")
    return client


def insider(assessment: Assessment) -> Client:
    return client_of(invited(assessment, sees_all=True))


def actor_of(role: Callable[[Assessment], Client], assessment: Assessment) -> str:
    """Return how the log names whoever came last in this role."""
    if role is insider:
        return f"respondent {Respondent.objects.latest('pk').pk}"
    if role is shared:
        return f"shared link {assessment.shared_links.get().pk}"
    return f"user {User.objects.get().pk}" if role is staff else "owner"


def noted(since: int = 0) -> list[tuple[str, str, str]]:
    """Return event, actor and object of the lines after so many."""
    lines = AuditEntry.objects.order_by("pk").values_list("event", "actor", "subject")
    return list(lines)[since:]


every_role = pytest.mark.parametrize(
    "role", [owner_client, insider, shared, staff], ids=lambda role: role.__name__
)


@every_role
@pytest.mark.parametrize("name", FILES)
def test_a_download_is_written_down_whoever_takes_it(
    assessment: Assessment, role: Callable[[Assessment], Client], name: str
) -> None:
    client = role(assessment)
    before = AuditEntry.objects.count()
    address = reverse(name, args=[assessment.pk])
    assert client.get(address).status_code == 200
    of = f"assessment {assessment.pk} report 1 {FILES[name]}"
    assert noted(before) == [("report.downloaded", actor_of(role, assessment), of)]
    client.head(address)
    assert len(noted(before)) == 1


@every_role
def test_who_takes_the_same_file_again_and_again_fills_no_log(
    assessment: Assessment, role: Callable[[Assessment], Client]
) -> None:
    """Of staff each is written down; of others what is new: another form, or from elsewhere."""
    client, address = role(assessment), reverse("pdf", args=[assessment.pk])
    before = AuditEntry.objects.count()
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert len(noted(before)) == (3 if role is staff else 1)
    before = AuditEntry.objects.count()
    assert client.get(address, {"paper": "letter"}).status_code == 200
    assert client.get(address, REMOTE_ADDR="203.0.113.7").status_code == 200
    assert len(noted(before)) == 2


def test_a_pdf_that_a_browser_has_already_is_no_download(assessment: Assessment) -> None:
    client, address = owner_client(assessment), reverse("pdf", args=[assessment.pk])
    first = client.get(address, {"paper": "letter"})
    before = AuditEntry.objects.count()
    again = client.get(address, {"paper": "letter"}, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert noted(before) == []
    assert noted()[-1][2].endswith("report 1 pdf letter")


def read_by(client: Client, assessment: Assessment) -> None:
    """Look at every page that shows answers."""
    for name in ("result", "report"):
        assert client.get(reverse(name, args=[assessment.pk])).status_code == 200
    both = {"a": f"{assessment.pk}:1", "b": str(submitted().assessment.pk)}
    client.get(reverse("compare"), both)
    client.get(reverse("question", args=[assessment.pk, "where_scope"]))


@pytest.mark.parametrize("role", [owner_client, insider, shared], ids=lambda role: role.__name__)
def test_who_takes_part_reads_unseen(
    assessment: Assessment, role: Callable[[Assessment], Client]
) -> None:
    client = role(assessment)
    before = AuditEntry.objects.count()
    read_by(client, assessment)
    assert [event for event, _actor, _of in noted(before) if event != "assessment.submitted"] == []


def test_what_staff_read_is_written_down(assessment: Assessment) -> None:
    client = staff(assessment)
    client.head(reverse("result", args=[assessment.pk]))
    before = AuditEntry.objects.count()
    read_by(client, assessment)
    client.get(reverse("decide", args=[assessment.pk]))
    key, other = assessment.pk, Assessment.objects.latest("created_at").pk
    lines = [line for line in noted(before) if line[0] != "assessment.submitted"]
    assert {actor for _event, actor, _of in lines} == {f"user {User.objects.get().pk}"}
    assert [(event, of) for event, _actor, of in lines] == [
        ("report.viewed", f"assessment {key} report 1"),
        ("report.viewed", f"assessment {key} report 1"),
        ("report.viewed", f"assessment {key} report 1"),
        ("report.viewed", f"assessment {other} report 1"),
        ("question.viewed", f"assessment {key} question where_scope"),
        ("report.viewed", f"assessment {key} report 1"),
    ]


def test_what_staff_open_in_the_administration_is_written_down(assessment: Assessment) -> None:
    client = staff(assessment)
    report = assessment.reports.get()
    step, owner = assessment.reviews.get(), assessment.respondents.get()
    pages = {
        reverse("admin:assessor_assessment_change", args=[assessment.pk]): "assessment.viewed",
        reverse("admin:assessor_report_change", args=[report.pk]): "report.viewed",
        reverse("admin:assessor_review_change", args=[step.pk]): "assessment.viewed",
        reverse("admin:assessor_respondent_change", args=[owner.pk]): "assessment.viewed",
    }
    for address, event in pages.items():
        before = AuditEntry.objects.count()
        assert client.get(address).status_code == 200
        ((found, actor, of),) = noted(before)
        assert (found, actor) == (event, f"user {User.objects.get().pk}")
        assert of.startswith(f"assessment {assessment.pk}")


LISTS = {
    "assessor_respondent_changelist": "respondents",
    "assessor_report_changelist": "reports",
    "assessor_review_changelist": "reviews",
    "assessor_signature_changelist": "signatures",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_tells_who_takes_part_is_written_down_page_by_page(
    assessment: Assessment, name: str
) -> None:
    client, address = staff(assessment), reverse(f"admin:{name}")
    before = AuditEntry.objects.count()
    client.head(address)
    client.post(address, {"action": "nothing"})
    assert noted(before) == []
    for query in ({}, {"q": "Dana"}):
        assert client.get(address, query).status_code == 200
    line = ("list.viewed", f"user {User.objects.get().pk}", f"list {LISTS[name]}")
    assert noted(before) == [line] * 2


@pytest.mark.parametrize(
    ("query", "is_noted"),
    [
        ({}, False),
        ({"q": "Dana", "status": "submitted", "answer": ""}, False),
        ({"answer": "reg_residency:air_gapped"}, True),
        ({"control": "logging", "status": "submitted"}, True),
    ],
)
def test_assessments_found_by_an_answer_are_written_down_and_not_the_answer(
    assessment: Assessment, query: dict[str, str], *, is_noted: bool
) -> None:
    client, address = staff(assessment), reverse("admin:assessor_assessment_changelist")
    before = AuditEntry.objects.count()
    client.head(address, query)
    assert client.get(address, query, follow=True).status_code == 200
    line = ("list.viewed", f"user {User.objects.get().pk}", "list assessments by answers")
    assert noted(before) == [line] * is_noted


def test_who_may_not_see_a_list_leaves_no_line_of_having_seen_it() -> None:
    client = Client()
    client.force_login(User.objects.create_user("kim", is_staff=True))
    before = AuditEntry.objects.count()
    assert client.get(reverse("admin:assessor_respondent_changelist")).status_code == 403
    assert noted(before) == []


def test_staff_who_take_part_themselves_read_unseen(assessment: Assessment) -> None:
    client = staff(assessment)
    assessment.respondents.update(user=User.objects.get())
    before = AuditEntry.objects.count()
    client.get(reverse("result", args=[assessment.pk]))
    assert noted(before) == []


# ---------------------------------------------------------------- signing in


PASSWORD = "correct horse battery"


@pytest.mark.parametrize("address", ["/sign-in/", "/admin/login/"])
def test_signing_in_and_out_is_written_down(address: str) -> None:
    user = User.objects.create_user("dana", password=PASSWORD, is_staff=True)
    browser = Client(REMOTE_ADDR="192.0.2.44")
    browser.post(address, {"username": "dana", "password": PASSWORD})
    browser.post("/sign-out/")
    browser.post("/sign-out/")
    me = f"user {user.pk}"
    assert noted() == [("account.signed_in", me, me), ("account.signed_out", me, me)]
    assert set(AuditEntry.objects.values_list("origin", flat=True)) == {"192.0.2.0/24"}


def test_of_a_failure_only_the_account_is_kept() -> None:
    user = User.objects.create_user("dana", password=PASSWORD)
    for name, password in {"dana": "wrong", PASSWORD: "dana", "": "", "nobody": PASSWORD}.items():
        Client().post("/sign-in/", {"username": name, "password": password})
    refused = ("account.refused", "unknown")
    assert noted() == [
        (*refused, f"user {user.pk}"),
        (*refused, "unknown"),
        (*refused, "unknown"),
    ]
    log = repr(list(AuditEntry.objects.values_list()))
    assert [word for word in (PASSWORD, "wrong", "nobody", "dana") if word in log] == []
