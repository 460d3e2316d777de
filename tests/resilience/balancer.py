"""A simple balancer: each request goes to the next server of the row, as a proxy would send it."""

import http.client
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

SECONDS = 60
AWAY = 502


class Balancer(ThreadingHTTPServer):
    """Sends requests on in turn. ``served`` counts what each server has answered.

    What a server did not take is sent to the next one. What breaks off in the middle is told the
    person as it is, when something was sent: nobody knows whether it was carried out.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, ports: Sequence[int]) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.ports = ports
        self.served = dict.fromkeys(ports, 0)
        self._turns = count()

    def next_ports(self) -> list[int]:
        """Return all servers, beginning with the one whose turn it is."""
        first = next(self._turns) % len(self.ports)
        return [*self.ports[first:], *self.ports[:first]]


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Balancer

    def do_GET(self) -> None:
        self._send_on()

    def do_POST(self) -> None:
        self._send_on()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""

    def _send_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        for port in self.server.next_ports():
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
            try:
                connection.connect()
            except OSError:
                continue
            try:
                connection.request(self.command, self.path, body, dict(self.headers))
                response = connection.getresponse()
                content = response.read()
            except (OSError, http.client.HTTPException):
                break
            finally:
                connection.close()
            self.server.served[port] += 1
            return self._answer(response.status, response.getheaders(), content)
        return self._answer(AWAY, [], b"")

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def balancing(ports: Sequence[int]) -> Iterator[Balancer]:
    """Give a balancer before these servers."""
    with Balancer(ports) as balancer:
        thread = threading.Thread(target=balancer.serve_forever, daemon=True)
        thread.start()
        try:
            yield balancer
        finally:
            balancer.shutdown()
            thread.join()
