"""What reaches the server over one connection, byte by byte, is as many requests as it looks."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from assessor.management import framing
from assessor.management.commands import serve
from tests.management.listening import listening
from tests.resilience.installation import free_port

HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"


@contextmanager
def serving(*, strict: bool) -> Iterator[tuple[int, list[str]]]:
    """Give the port of a server as it is set up, and the addresses that were asked for."""
    asked: list[str] = []

    def application(environ: dict[str, Any], respond: Callable[..., Any]) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        respond("200 OK", [("Content-Length", "0")])
        return []

    with listening(application, strict=strict) as port:
        yield port, asked


def answers(port: int, content: bytes) -> list[bytes]:
    """Send bytes and nothing more; return the status of each answer until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    return [line.split()[1] for line in received.split(b"\r\n") if line.startswith(b"HTTP/")]


TWO_LENGTHS = (
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"0\r\n\r\n" + HIDDEN
)
REFUSED = {
    "two lengths": TWO_LENGTHS,
    "two lengths, chunks first": (
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
        b"0\r\n\r\n" + HIDDEN
    ),
    "chunks of an old protocol": (
        b"POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + HIDDEN
    ),
    "a length twice": (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n" + HIDDEN
    ),
    "a length with a sign": (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nabcde" + HIDDEN
    ),
    "a space before the colon": (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nabcde" + HIDDEN
    ),
    "an unknown coding": (
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN
    ),
    "lines that end otherwise": b"POST / HTTP/1.1\nHost: x\nContent-Length: 0\n\n" + HIDDEN,
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_a_request_whose_end_is_not_clear_is_refused_with_all_that_follows(content: bytes) -> None:
    with serving(strict=True) as (port, asked):
        assert answers(port, content) in ([b"400"], [b"501"])
        assert asked == []


def test_requests_that_follow_one_another_are_answered() -> None:
    chunked = (
        b"POST /chunked HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"5\r\nabcde\r\n0\r\n\r\n"
    )
    counted = b"POST /counted HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde"
    with serving(strict=True) as (port, asked):
        assert answers(port, chunked + counted + HIDDEN) == [b"200"] * 3
        assert asked == ["/chunked", "/counted", "/hidden"]


def test_as_it_comes_the_server_takes_what_is_hidden() -> None:
    with serving(strict=False) as (port, asked):
        answers(port, TWO_LENGTHS)
        assert asked == ["/", "/hidden"]


def test_the_server_that_is_started_is_strict() -> None:
    sockets: dict[int, Any] = {}
    server = serve.listen("127.0.0.1", free_port(), sockets)
    try:
        assert server.channel_class.parser_class is framing._OneLength
    finally:
        server.close()
