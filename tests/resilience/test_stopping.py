"""Told to stop while people save: what was accepted is answered, newcomers are refused (R21)."""

import signal
import socket
import time

import pytest

from tests.resilience.figures import control, measured, rounds
from tests.resilience.installation import Installation, Server, Servers, wait_until_gone
from tests.resilience.writers import Outcome, writing

NAME = "SIGTERM while saving"
WRITERS = 16
STOPPED_SECONDS = 30


def stopped_while_saving(installation: Installation, server: Server) -> Outcome:
    """Tell the server to stop while everybody saves; return what they were answered."""
    with writing(installation.people(WRITERS)) as outcome:
        while len(outcome.promises) < WRITERS:
            time.sleep(0.01)
        server.kill(signal.SIGTERM)
    return outcome


def cut_off(outcome: Outcome) -> list[str]:
    """Return how connections broke that had been accepted: those tried later are refused."""
    return [how for how in outcome.broken if how != "ConnectionRefusedError"]


def test_whoever_was_let_in_is_answered(installation: Installation, servers: Servers) -> None:
    slowest, refused = 0.0, 0
    with measured(NAME) as figure:
        for turn in range(rounds(short=3, long=200)):
            with servers.serving(installation) as server:
                started = time.monotonic()
                outcome = stopped_while_saving(installation, server)
                slowest = max(slowest, time.monotonic() - started)
            figure.rounds = turn + 1
            figure.acknowledged += len(outcome.promises)
            figure.lost += len(installation.missing(outcome.promises)) + len(cut_off(outcome))
            refused += len(outcome.refused)
            assert set(outcome.refused) <= {503}  # a machine that is too busy to wait for
        figure.remarks.append(f"stopped after at most {slowest:.1f} s, {refused} saves refused")
    assert figure.lost == 0
    assert slowest < STOPPED_SECONDS


def test_a_server_that_stops_at_once_is_found_out(
    installation: Installation, servers: Servers
) -> None:
    broken = 0
    for _ in range(3):
        with servers.serving(installation, "stop_at_once") as server:
            broken += len(cut_off(stopped_while_saving(installation, server)))
    control(NAME, f"{broken} requests cut off in 3 rounds when stopped at once")
    assert broken


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl+C"])
def test_a_request_that_was_half_sent_is_finished(
    installation: Installation, servers: Servers, number: int
) -> None:
    with servers.serving(installation) as server:
        (writer,) = installation.people(1)
        writer.get()
        assert writer.connection is not None
        body = writer.body("The last words").encode()
        writer.connection.putrequest("POST", writer.address)
        for name, value in {**writer.headers, "Content-Length": str(len(body))}.items():
            writer.connection.putheader(name, value)
        writer.connection.endheaders(body[:20])
        time.sleep(0.2)
        signal_at = time.monotonic()
        server.tell(number)
        time.sleep(0.3)
        with socket.socket() as newcomer:
            assert newcomer.connect_ex(("127.0.0.1", installation.port)) != 0
        writer.connection.send(body[20:])
        response = writer.connection.getresponse()
        assert (response.status, response.getheader("Connection")) == (302, "close")
        wait_until_gone(server.pid)
        assert time.monotonic() - signal_at < STOPPED_SECONDS
    assert installation.latest()[-1][2] == "The last words"
