"""A PostgreSQL database that a test has to itself."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.postgres import NoServer, address


@contextmanager
def scratch(template: str = "template1") -> Iterator[str]:
    """Give the address of a new database, like another one or empty; skip where there is none."""
    try:
        server = address()
    except NoServer as reason:
        pytest.skip(f"NOT TESTED: {reason}")
    name = f"scratch_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
