"""Three servers that share nothing but a PostgreSQL, behind a balancer; one of them is killed.

It takes a server to make databases on: without one, and in the short form on SQLite, it is skipped.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
from psycopg import sql

from assessor.bootstrap import ROOT
from tests import postgres
from tests.resilience.balancer import Balancer, balancing
from tests.resilience.cluster import on_postgresql_or_long
from tests.resilience.figures import control, measured, rounds
from tests.resilience.installation import Installation, Server, warmed
from tests.resilience.test_workers import working
from tests.resilience.writers import TOKEN, Outcome, Promise, Writer, writing

NAME = "one of three servers killed"
SERVERS, WRITERS, SUBMITTERS = 3, 6, 3
PATIENCE = 300


@pytest.fixture
def database() -> Iterator[str]:
    """Give an empty database of a test's own."""
    try:
        server = postgres.address()
    except postgres.NoServer as error:
        pytest.skip(str(error))
    name = sql.Identifier(f"assessor_team_{secrets.token_hex(4)}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urlsplit(server)._replace(path=f"/{name._obj[0]}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@dataclass
class Team:
    """The installation as its first server sees it, and what stands before all of them."""

    installation: Installation
    servers: list[Server]
    balancer: Balancer
    submitters: list[dict[str, Any]]

    def count(self, table: str) -> int:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        with self.installation.connected() as connection:
            return int(connection.execute(query).fetchone()[0])


@contextmanager
def at_work(database: str, folder: Path, fault: str = "") -> Iterator[Team]:
    """Give a team's installation: each server has a directory of its own, as on a machine of its
    own, and the worker another one. ``fault`` names how the servers are broken."""
    key = secrets.token_urlsafe(50)
    more = {
        "DATABASE_URL": database,
        "SECRET_KEY": key,
        "STATIC_ROOT": str(ROOT / "var" / "static"),
        # A machine that tests on two processors is no reason to refuse anything.
        "STATEMENT_SECONDS": "60",
    }
    each = [Installation(folder / f"machine-{number}", more=more) for number in range(SERVERS + 1)]
    for installation in each:
        installation.directory.mkdir(mode=0o700)
    seed = ("-m", "tests.resilience.run", "resilience.seed_team", str(WRITERS), str(SUBMITTERS))
    about = json.loads(each[0].run(*seed))
    *machines, workplace = each
    with ExitStack() as stack:
        servers = [
            stack.enter_context(stack.enter_context(warmed(machine)).serving(machine, fault))
            for machine in machines
        ]
        stack.enter_context(working(workplace))
        balancer = stack.enter_context(balancing([machine.port for machine in machines]))
        first = machines[0]
        first.writers = about["writers"]
        yield Team(first, servers, balancer, about["submitters"])


class Colleague(Writer):
    """Goes on where a server broke off: what was saved by then decides what they see."""

    def __init__(self, team: Team, about: dict[str, Any]) -> None:
        super().__init__(team.balancer.server_port, about)
        self.team = team

    def save(self, outcome: Outcome) -> bool:
        saved = super().save(outcome)
        if not saved:
            latest = {who: at for who, at, _text in self.team.installation.latest()}
            self.revision = latest.get(self.respondent, 0)
        return saved


def colleagues(team: Team) -> list[Writer]:
    return [Colleague(team, about) for about in team.installation.writers]


class Browser:
    """Keeps cookies and sends forms, each request to whichever server comes next."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies = {"assessor_csrftoken": TOKEN}

    def ask(self, method: str, path: str, **fields: str) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if method == "POST":
            body = urlencode({**fields, "csrfmiddlewaretoken": TOKEN})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        for header in response.headers.get_all("Set-Cookie", []):
            name, _equals, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        connection.close()
        return response, content


def submits(team: Team, person: dict[str, Any]) -> Browser:
    """Open a link and submit; every step is answered by another process than the one before."""
    browser = Browser(team.balancer.server_port)
    assessment = f"/a/{person['assessment']}"
    response, _page = browser.ask("GET", f"/r/{person['token']}/")
    assert response.status == 200
    response, _page = browser.ask("POST", f"/r/{person['token']}/")
    assert response.status == 302
    response, _page = browser.ask("POST", f"{assessment}/submit/", revision=str(person["revision"]))
    assert response.status == 302, response.status
    return browser


def missing(team: Team, outcome: Outcome) -> list[Promise]:
    """Return which promises were not kept. Fails where a save is left out of a history."""
    history = team.installation.history()
    for about in team.installation.writers:
        revisions = [at for who, at, _text in history if who == about["respondent"]]
        assert revisions == list(range(1, len(revisions) + 1))
    kept = {(who, text) for who, _revision, text in history}
    return [
        promise for promise in outcome.promises if (promise.respondent, promise.text) not in kept
    ]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@on_postgresql_or_long
def test_a_team_goes_on_when_one_of_its_servers_is_killed(database: str, tmp_path: Path) -> None:
    with measured(NAME) as figure, at_work(database, tmp_path) as team:
        with writing(colleagues(team)) as outcome:
            wait_for(lambda: len(outcome.promises) >= rounds(short=WRITERS * 5, long=2000))
            assert all(team.balancer.served.values())
            team.servers[0].kill()
            then = len(outcome.promises)
            others = dict(team.balancer.served)
            wait_for(lambda: len(outcome.promises) >= then + rounds(short=WRITERS * 5, long=2000))
            browsers = [submits(team, person) for person in team.submitters]
        wait_for(lambda: team.count("assessor_reportpdf") == SUBMITTERS)
        survivors = team.balancer.ports[1:]
        assert all(team.balancer.served[port] > others[port] for port in survivors)
        figure.rounds = 1
        figure.acknowledged = len(outcome.promises)
        figure.lost = len(missing(team, outcome))
        figure.remarks.append(f"{len(outcome.refused)} told to try again")
        assert outcome.broken == []
        # What was in the hands of the server that died, one for each person at most; and then
        # whoever sees that it was carried out after all.
        assert len(outcome.refused) <= 2 * WRITERS
        for browser, person in zip(browsers, team.submitters, strict=True):
            path = f"/a/{person['assessment']}/report.pdf"
            (content,) = {browser.ask("GET", path)[1] for _ in range(SERVERS)}
            assert content.startswith(b"%PDF-")
        assert team.count("assessor_reportpdf") == SUBMITTERS
        assert team.count("assessor_report") == SUBMITTERS
    assert figure.lost == 0


@on_postgresql_or_long
def test_a_team_that_answers_before_the_commit_is_found_out(database: str, tmp_path: Path) -> None:
    with at_work(database, tmp_path, "answer_before_commit") as team:
        with writing(colleagues(team)) as outcome:
            wait_for(lambda: len(outcome.promises) >= WRITERS * 5)
            team.servers[0].kill()
        lost = len(missing(team, outcome))
    control(NAME, f"{lost} of {len(outcome.promises)} lost when answered before commit")
    assert lost
