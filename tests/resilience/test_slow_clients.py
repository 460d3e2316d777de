"""Hundreds who send their requests a byte at a time keep nobody else waiting."""

import socket
import time
from contextlib import ExitStack

import pytest

from tests.resilience.figures import control, measured, rounds
from tests.resilience.installation import Installation, Servers

NAME = "400 slow clients"
SLOW_CLIENTS = 400
PATIENCE_SECONDS = 1

HEADER = b"GET /help/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST /theme/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\nt"


def hold(held: ExitStack, port: int) -> list[socket.socket]:
    """Begin so many requests, half of them in the headers and half in the body."""
    begun = []
    for number in range(SLOW_CLIENTS):
        client = held.enter_context(socket.create_connection(("127.0.0.1", port)))
        client.sendall(HEADER if number % 2 else BODY)
        begun.append(client)
    return begun


def answered_within(port: int, seconds: float) -> float:
    """Return how long a page takes. Raises TimeoutError."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as client:
        client.sendall(b"GET /help/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert client.recv(12) == b"HTTP/1.1 200"
    return time.monotonic() - started


def test_slow_clients_do_not_keep_others_waiting(
    installation: Installation, servers: Servers
) -> None:
    with measured(NAME) as figure, servers.serving(installation), ExitStack() as held:
        slow = hold(held, installation.port)
        answered_within(installation.port, 30)  # after all of them were let in
        took = []
        for turn in range(rounds(short=5, long=50)):
            for client in slow[turn :: rounds(short=5, long=50)]:
                client.sendall(b"x")
            took.append(answered_within(installation.port, 30))
        figure.rounds = figure.acknowledged = len(took)
        figure.remarks.append(f"a page takes {max(took) * 1000:.0f} ms at most meanwhile")
    assert max(took) < PATIENCE_SECONDS


def test_a_server_that_waits_on_few_is_found_out(
    installation: Installation, servers: Servers
) -> None:
    with servers.serving(installation, "wait_on_few"), ExitStack() as held:
        hold(held, installation.port)
        with pytest.raises(TimeoutError):
            answered_within(installation.port, 3)
    control(NAME, "no answer within 3 s from waitress with its own defaults")
