"""One request is one request: what says twice how long it is, is none.

waitress believes the one length, and a proxy in front may have believed the other: whatever stands
between them would then be a request of its own, in somebody else's name (RFC 9112, 6.1 and 11.2).
"""

from collections.abc import Iterable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer


class _OneLength(HTTPRequestParser):  # type: ignore[misc]  # untyped library
    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        is_ignored = "TRANSFER_ENCODING" in self.headers  # by what speaks HTTP/1.0
        if is_ignored or (self.chunked and "CONTENT_LENGTH" in self.headers):
            raise ParsingError("The length of the request is not clear")


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _OneLength


def refuse_two_lengths(sockets: Iterable[Any]) -> None:
    """Let the servers among these answer such a request with 400, and close the connection."""
    for each in sockets:
        if isinstance(each, BaseWSGIServer):
            each.channel_class = _Channel
