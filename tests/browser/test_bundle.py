"""Watching how PDFs are bundled, with JavaScript and without."""

import io
from pathlib import Path
from threading import Event
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Request, expect

from assessor.models import Assessment, Bundle
from assessor.report import issued
from assessor.staff_sessions import BY_ITSELF
from assessor.workflow import bundling
from tests.browser.staff import administrator
from tests.browser.visitor import Visitor
from tests.builders import submitted

pytestmark = pytest.mark.browser

PDFS = 4


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Let PDFs be a few bytes, made as soon as this is set."""
    ready = Event()

    def made(record: Any, *_more: Any) -> bytes:
        ready.wait(timeout=20)
        return f"%PDF {record.initiative}".encode()

    monkeypatch.setattr(issued, "pdf_for", made)
    return ready


def started(visitor: Visitor) -> Bundle:
    user = administrator(visitor)
    for number in range(PDFS):
        submitted(initiative=f"Plan {number}")
    bundle = bundling.start_bundle(user, Assessment.objects.all())
    visitor.go("bundle", bundle.pk)
    return bundle


def there(visitor: Visitor, count: int) -> None:
    expect(visitor.page.get_by_text(f"{count} of {PDFS} PDFs are there")).to_be_visible()


def test_the_page_goes_on_by_itself_or_press_by_press(anyone: Visitor, go_on: Event) -> None:
    go_on.set()
    steps: list[dict[str, str]] = []

    def note(request: Request) -> None:
        if request.url.endswith("/next/"):
            steps.append(request.headers)

    anyone.page.on("request", note)
    started(anyone)
    if not anyone.javascript:
        for count in range(PDFS):
            there(anyone, count)
            anyone.press("Make the next one")
    there(anyone, PDFS)
    assert {BY_ITSELF.lower() in each for each in steps} == {anyone.javascript}
    with anyone.page.expect_download() as download:
        anyone.follow("Download the ZIP")
    content = Path(download.value.path()).read_bytes()
    assert len(ZipFile(io.BytesIO(content)).namelist()) == PDFS + 1


def test_somebody_stops_it_and_goes_on_later(visitor: Visitor, go_on: Event) -> None:
    started(visitor)
    visitor.page.get_by_role("button", name="Stop").focus()
    with visitor.unwatched():  # The request that is under way is broken off.
        visitor.press("Stop")
        expect(visitor.page.get_by_text("Stopped. The PDFs made so far stay")).to_be_visible()
    there(visitor, 0)
    go_on.set()
    visitor.press("Go on")
    there(visitor, PDFS)
    expect(
        visitor.page.get_by_role("status").filter(has_text="All PDFs are there.")
    ).to_be_attached()
