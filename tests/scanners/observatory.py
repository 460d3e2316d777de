"""Let Mozilla's HTTP Observatory grade pages as it would grade a site: at least A+ and 130 points.

    python -m tests.scanners.observatory

Prints a line for each page, and fails where one has less, or where a server without a policy for
content gets as much. The Observatory grades what stands at the root of a host that speaks TLS, so
each page gets a port of its own that shows nothing else. It grades no answer with 404 or 5xx; these
pages are shown to it with 200, and all else as it is. OBSERVATORY names its folder.

Its list of hosts that browsers know to be reached over https alone would come from the network; it
is given an empty one, so nothing is graded better for being on it.
"""

import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from assessor.bootstrap import ROOT
from tests.scanners.site import WITH_HOLES, Site, served

PACKAGE = "node_modules/@mdn/mdn-http-observatory"
OBSERVATORY = Path(os.environ.get("OBSERVATORY", str(ROOT / ".observatory"))) / PACKAGE
LEAST = 130
GRADED = (200, 403)

OVER_HTTPS = {
    "PUBLIC_URL": "https://localhost",
    "TRUSTED_PROXY": "127.0.0.1",
}


@dataclass(frozen=True)
class Page:
    """What is graded: where it stands, who looks, what they send, and what is answered."""

    name: str
    path: str
    role: str = "stranger"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


PAGES = (
    Page("landing", "/"),
    Page("step", "/a/{assessment}/questions/where/", "owner"),
    Page("sign-in of the administration", "/admin/login/"),
    Page("403", "/", status=403, headers={"Sec-Fetch-Site": "cross-site"}),
    Page("404", "/nowhere/", status=404),
    Page("500", "/planted/failure/", status=500),
    Page("503", "/planted/trouble/", status=503),
)


def main() -> int:
    """Grade everything, and one page without a policy; return how many pages have too little."""
    environment = WITH_HOLES | OVER_HTTPS
    (OBSERVATORY / "conf" / "hsts-preload.json").write_text("{}")
    with served(**environment) as site:
        low = sum(not graded(site, page) for page in PAGES)
    with served(fault="send_no_policy", **environment) as site:
        low += graded(site, PAGES[0], "without a policy, ")
    return low


def graded(site: Site, page: Page, how: str = "") -> bool:
    """Print what the Observatory says of a page, and return whether it is enough."""
    with shown(site, page) as (address, certificate):
        done = subprocess.run(  # noqa: S603
            ["node", str(OBSERVATORY / "src" / "scan.js"), address],  # noqa: S607
            env={**os.environ, "NODE_EXTRA_CA_CERTS": str(certificate)},
            capture_output=True,
            text=True,
            check=True,
        )
    report = json.loads(done.stdout)
    grade, score = report["scan"]["grade"], report["scan"]["score"]
    failed = [name for name, test in report["tests"].items() if not test["pass"]]
    print(f"observatory: {how}{page.name}: {grade}, {score}", *failed)  # noqa: T201
    return bool(grade == "A+" and score >= LEAST)


@contextmanager
def shown(site: Site, page: Page) -> Iterator[tuple[str, Path]]:
    """Give the host and port where a page stands alone, with TLS, and whom to trust for it."""
    key, certificate = site.place / "key.pem", site.place / "certificate.pem"
    if not key.exists():
        command = [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(certificate)),
        ]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Alone, site, page)) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"localhost:{server.server_port}", certificate
        server.shutdown()


class Alone(BaseHTTPRequestHandler):
    """A proxy that ends TLS, and has one page as its root."""

    def __init__(self, site: Site, page: Page, *arguments: object) -> None:
        self.site, self.page = site, page
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Pass on, and answer what was answered."""
        answer = self.passed_on()
        body = answer.read()
        if self.path == "/" and self.command == "GET" and answer.status != self.page.status:
            raise AssertionError(f"{self.page.name}: {answer.status}")
        self.send_response(answer.status if answer.status in GRADED else 200)
        for name, value in answer.getheaders():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_OPTIONS = do_GET  # noqa: N815

    def passed_on(self) -> HTTPResponse:
        path = self.page.path.format(**self.site.people) if self.path == "/" else self.path
        cookies = self.site.cookies(self.page.role)
        server = HTTPConnection(urlsplit(self.site.address).netloc, timeout=30)
        headers = {
            **{name: value for name, value in self.headers.items() if name != "Connection"},
            **self.page.headers,
            "Host": "localhost",
            "X-Forwarded-For": "127.0.0.1",
            "X-Forwarded-Proto": "https",
            "Cookie": "; ".join(f"__Host-{name}={value}" for name, value in cookies.items()),
        }
        server.request(self.command, path, headers=headers)
        return server.getresponse()

    def log_message(self, *_words: object) -> None:
        """Say nothing of each request."""


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
