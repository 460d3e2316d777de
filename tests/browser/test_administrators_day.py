"""A day of an administrator, from finding last quarter's cases to publishing an edition."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now
from playwright.sync_api import FilePayload, expect

from assessor.models import Assessment, AuditEntry, Edition, EditionDraft
from assessor.report import issued
from assessor.workflow import audit
from tests.advice.answers import situation
from tests.browser.staff import with_role
from tests.browser.visitor import Visitor
from tests.builders import submitted
from tests.knowledge.editions import change
from tests.views.staff.editors import file_of
from tests.workflow.test_publishing import later

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
RULE = {
    "key": "sovereign_outside_clouds",
    "when": [
        {"question": "reg_residency", "op": "eq", "value": "sovereign"},
        {"question": "where_org_size", "op": "eq", "value": "small"},
    ],
    "exclude_where": {"attribute": "data_location", "op": "eq", "value": "own_cloud"},
    "reason": "You asked for sovereign control. {name} would run in your account in a cloud.",
    "trace": ["C1b"],
}
"""It rules out what is suggested to the sovereign ones, and none of the worked cases."""
PDFS = 30
LIST = "admin:assessor_assessment_changelist"


def last_quarter() -> tuple[datetime, datetime]:
    """Return its first day, and the day after its last."""
    today = now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    end = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    before = end - timedelta(days=1)
    return before.replace(month=before.month - 2, day=1), end


@pytest.fixture
def cases() -> None:
    """Thirty suggestions: three sovereign ones of last quarter, one of today, and others."""
    start, end = last_quarter()
    sovereign = situation(reg_residency="sovereign", where_org_size="small")
    for number in range(PDFS - 4):
        _on(start, submitted(initiative=f"Ordinary {number}").assessment)
    for name, day in (("Alder", start), ("Birch", start + timedelta(days=40)), ("Cedar", end)):
        _on(day - timedelta(days=name == "Cedar"), submitted(sovereign, initiative=name).assessment)
    submitted(sovereign, initiative="Today")


def _on(day: datetime, assessment: Assessment) -> None:
    Assessment.objects.filter(pk=assessment.pk).update(submitted_at=day + timedelta(hours=12))


@pytest.fixture
def _quick_pdfs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFs are tested elsewhere: here each is a few bytes."""
    monkeypatch.setattr(issued, "pdf_for", lambda record, *_: f"%PDF {record.initiative}".encode())


@pytest.mark.usefixtures("cases", "_quick_pdfs")
def test_an_administrators_day(visitor: Visitor) -> None:
    administrator = with_role("Administrator", PASSWORD)
    visitor.go(LIST)
    visitor.page.get_by_label("Username").fill("admin")
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.goes_on("Sign in")

    find_last_quarters_sovereign_cases(visitor)
    compare_two(visitor)
    decide(visitor, "Alder", "Request changes", reason="Say who runs it.")
    decide(visitor, "Birch", "Approve")
    export(visitor)
    bundle(visitor)
    be_refused(visitor)
    publish(visitor)
    leave_a_trail(administrator)


def find_last_quarters_sovereign_cases(visitor: Visitor) -> None:
    start, end = last_quarter()
    visitor.page.get_by_text("Filter by status, answers").click()
    visitor.page.get_by_label("Answer:", exact=True).select_option("reg_residency:sovereign")
    visitor.page.get_by_label("Submitted from").fill(f"{start:%Y-%m-%d}")
    visitor.page.get_by_label("Submitted to").fill(f"{end - timedelta(days=1):%Y-%m-%d}")
    visitor.page.locator("#wanted details").get_by_role("button", name="Show").click()
    expect(visitor.page.locator("#result_list tbody th")).to_have_text(["Cedar", "Birch", "Alder"])


def compare_two(visitor: Visitor) -> None:
    for name in ("Alder", "Birch"):
        visitor.page.get_by_role("row", name=name).get_by_role("checkbox").check()
    act(visitor, "Compare")
    visitor.reads("Side by side")
    expect(visitor.page.get_by_role("columnheader", name="Alder").first).to_be_visible()
    expect(visitor.page.get_by_role("columnheader", name="Birch").first).to_be_visible()


