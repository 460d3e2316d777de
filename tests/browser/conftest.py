"""A real browser in front of a live server."""

import os
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer
from pytest_playwright.pytest_playwright import CreateContextCallback

from assessor import bootstrap
from assessor.models import Edition
from tests.browser.visitor import PATIENCE, Visitor, Visitors
from tests.builders import make_edition

# Playwright runs an event loop in the thread of the tests, which also use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

expect.set_options(timeout=PATIENCE)

QUIET_BROWSER = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CACHES_IN_MEMORY = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    for name in ("default", "reports")
}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the browser that is there; without one skip loudly, or fail where one is required."""
    found = bootstrap.find_browser()
    if found is None:
        reason = "NO BROWSER: the browser tests did not run. Install Chromium or set CHROMIUM."
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    return {"executable_path": found, "args": QUIET_BROWSER}


@pytest.fixture
def _no_waiting_for_the_disk(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Let SQLite not wait: what a power cut leaves is asked of servers of their own."""
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        quick = f"{options['init_command']}; PRAGMA synchronous=OFF"
        monkeypatch.setitem(options, "init_command", quick)
        connection.close()
    yield
    connection.close()


@pytest.fixture
def edition(_no_waiting_for_the_disk: None) -> Edition:
    """The shipped edition, stored anew: every test ends with an empty database."""
    return make_edition()


@pytest.fixture
def visitors(
    live_server: LiveServer, new_context: CreateContextCallback, edition: Edition
) -> Iterator[Visitors]:
    """Let people come, each with a browser of their own; at the end nothing may have gone wrong."""
    came: list[Visitor] = []

    def come(*, javascript: bool = True, **options: Any) -> Visitor:
        context = new_context(base_url=live_server.url, java_script_enabled=javascript, **options)
        came.append(Visitor(context, live_server.url, javascript=javascript))
        return came[-1]

    with override_settings(PUBLIC_URL=live_server.url, CACHES=CACHES_IN_MEMORY):
        yield come
        for visitor in came:
            visitor.page.wait_for_load_state()
    assert [complaint for visitor in came for complaint in visitor.complaints] == []


@pytest.fixture
def visitor(visitors: Visitors) -> Visitor:
    """A person with JavaScript."""
    return visitors()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def anyone(visitors: Visitors, request: pytest.FixtureRequest) -> Visitor:
    """A person with JavaScript, then one without."""
    return visitors(javascript=request.param)
