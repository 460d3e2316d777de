"""A PostgreSQL of a test's own, to be killed."""

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.resilience.figures import IS_LONG
from tests.resilience.installation import READY_SECONDS, wait_until_gone

PROGRAMS = ("/usr/lib/postgresql/*/bin", "/usr/local/bin", "/usr/bin")
USER = "postgres"
"""Who runs it where the tests run as root, which it refuses."""

on_postgresql_or_long = pytest.mark.skipif(
    not IS_LONG and connection.vendor != "postgresql",
    reason="runs with make test-postgres and make resilience",
)


class Cluster:
    """A server with an empty data directory, and databases made on it."""

    def __init__(self, directory: Path, programs: Path) -> None:
        self.data = directory / "data"
        self.programs = programs
        self.port = quiet_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.as_user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
        if os.geteuid() != 0:
            self.as_user = []
        else:
            shutil.chown(directory, USER, USER)
        command = [*self.as_user, str(programs / "initdb"), "-D", str(self.data), "-U", USER]
        subprocess.run([*command, "-A", "trust"], check=True, capture_output=True)  # noqa: S603

    def address(self, database: str = USER) -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        deadline = time.monotonic() + READY_SECONDS
        options = ["-h", "127.0.0.1", "-p", str(self.port), "-k", ""]
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                self.process = subprocess.Popen(  # noqa: S603
                    [
                        *self.as_user,
                        str(self.programs / "postgres"),
                        "-D",
                        str(self.data),
                        *options,
                    ],
                    stdout=subprocess.DEVNULL,
                    stderr=(self.data.parent / "log").open("a"),
                )
            with suppress(psycopg.OperationalError), psycopg.connect(self.address()):
                return
            time.sleep(0.05)
        raise TimeoutError("PostgreSQL does not start")

    def kill(self) -> None:
        """kill -9 the server and all that it has started."""
        assert self.process
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        self.process.kill()
        self.process.wait()
        for child in map(int, children.split()):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            wait_until_gone(child)

    def make(self, database: str, like: str = "template1") -> str:
        """Return the address of a new database with the content of another."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {database} TEMPLATE {like}".encode())
        return self.address(database)


def quiet_port() -> int:
    """Return a free port that the system gives to nobody.

    Who asks again and again for a port of its own that nobody listens on ends up connected to
    themselves, and then the server cannot have it back.
    """
    for port in random.sample(range(15_000, 30_000), 100):
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise OSError("No free port")


@contextmanager
def running() -> Iterator[Cluster]:
    """Give a server; skips the test where PostgreSQL is not installed.

    Its directory is none of pytest's, which let nobody else in.
    """
    found = [path for where in PROGRAMS for path in sorted(Path("/").glob(f"{where[1:]}/postgres"))]
    if not found:
        pytest.skip("needs the programs of PostgreSQL (initdb, postgres) on this machine")
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("needs setpriv, because PostgreSQL refuses to be run by root")
    with tempfile.TemporaryDirectory() as directory:
        cluster = Cluster(Path(directory), found[-1].parent)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.kill()
