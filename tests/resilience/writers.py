"""People who save all the time, over real connections, and write down what they were promised."""

import http.client
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

PAGE, QUESTION = "why", "why_success"
"""A page with a question whose answer is any text."""

TOKEN = "t" * 32
"""What the anti-forgery check wants to see in the cookie and in the form."""

GIVE_UP_SECONDS = 60


@dataclass(frozen=True)
class Promise:
    """A save that was answered as saved."""

    respondent: int
    text: str


@dataclass
class Outcome:
    """What writers were told, together."""

    promises: list[Promise] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return how many seconds this share of the answers took at most."""
        return sorted(self.seconds)[min(int(len(self.seconds) * share), len(self.seconds) - 1)]


class Writer:
    """One person with one assessment, who changes one answer again and again."""

    def __init__(self, port: int, about: dict[str, Any], revision: int = 0) -> None:
        self.port = port
        self.respondent: int = about["respondent"]
        self.address: str = about["address"]
        self.data: dict[str, Any] = about["data"]
        self.cookies: dict[str, str] = about["cookies"]
        self.revision = revision
        self.connection: http.client.HTTPConnection | None = None

    def save(self, outcome: Outcome) -> bool:
        """Save a new text; say whether it was answered as saved. Raises OSError, HTTPException."""
        text = uuid.uuid4().hex
        started = time.monotonic()
        status = self.post(self.body(text))
        outcome.seconds.append(time.monotonic() - started)
        if status == 302:
            self.revision += 1
            outcome.promises.append(Promise(self.respondent, text))
        else:
            outcome.refused.append(status)
        return status == 302

    def body(self, text: str) -> str:
        seen = self.data["seen"].replace(f"{QUESTION}:0", f"{QUESTION}:{self.revision}")
        own = {"seen": seen, "form_key": str(uuid.uuid4()), "csrfmiddlewaretoken": TOKEN}
        return urlencode({**self.data, **own, QUESTION: text})

    @property
    def headers(self) -> dict[str, str]:
        cookies = {**self.cookies, "assessor_csrftoken": TOKEN}
        return {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def post(self, body: str) -> int:
        return self.ask("POST", self.address, body)

    def get(self) -> int:
        return self.ask("GET", self.address)

    def ask(self, method: str, address: str, body: str | None = None) -> int:
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=GIVE_UP_SECONDS
            )
        try:
            self.connection.request(method, address, body, self.headers)
            response = self.connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise
        return response.status


@contextmanager
def writing(writers: list[Writer], saves: int | None = None) -> Iterator[Outcome]:
    """Let them all write: as often as said, or until the server or this context ends.

    A writer stops where the connection breaks; how is kept in ``broken``.
    """
    outcome = Outcome()
    enough = threading.Event()

    def write(writer: Writer) -> None:
        left = saves
        while not enough.is_set() and left != 0:
            try:
                writer.save(outcome)
            except (OSError, http.client.HTTPException) as error:
                outcome.broken.append(type(error).__name__)
                return
            left = left - 1 if left is not None else None

    threads = [threading.Thread(target=write, args=[writer]) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield outcome
    finally:
        if saves is None:
            enough.set()
        for thread in threads:
            thread.join()
