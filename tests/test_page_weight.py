"""How much a browser has to fetch for a page that it has never seen: little, and in few pieces."""

import gzip
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from assessor.models import Assessment, PrivateLink
from assessor.pages import pages_of
from tests.builders import make_assessment, owner_client, owner_of, step_url, submitted, text_of

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


def weight_of(page: str) -> tuple[float, int]:
    """Return kilobytes and requests of a first visit, compressed as an ordinary server would."""
    files = [
        file_of(address)
        for address in everything(Fetched(page).addresses)
        if address.startswith("/static/")
    ]
    sizes = [
        len(file.read_bytes())
        if file.suffix in COMPRESSED_ALREADY
        else compressed(file.read_bytes())
        for file in files
    ]
    return (compressed(page.encode()) + sum(sizes)) / 1000, 1 + len(files)


def addresses(assessment: Assessment, draft: Assessment) -> Iterator[str]:
    """Yield every kind of page that the owner sees."""
    for name in ("start", "assessments", "help", "privacy", "accessibility", "verify", "sample"):
        yield reverse(name)
    for key in pages_of(draft.knowledge):
        yield step_url(draft, key)
    for name in ("hub", "check", "people"):
        yield reverse(name, args=[draft.pk])
    for name in ("hub", "result", "share"):
        yield reverse(name, args=[assessment.pk])


FOR_STAFF = ("/staff/portfolio/", "/staff/due/", "/staff/editions/")
ADMINISTRATION = ("/admin/", "/admin/assessor/assessment/")


def heavy(browser: Client, pages: Iterable[str]) -> list[str]:
    """Return what is wrong with which page."""
    found = []
    for address in pages:
        response = browser.get(address)
        assert response.status_code == 200, address
        page = text_of(response)
        kilobytes, requests = weight_of(page)
        if kilobytes > MOST_KB or requests > MOST_REQUESTS:
            found.append(f"{address}: {kilobytes:.0f} KB in {requests} requests")
        found += [f"{address}: {script} blocks" for script in Fetched(page).blocking]
    return found


def test_pages_of_a_visitor_are_light() -> None:
    report = submitted()
    draft = make_assessment()
    browser = owner_client(report.assessment)
    browser.post(reverse("redeem", args=[PrivateLink.issue(owner_of(draft))]))
    assert heavy(browser, addresses(report.assessment, draft)) == []


def test_pages_of_staff_are_light() -> None:
    submitted()
    browser = Client()
    browser.force_login(User.objects.create_superuser("admin"))
    assert heavy(browser, FOR_STAFF) == []


def test_pages_of_the_administration_are_no_heavier() -> None:
    """Its many small files are Django's, and its one blocking script keeps it from flashing."""
    submitted()
    browser = Client()
    browser.force_login(User.objects.create_superuser("admin"))
    for address in ADMINISTRATION:
        assert weight_of(text_of(browser.get(address)))[0] <= MOST_KB, address


def test_what_is_heavy_or_blocks_is_found() -> None:
    images = "".join(f'<img src="/static/favicon.svg?{n}">' for n in range(MOST_REQUESTS))
    assert weight_of(images)[1] == MOST_REQUESTS + 1
    noise = "".join(f"{n * n * 7919:x}" for n in range(60_000))
    assert weight_of(noise)[0] > MOST_KB
    assert Fetched('<head><script src="/x.js"></script></head>').blocking == ["/x.js"]
    assert Fetched('<head><script defer src="/x.js"></script></head>').blocking == []
