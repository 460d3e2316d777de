"""People who answer at the same time, through the server as it is shipped.

``prepare`` runs in a process of its own, on the database that the server then opens.
"""

import http.client
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

FIELDS = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def prepare(people: int) -> None:
    """Print for each person the cookies of a browser, and each page with what is sent for it."""
    from assessor.pages import pages_of  # noqa: PLC0415  once Django is set up
    from tests.advice.answers import situation  # noqa: PLC0415
    from tests.builders import controls, make_assessment, owner_client, step_url  # noqa: PLC0415

    for _ in range(people):
        assessment = make_assessment()
        browser = owner_client(assessment)
        answers = situation()
        pages = []
        for key, page in pages_of(assessment.knowledge).items():
            sent: dict[str, Any] = {}
            for question in page.questions:
                if question.key in answers:
                    sent |= controls(question, answers[question.key])
            pages.append((step_url(assessment, key), sent))
        cookie = "; ".join(f"{each.key}={each.value}" for each in browser.cookies.values())
        print(json.dumps({"cookie": cookie, "pages": pages}))  # noqa: T201


@dataclass
class Seen:
    """Seconds of every request, and what was answered that should not have been."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)


class Person:
    """Somebody with a browser that keeps its connection."""

    def __init__(self, address: str, about: dict[str, Any]) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._cookie = about["cookie"]
        self._pages = about["pages"]
        self.seen = Seen()

    def journey(self) -> None:
        """Open every page, and send it."""
        for address, sent in self._pages:
            page = self._ask("GET", address, expected={200})
            own = {name: unescape(value) for name, value in FIELDS.findall(page)}
            self._cookie = f"{self._session}; assessor_csrftoken={own['csrfmiddlewaretoken']}"
            body = urlencode({**own, "action": "continue", **sent}, doseq=True)
            self._ask("POST", address, body, expected={302})

    @property
    def _session(self) -> str:
        cookies = self._cookie.split("; ")
        return str(next(each for each in cookies if each.startswith("assessor_sessionid=")))

    def _ask(self, method: str, address: str, body: str = "", *, expected: set[int]) -> str:
        headers = {"Cookie": self._cookie, **(FORM if body else {})}
        start = time.perf_counter()
        self._connection.request(method, address, body or None, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        self.seen.seconds.append(time.perf_counter() - start)
        if response.status not in expected:
            self.seen.wrong.append(response.status)
        for cookie in response.headers.get_all("Set-Cookie") or ():
            if cookie.startswith("assessor_csrftoken="):
                self._cookie = f"{self._session}; {cookie.partition(';')[0]}"
        return text


def all_at_once(people: list[Person], journeys: int) -> Seen:
    """Let all go through the pages at the same time, so often in all; return what they saw."""
    each = max(1, journeys // len(people))

    def go(person: Person) -> Seen:
        person.seen = Seen()
        for _ in range(each):
            person.journey()
        return person.seen

    with ThreadPoolExecutor(len(people)) as pool:
        seen = list(pool.map(go, people))
    return Seen(
        [seconds for one in seen for seconds in one.seconds],
        [status for one in seen for status in one.wrong],
    )


def percentiles(seconds: list[float], *parts: int) -> Iterator[float]:
    """Yield the time within which so many of a hundred were answered."""
    ordered = sorted(seconds)
    for part in parts:
        yield ordered[min(len(ordered) - 1, len(ordered) * part // 100)]
