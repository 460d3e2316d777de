"""An installation of its own: a directory, a database, and a server to be killed."""

import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg

from assessor.bootstrap import ROOT
from tests.resilience.writers import QUESTION, Promise, Writer

READY_SECONDS = 60

CANONICAL = {
    "assessment": "initiative, organisation, status, revision",
    "respondent": "name, email, role, is_owner",
    "givenanswer": "question, CAST(value AS text), revision, respondent_id",
    "answerchange": "question, CAST(value AS text), revision, respondent_id, form",
    "report": "number, sha256, CAST(answers AS text), CAST(suggestion AS text), issued_at",
}
"""Tables and columns of every version."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Installation:
    """Where everything is, who writes, and with which environment its processes run."""

    directory: Path
    writers: list[dict[str, Any]] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    @property
    def database(self) -> Path:
        return self.directory / "assessor.sqlite3"

    @property
    def is_on_postgresql(self) -> bool:
        return "DATABASE_URL" in self.more

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {"VAR_DIR": str(self.directory), "PORT": str(self.port)}
        # Nobody saves as often as the writers of these tests.
        settings = {"DJANGO_SETTINGS_MODULE": "assessor.settings", "LIMIT_SAVES": "0"}
        return {**kept, **own, **settings, **self.more}

    def run(self, *arguments: str) -> str:
        """Run a Python module or file here; return what it prints."""
        command = [sys.executable, *arguments]
        done = subprocess.run(  # noqa: S603
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def seed(self, writers: int) -> None:
        """Make the database, with an assessment for each writer."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.writers = json.loads(
            self.run("-m", "tests.resilience.run", "resilience.seed", str(writers))
        )

    def copy(self, directory: Path, **more: str) -> "Installation":
        """Return another installation with the same content; nothing may be running here."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self.directory.iterdir():
            if path.is_file():
                shutil.copy(path, directory)
        return Installation(directory, self.writers, {**self.more, **more})

    # ------------------------------------------------------------ people

    def people(self, count: int | None = None) -> list[Writer]:
        """Return the writers, who know what is stored."""
        revisions = {who: revision for who, revision, _text in self.latest()}
        return [
            Writer(self.port, about, revisions.get(about["respondent"], 0))
            for about in self.writers[:count]
        ]

    # ------------------------------------------------------------ what is stored

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """Give a connection to the database that is none of the product's."""
        if url := self.more.get("DATABASE_URL"):
            with psycopg.connect(url) as connection:
                yield connection
        else:
            with closing(sqlite3.connect(self.database, timeout=30)) as connection:
                yield connection

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with self.connected() as connection:
            return list(connection.execute(statement).fetchall())

    def wait_until_forgotten(self) -> None:
        """Wait until PostgreSQL has ended, one way or the other, what a killed server asked for.

        SQLite has nothing to end: the next to open the file takes back what was half done.
        """
        others = (
            "SELECT 1 FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        while self.is_on_postgresql and self.query(others):
            time.sleep(0.01)

    def latest(self) -> list[tuple[int, int, str]]:
        """Return whose answer it is, its revision and its text."""
        return self._rows("assessor_givenanswer")

    def history(self) -> list[tuple[int, int, str]]:
        """Return the same of everything that was ever saved."""
        return self._rows("assessor_answerchange")

    def _rows(self, table: str) -> list[tuple[int, int, str]]:
        rows = self.query(
            f"SELECT respondent_id, revision, value FROM {table} "  # noqa: S608
            f"WHERE question = '{QUESTION}' ORDER BY revision"
        )
        is_text = not self.is_on_postgresql
        return [(who, at, json.loads(value) if is_text else value) for who, at, value in rows]

    def canonical(self) -> str:
        """Return a hash of all that people have said and were given, whatever the schema."""
        said = [
            self.query(f"SELECT {columns} FROM assessor_{table} ORDER BY {columns}")  # noqa: S608
            for table, columns in CANONICAL.items()
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def change_one_answer(self) -> None:
        """Change what somebody has said, as nothing of the product would."""
        with self.connected() as connection:
            connection.execute(
                "UPDATE assessor_givenanswer SET value = 'null' "
                "WHERE id = (SELECT min(id) FROM assessor_givenanswer)"
            )
            connection.commit()

    def missing(self, promises: Iterable[Promise]) -> list[Promise]:
        """Return which promises were not kept.

        Fails where something is half there: an answer that is not the last of its history, a save
        that is not counted, a revision left out, a file that is not whole.
        """
        history = self.history()
        last = {who: (revision, text) for who, revision, text in history}
        assert {who: (revision, text) for who, revision, text in self.latest()} == last
        counted = dict(
            self.query(
                "SELECT r.id, a.revision FROM assessor_assessment a "
                "JOIN assessor_respondent r ON r.assessment_id = a.id"
            )
        )
        assert {who: revision for who, (revision, _text) in last.items()} == {
            who: counted[who] for who in last
        }
        for who, highest in counted.items():
            assert [at for each, at, _text in history if each == who] == list(range(1, highest + 1))
        if not self.is_on_postgresql:
            assert self.query("PRAGMA integrity_check") == [("ok",)]
        kept = {(who, text) for who, _revision, text in history}
        return [promise for promise in promises if (promise.respondent, promise.text) not in kept]

    # ------------------------------------------------------------ servers

    @contextmanager
    def cold(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Give a server as everybody starts it, ready to answer."""
        command = [sys.executable, "manage.py", "serve", "--no-worker"]
        with subprocess.Popen(  # noqa: S603
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=(self.directory / "log").open("a"),
        ) as process:
            try:
                wait_until_open(self.port)
                yield process
            finally:
                process.kill()


@dataclass
class Server:
    """A running server."""

    pid: int

    def tell(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End it (without any chance to tidy up, unless told otherwise); wait until it is gone."""
        with suppress(ProcessLookupError):
            self.tell(number)
        wait_until_gone(self.pid)


@dataclass
class Servers:
    """Starts a server at once, however often; see warm.py."""

    orders: IO[str]
    replies: IO[str]

    @contextmanager
    def serving(self, installation: Installation, fault: str = "") -> Iterator[Server]:
        """Give a server of an installation, ready to answer. ``fault`` names how it is broken."""
        server = self.run(installation, "serve", fault)
        try:
            wait_until_open(installation.port)
            yield server
        finally:
            server.kill()

    def run(self, installation: Installation, command: str, fault: str = "") -> Server:
        """Return a process of an installation that has just begun a command."""
        about = {
            "port": installation.port,
            "database": None if installation.is_on_postgresql else str(installation.database),
            "directory": str(installation.directory),
            "fault": fault,
            "command": command,
        }
        self.orders.write(json.dumps(about) + "\n")
        self.orders.flush()
        return Server(int(self.replies.readline()))


@contextmanager
def warmed(installation: Installation, *prefix: str) -> Iterator[Servers]:
    """Give what starts servers in the environment of an installation, behind a command if any."""
    process = subprocess.Popen(  # noqa: S603
        [*prefix, sys.executable, "-m", "tests.resilience.run", "resilience.warm"],
        cwd=ROOT,
        env=installation.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield Servers(process.stdin, process.stdout)
    finally:
        process.stdin.close()
        process.wait(timeout=READY_SECONDS)
        process.stdout.close()


def processor_seconds(pid: int) -> float:
    """Return how long a process has kept a processor busy."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until_open(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError(f"Nothing listens on {port}")


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.002)
    raise TimeoutError(f"Process {pid} does not end")
