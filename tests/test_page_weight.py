"""How much a browser has to fetch for a page that it has never seen: little, and in few pieces."""

import gzip
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from assessor.models import Assessment
from assessor.pages import pages_of
from tests.advice.answers import situation
from tests.builders import make_assessment, owner_client, step_url, submitted, text_of
from tests.security.addresses import (
    administrator,
    every_address,
    owner,
    staff_who_wait_for_nothing,
)

pytestmark = pytest.mark.django_db

MOST_KB, MOST_REQUESTS = 120, 12
COMPRESSED_ALREADY = {".woff2", ".png", ".jpg", ".webp"}
RARE = "latin-ext"
"""Fonts that are fetched only where a letter of theirs stands."""

IN_CSS = re.compile(r"url\(['\"]?([^'\")]+)['\"]?\)")


class Fetched(HTMLParser):
    """What a browser fetches with a page, and scripts that keep it from showing."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.blocking: list[str] = []
        self._in_head = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_head |= tag == "head"
        if tag == "link" and set((given.get("rel") or "").split()) & {"stylesheet", "icon"}:
            self.addresses.add(given["href"] or "")
        elif tag in {"script", "img"} and given.get("src"):
            self.addresses.add(given["src"] or "")
        if tag == "script" and not given.keys() & {"defer", "async"}:
            is_data = (given.get("type") or "").startswith("application/")
            if self._in_head and given.get("type") != "module" and not is_data:
                self.blocking.append(given.get("src") or "inline")

    def handle_endtag(self, tag: str) -> None:
        self._in_head &= tag != "head"


def file_of(address: str) -> Path:
    found = finders.find(urlsplit(address).path.removeprefix("/static/"))
    assert isinstance(found, str), address
    return Path(found)


def everything(addresses: set[str]) -> set[str]:
    """Return the files with the fonts that style sheets name, but those of rare letters."""
    return addresses | {
        urljoin(address, found)
        for address in addresses
        if address.endswith(".css")
        for found in IN_CSS.findall(file_of(address).read_text())
        if found.endswith(".woff2") and RARE not in found
    }


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


@cache
def size_of(file: Path) -> int:
    """Return bytes as an ordinary server would send them."""
    content = file.read_bytes()
    return len(content) if file.suffix in COMPRESSED_ALREADY else compressed(content)


def weight_of(page: str) -> tuple[float, int]:
    """Return kilobytes and requests of a first visit, compressed as an ordinary server would."""
    files = [
        file_of(address)
        for address in everything(Fetched(page).addresses)
        if address.startswith("/static/")
    ]
    sizes = map(size_of, files)
    return (compressed(page.encode()) + sum(sizes)) / 1000, 1 + len(files)


@pytest.fixture
def staff(monkeypatch: pytest.MonkeyPatch) -> User:
    return staff_who_wait_for_nothing(monkeypatch)


def pages(browser: Client, addresses: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of what is a page for this browser."""
    for name, address in addresses.items():
        response = browser.get(address)
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            yield name, text_of(response)


def heavy(pages: Iterable[tuple[str, str]]) -> list[str]:
    """Return what is wrong with which page.

    The many small files of the administration are Django's, and its one blocking script keeps it
    from flashing: it may not weigh more.
    """
    found = []
    for name, page in pages:
        kilobytes, requests = weight_of(page)
        is_ours = not name.startswith("admin:")
        if kilobytes > MOST_KB or (is_ours and requests > MOST_REQUESTS):
            found.append(f"{name}: {kilobytes:.0f} KB in {requests} requests")
        if is_ours:
            found += [f"{name}: {script} blocks" for script in Fetched(page).blocking]
    return found


@pytest.mark.parametrize("role", [owner, administrator], ids=lambda role: role.__name__)
def test_every_page_is_light(role: Callable[[Assessment, User], Client], staff: User) -> None:
    assessment = submitted(situation()).assessment
    shown = dict(pages(role(assessment, staff), every_address(assessment, staff)))
    assert len(shown) > 40
    assert heavy(shown.items()) == []


def test_every_page_of_questions_is_light() -> None:
    draft = make_assessment(situation())
    steps = {key: step_url(draft, key) for key in pages_of(draft.knowledge)}
    shown = dict(pages(owner_client(draft), steps))
    assert shown.keys() == steps.keys()
    assert heavy(shown.items()) == []


def test_what_is_heavy_or_blocks_is_found() -> None:
    images = "".join(f'<img src="/static/favicon.svg?{n}">' for n in range(MOST_REQUESTS))
    assert weight_of(images)[1] == MOST_REQUESTS + 1
    noise = "".join(f"{n * n * 7919:x}" for n in range(60_000))
    assert weight_of(noise)[0] > MOST_KB
    assert Fetched('<head><script src="/x.js"></script></head>').blocking == ["/x.js"]
    assert Fetched('<head><script defer src="/x.js"></script></head>').blocking == []


def test_static_files_come_hashed_and_compressed_and_are_kept(
    settings: Settings, tmp_path: Path
) -> None:
    """As they are served, and not as tests see them."""
    kept = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": kept}}
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    call_command("collectstatic", verbosity=0, interactive=False)
    browser = Client(headers={"Accept-Encoding": "gzip"})
    addresses = Fetched(text_of(browser.get("/help/"))).addresses
    assert addresses
    for address in addresses:
        response = browser.get(address)
        assert response.status_code == 200
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address), address
        assert response["Cache-Control"] == "max-age=315360000, public, immutable"
        is_compressed = response.get("Content-Encoding") == "gzip"
        assert is_compressed != (Path(address).suffix in COMPRESSED_ALREADY), address
