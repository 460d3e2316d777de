"""A person in front of a browser, which notes everything that goes wrong behind their back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    Request,
    expect,
)

from assessor.models import Assessment, PrivateLink, Respondent
from tests.builders import owner_of

# A violation of the content security policy becomes an error on the console.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI}`);
});
"""
PATIENCE = 30_000
"""Milliseconds to wait for anything: a machine that tests is busy."""

# What was still loading when the person went on, such as the icon, and what a page sends on being
# left: it arrives, and nobody waits for the answer.
LEFT_BEHIND = "net::ERR_ABORTED"
# What the browser and htmx print about an answer of 400 and above.
STATUS = re.compile(r"(?:responded with a status of|Response Status Error Code) (\d+)")


# The token of a private link, as it is in its address.
SECRET = re.compile(r"/r/[\w-]{40,}")


class Visitor:
    """A browser context with one page, and the complaints about it so far."""

    def __init__(self, context: BrowserContext, server: str, *, javascript: bool) -> None:
        self.context = context
        self.server = server
        self.javascript = javascript
        self.complaints: list[str] = []
        self.addresses: list[str] = []
        """Every address that was asked for, and what was named as where that came from."""
        self.expected: set[int] = set()
        context.set_default_timeout(PATIENCE)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("dialog", self._note_dialog)
        context.on("request", self._note_request)
        context.on("requestfailed", self._note_failure)
        self.page: Page = context.new_page()

    # ------------------------------------------------------------ getting about

    def go(self, name: str, *args: Any) -> None:
        """Open the page with this name in assessor/urls.py."""
        self.page.goto(reverse(name, args=args))

    def open(self, assessment: Assessment) -> Assessment:
        """Open an assessment by a private link, as its owner; ends on the hub."""
        self.open_as(owner_of(assessment))
        return assessment

    def open_as(self, person: Respondent) -> None:
        """Open an assessment by a private link as this person."""
        self.look_at_link(person)
        self.goes_on("Open the assessment")

    def look_at_link(self, person: Respondent) -> None:
        """Follow a private link of this person, and do not open the assessment yet."""
        self.go("redeem", PrivateLink.issue(person))

    def sign_in(self, user: User) -> None:
        """Be signed in, without the form."""
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.server}]
        )

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow a link."""
        self.page.get_by_role("link", name=name, exact=True).click()

    def goes_on(self, button: str) -> None:
        """Press a button and wait until another page is there."""
        here = self.page.url
        self.press(button)
        self.page.wait_for_url(lambda url: url != here)

    def another_tab(self) -> Page:
        """Open a second page in the same browser."""
        return self.context.new_page()

    def expects(self, *statuses: int) -> None:
        """Say which error statuses the test provokes: the browser prints a line for each."""
        self.expected |= set(statuses)

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """Forget what goes wrong meanwhile: the test itself meddles with the page."""
        so_far = list(self.complaints)
        try:
            yield
        finally:
            self.complaints[:] = so_far

    # ------------------------------------------------------------ what stands on the page

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def focused(self) -> str:
        """Return the id of the element that has the focus."""
        return str(self.page.evaluate("document.activeElement.id"))

    def reads(self, heading: str | re.Pattern[str]) -> None:
        """Wait until the page with this heading is there."""
        expect(self.heading).to_have_text(heading)

    # ------------------------------------------------------------ what went wrong

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        status = STATUS.search(message.text)
        if status is None or int(status[1]) not in self.expected:
            self.complaints.append(f"console: {message.text} ({message.location['url']})")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, request: Request) -> None:
        came_from = request.headers.get("referer", "")
        self.addresses += [request.url, came_from]
        if SECRET.search(came_from):
            self.complaints.append(f"private link told to {request.url}: {came_from}")
        parts = urlsplit(request.url)
        if SECRET.search(unquote(parts.query)):
            self.complaints.append(f"private link in another address: {request.url}")
        if SECRET.search(parts.path) and not request.is_navigation_request():
            self.complaints.append(f"private link outside the address bar: {request.url}")
        if not request.url.startswith((f"{self.server}/", "data:")):
            self.complaints.append(f"request to elsewhere: {request.url}")

    def _note_failure(self, request: Request) -> None:
        may_stay_behind = request.method == "GET" or request.url.endswith("/autosave/")
        if may_stay_behind and request.failure == LEFT_BEHIND:
            return
        self.complaints.append(f"failed: {request.method} {request.url} {request.failure}")


class Visitors(Protocol):
    """Makes visitors."""

    def __call__(self, *, javascript: bool = True, **options: Any) -> Visitor: ...