def decide(visitor: Visitor, initiative: str, step: str, reason: str = "") -> None:
    assessment = Assessment.objects.get(initiative=initiative)
    visitor.go("admin:assessor_assessment_change", assessment.pk)
    visitor.follow("Approve, decline or request changes")
    visitor.page.get_by_role("radio", name=step, exact=True).check()
    visitor.page.get_by_label("Reason").fill(reason)
    visitor.press("Continue")
    visitor.press(step)
    visitor.page.wait_for_url(lambda url: "decide" not in url)
    assessment.refresh_from_db()
    assert (
        assessment.get_status_display()
        == {
            "Approve": "Approved",
            "Request changes": "Changes requested",
        }[step]
    )


def export(visitor: Visitor) -> None:
    visitor.page.goto("/admin/assessor/assessment/?answer=reg_residency:sovereign")
    visitor.page.get_by_label("All that match").check()
    # A request that becomes a download is broken off as a page.
    with visitor.unwatched(), visitor.page.expect_download() as download:
        act(visitor, "Export as CSV")
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert {row["initiative"] for row in rows} == {"Alder", "Birch", "Cedar", "Today"}


def bundle(visitor: Visitor) -> None:
    visitor.go(LIST)
    visitor.page.get_by_label("All that match").check()
    act(visitor, "Bundle the PDFs")
    expect(visitor.page.get_by_role("progressbar")).to_be_visible()
    expect(visitor.page.get_by_text(f"{PDFS} of {PDFS} PDFs are there")).to_be_visible()
    with visitor.page.expect_download() as download:
        visitor.follow("Download the ZIP")
    names = ZipFile(download.value.path()).namelist()
    assert sum(name.endswith(".pdf") for name in names) == PDFS


def be_refused(visitor: Visitor) -> None:
    planted = later().document
    change(planted, "controls/controls/ai_register/owner", "nobody")
    visitor.expects(422)
    upload(visitor, planted)
    expect(visitor.page.get_by_text("1 thing to mend")).to_be_visible()
    expect(visitor.page.get_by_role("row", name="controls.yaml")).to_contain_text("nobody")
    assert not EditionDraft.objects.exists()


def publish(visitor: Visitor) -> None:
    good = later().document
    good["architectures"]["knockout_rules"].append(RULE)
    upload(visitor, good)
    visitor.reads("Edition 2026.12")
    visitor.follow("See whose suggestion changes")
    visitor.press("Start")
    expect(visitor.page.get_by_role("heading", name="Finished")).to_be_visible()
    expect(visitor.page.locator("#run-state")).to_contain_text(f"{PDFS} of about {PDFS}")
    expect(visitor.page.locator("#run-state")).to_contain_text("4 get another suggestion")
    expect(visitor.page.get_by_role("row", name="Cedar")).to_be_visible()
    expect(visitor.page.get_by_role("row", name="Ordinary 0")).to_have_count(0)
    visitor.follow("Back to edition 2026.12")
    visitor.follow("Publish it")
    visitor.goes_on("Publish edition 2026.12")
    assert Edition.objects.current().version == "2026.12"


def upload(visitor: Visitor, content: dict[str, Any]) -> None:
    visitor.go("editions")
    visitor.follow("Upload an edition")
    file = file_of(content)
    visitor.page.locator("#id_files").set_input_files(
        FilePayload(name="edition.zip", mimeType="application/zip", buffer=file.read())
    )
    visitor.press("Check and keep as a draft")


def act(visitor: Visitor, action: str) -> None:
    visitor.page.get_by_label("Action:").select_option(label=action)
    visitor.page.get_by_role("button", name="Go", exact=True).click()


def leave_a_trail(administrator: User) -> None:
    """Everything above is in the log, under this account, and the log is whole."""
    events = set(
        AuditEntry.objects.filter(actor=audit.account(administrator)).values_list(
            "event", flat=True
        )
    )
    assert events >= {
        "account.signed_in",
        "assessment.viewed",
        "list.viewed",
        "assessment.changes",
        "assessment.approved",
        "assessments.exported",
        "bundle.made",
        "bundle.downloaded",
        "edition.uploaded",
        "edition.published",
    }
    audit.verify()
