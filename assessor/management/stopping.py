"""Stop a server without cutting anybody off: what was accepted is answered first."""

import logging
import select
import signal
import time
from collections.abc import Iterator
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel

GRACE_SECONDS = 30
"""How long requests may take that were accepted before the server was told to stop."""

LINGER_SECONDS = 1
"""How long an open connection is listened to that may be sending its next request just now."""

TURN_SECONDS = 0.2
"""How long the server waits for something to happen before it looks whether it was told to stop."""

logger = logging.getLogger(__name__)

Sockets = dict[int, Any]
"""All that the server watches, by file descriptor: what it listens on, and its connections."""


class Stop:
    """Whether somebody has told this process to stop, by SIGTERM or Ctrl+C.

    The second time counts at once: then the signals do what they do in any Python program.
    """

    def __init__(self) -> None:
        self.is_told = False

    def listen(self) -> None:
        """Take the two signals for this process."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._tell)

    def _tell(self, *_: object) -> None:
        self.is_told = True
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)


def serve_until(stop: Stop, server: Any, sockets: Sockets) -> None:
    """Serve; once told to stop, take no new connection and answer what was accepted.

    waitress' own loop ends in the middle: what waits for a thread is dropped, and what a thread
    answers is no longer sent.
    """
    while not stop.is_told:
        _turn(sockets)
    _refuse_newcomers(sockets)
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and any(map(_is_busy, _channels(sockets))):
        for channel in _channels(sockets):
            _make_last(channel)
        _turn(sockets)
    left = sum(map(_is_busy, _channels(sockets)))
    if left:
        logger.warning("Stopped with %d connections that were not done in time", left)
    server.task_dispatcher.shutdown()


def _turn(sockets: Sockets) -> None:
    # select(), the default, cannot watch more than 1024 files.
    wasyncore.loop(timeout=TURN_SECONDS, map=sockets, use_poll=True, count=1)


def _refuse_newcomers(sockets: Sockets) -> None:
    """Let in who has connected already, and close the door."""
    for listener in [each for each in sockets.values() if each.accepting]:
        while select.select([listener.socket], [], [], 0)[0]:
            listener.handle_accept()
        # Only the door: a waitress server's own close() takes down what wakes the loop, too.
        wasyncore.dispatcher.close(listener)


def _channels(sockets: Sockets) -> Iterator[HTTPChannel]:
    return (each for each in list(sockets.values()) if isinstance(each, HTTPChannel))


def _make_last(channel: HTTPChannel) -> None:
    """Let the answers say that the connection ends with them."""
    for request in list(channel.requests):
        request.headers["CONNECTION"] = "close"


def _is_busy(channel: HTTPChannel) -> bool:
    if channel.requests or channel.total_outbufs_len or channel.close_when_flushed:
        return True
    return bool(time.time() - channel.last_activity < LINGER_SECONDS)
