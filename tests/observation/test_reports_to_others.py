"""What leaves for Sentry and OpenTelemetry when they are set: nothing that anybody typed."""

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assessor.bootstrap import ROOT
from assessor.observation import request_id, sentry, tracing

TYPED = "VeryConfidential"

FAILING = f"""
import logging, os, django
django.setup()
import sentry_sdk
from django.test import Client
from assessor.views import site
if "CONTROL" in os.environ:
    sentry_sdk.init(dsn=os.environ["DSN"], send_default_pii=True)

def fail(request):
    answer = "{TYPED}"
    logging.getLogger("any").warning("{TYPED}")
    logging.getLogger("any").error("{TYPED} %s", answer)
    raise ValueError(answer)

site._back = fail
client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
client.cookies["theme"] = "{TYPED}"
headers = {{"user-agent": "{TYPED}", "referer": "http://127.0.0.1/{TYPED}"}}
response = client.post("/theme/?q={TYPED}", {{"theme": "{TYPED}"}}, headers=headers)
assert response.status_code == 500
sentry_sdk.flush()
"""


class Receiver(HTTPServer):
    """A Sentry that only listens."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[bytes] = []

    @property
    def dsn(self) -> str:
        return f"http://key@127.0.0.1:{self.server_port}/1"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}
        assert isinstance(self.server, Receiver)
        self.server.received.append(unpack[self.headers["Content-Encoding"]](body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def fail_with(var: Path, **environment: str) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "assessor.settings", "VAR_DIR": str(var)}
    subprocess.run(  # noqa: S603
        [sys.executable, "-c", FAILING],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **settings, **environment},
        check=True,
        capture_output=True,
        timeout=60,
    )


def test_a_failure_is_reported_without_anything_that_was_typed(
    receiver: Receiver, tmp_path: Path
) -> None:
    fail_with(tmp_path, SENTRY_DSN=receiver.dsn)
    sent = b"".join(receiver.received)
    assert b'"ValueError"' in sent
    assert b'"assessor.views.site"' in sent
    assert TYPED.encode() not in sent


def test_the_control_without_scrubbing_it_would_leave(receiver: Receiver, tmp_path: Path) -> None:
    fail_with(tmp_path, DSN=receiver.dsn, CONTROL="1")
    assert TYPED.encode() in b"".join(receiver.received)


@pytest.fixture
def name() -> Iterator[str]:
    """The name of the request that is at work."""
    request_id.current.set("0123456789abcdef")
    yield "0123456789abcdef"
    request_id.forget()


def test_of_an_event_only_what_is_known_to_be_harmless_is_kept(name: str) -> None:
    frame = {"filename": "a.py", "lineno": 3, "vars": {"x": TYPED}, "context_line": TYPED}
    exception = {"type": "ValueError", "value": TYPED, "stacktrace": {"frames": [frame]}}
    event = {
        "event_id": "1",
        "message": TYPED,
        "request": {"url": TYPED},
        "user": {"id": TYPED},
        "breadcrumbs": {"values": [TYPED]},
        "a field of a later version": TYPED,
        "exception": {"values": [exception]},
    }
    assert sentry.scrubbed(event) == {
        "event_id": "1",
        "tags": {"request_id": name},
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "stacktrace": {"frames": [{"filename": "a.py", "lineno": 3}]},
                }
            ]
        },
    }
    assert sentry.scrubbed({"exception": None})["exception"] == {"values": []}


@pytest.mark.parametrize(
    ("start", "package"),
    [
        (lambda: sentry.start("https://key@sentry.example/1"), "sentry_sdk"),
        (tracing.refuse_missing, "opentelemetry.exporter.otlp.proto.http.trace_exporter"),
    ],
)
def test_what_is_not_installed_is_told_with_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, start: Any, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImproperlyConfigured, match=r"make (sentry|opentelemetry) .*EXTRAS="):
        start()


def test_a_span_has_route_and_status_and_nothing_else(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "tracer", lambda: provider.get_tracer("test"))

    def view(request: HttpRequest) -> HttpResponse:
        request.resolver_match = resolve("/help/")
        return HttpResponse(TYPED)

    tracing.trace(view)(RequestFactory().get(f"/r/{TYPED}/"))  # type: ignore[operator]
    (span,) = exporter.get_finished_spans()
    assert span.name == "GET help"
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "help",
        "http.response.status_code": 200,
        "request_id": name,
    }
    assert TYPED not in span.to_json()


def test_spans_are_made_by_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert tracing.tracer() is tracing.tracer()
