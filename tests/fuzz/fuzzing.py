"""Whom there is, where they can go, and what they send there."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from tests.fuzz.corpus import CORPUS, HEADERS, SEGMENTS
from tests.fuzz.page_forms import PageForm, Values, forms_of, links_of

METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "BREW")


def routes(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Yield every route of the product, with its variable parts as Django writes them."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield f"/{route.lstrip('^')}"


VARIABLE = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>[^)]*\)")


@dataclass(frozen=True)
class Request:
    """What is sent by whom, to be told in an error."""

    role: str
    method: str
    address: str
    data: Any
    headers: dict[str, str]


class Fuzzer:
    """Sends what nobody should, again and again, and takes it back each time.

    ``known`` gives the value of a variable part of an address, by name.
    """

    def __init__(self, clients: dict[str, Client], known: Callable[[str], str], seed: int) -> None:
        self.clients = clients
        self.known = known
        self.chance = random.Random(seed)  # noqa: S311
        self.routes = sorted(set(routes()))
        self.forms: dict[Any, tuple[str, PageForm]] = {}
        self.visited: list[str] = []
        self.statuses: dict[int, int] = {}
        self.reached: set[str] = set()

    # ------------------------------------------------------------ where there is what

    def explore(self, *roles: str) -> None:
        """Let these roles visit every address, follow every link, and collect the forms there."""
        for role in roles:
            waiting = [self.filled(route) for route in self.routes]
            seen: set[str] = set()
            while waiting:
                address = waiting.pop()
                if self._place(address) in seen:
                    continue
                seen.add(self._place(address))
                self.visited.append(address)
                response = self.clients[role].get(address)
                if not response.get("Content-Type", "").startswith("text/html"):
                    continue
                html = response.content.decode()
                waiting += [link.partition("#")[0] for link in links_of(html)]
                for form in forms_of(address, html):
                    self.forms.setdefault(self._kind(form), (role, form))

    def _kind(self, form: PageForm) -> Any:
        """Return what tells a form from others: the one for a note stands on many pages."""
        return form.method, self._route(form.action), frozenset(form.names)

    @staticmethod
    def _route(address: str) -> str:
        """Return the route of an address, nothing where there is none."""
        try:
            return str(resolve(address.partition("?")[0]).route)
        except Http404:
            return ""

    @staticmethod
    def _place(address: str) -> str:
        """Return an address as far as it matters which forms are there."""
        path, _, query = address.partition("?")
        names = sorted(part.partition("=")[0] for part in query.split("&"))
        return re.sub(r"\d+", "1", path) + "?" + "&".join(names)

    def filled(self, route: str) -> str:
        """Return a route as an address that exists."""
        return self._plain(VARIABLE.sub(lambda part: self.known(_name(part)), route))

    def disturbed(self, route: str) -> str:
        """Return a route as an address, with something else in one of its variable parts."""
        odd = self.chance.choice(SEGMENTS)
        here = self.chance.randrange(max(1, len(VARIABLE.findall(route))))
        parts = iter(range(100))
        return self._plain(
            VARIABLE.sub(
                lambda part: odd if next(parts) == here else self.known(_name(part)), route
            )
        )

    @staticmethod
    def _plain(route: str) -> str:
        return route.replace("\\Z", "").replace("$", "").replace("^", "")

    # ------------------------------------------------------------ what is sent

    def request(self) -> Request:
        """Make one up."""
        role = self.chance.choice(list(self.clients))
        headers = self.chance.choice(HEADERS) if self.chance.random() < 0.2 else {}
        kind = self.chance.random()
        if kind < 0.75 and self.forms:
            finder, form = self.chance.choice(list(self.forms.values()))
            sender = role if self.chance.random() < 0.25 else finder
            return Request(sender, form.method, form.action, self.spoiled(form), headers)
        route = self.chance.choice(self.routes)
        address = self.filled(route) if kind < 0.88 else self.disturbed(route)
        data = {self.chance.choice(CORPUS): self.chance.choice(CORPUS)}
        if kind < 0.85:
            return Request(role, "POST", address, data, headers)
        if kind < 0.97:
            return Request(role, "GET", address, data, headers)
        return Request(role, self.chance.choice(METHODS), address, {}, headers)

    def spoiled(self, form: PageForm) -> Values:
        """Return what a form sends, with some of it replaced, doubled, left out or made up."""
        values = {name: list(sent) for name, sent in form.values.items()}
        names = list(form.names)
        for name in self.chance.sample(names, min(len(names), self.chance.choice([1, 1, 2, 5]))):
            match self.chance.randrange(8):
                case 0:
                    values.pop(name, None)
                case 1:
                    values[name] = [self.chance.choice(CORPUS) for _ in range(3)]
                case 2 if form.names[name]:
                    values[name] = self.chance.sample(form.names[name], 1)
                case 3:
                    values[self.chance.choice(CORPUS)] = ["1"]
                case _:
                    values[name] = [self.chance.choice(CORPUS)]
        return values

    def send(self) -> None:
        """Send one request and take it back. Whatever a view raises is raised, and told of what."""
        request = self.request()
        client = self.clients[request.role]
        try:
            with undone(client):
                response = self._answer(client, request)
        except Exception as error:
            error.add_note(f"{request}")
            raise
        assert response.status_code < 500, request
        status = int(response.status_code)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.reached |= {self._route(request.address)} - {""}

    @staticmethod
    def _answer(client: Client, request: Request) -> Any:
        if request.method == "GET":
            return client.get(request.address, request.data, headers=request.headers)
        if request.method == "POST" and "content-type" in request.headers:
            return client.generic(
                "POST", request.address, repr(request.data), request.headers["content-type"]
            )
        if request.method == "POST":
            return client.post(request.address, request.data, headers=request.headers)
        return client.generic(request.method, request.address, headers=request.headers)


def _name(part: re.Match[str]) -> str:
    return part["name"] or part["group"]


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Take back what happens inside, in the database and in the browser."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies.clear()
    for name, value in cookies.items():
        client.cookies[name] = value
