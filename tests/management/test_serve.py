"""The server that everybody runs, on one's own machine and in production."""

import http.client
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from pytest_django import Settings
from waitress.adjustments import Adjustments

from assessor.bootstrap import ROOT
from assessor.management.commands import serve
from assessor.storage import condition, locking, migrations
from tests.storage.locks import cannot_be_replaced


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what the server is told, instead of starting it."""
    options: dict[str, Any] = {}

    monkeypatch.setattr(serve, "create_server", lambda _application, **told: options.update(told))
    monkeypatch.setattr(serve, "serve_until", lambda *_: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    # The connection of a test must stay open until the test is rolled back.
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(serve, "serve_pages", Mock())
    monkeypatch.setattr(serve, "Companion", Mock())
    return options


def run(**options: Any) -> str:
    output = StringIO()
    call_command("serve", stdout=output, stderr=output, **options)
    return output.getvalue()


# --- What it says


@pytest.mark.django_db
def test_the_address_the_administrator_and_the_password_file_are_printed(
    told: dict[str, Any], settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    call_command("first_administrator", stdout=StringIO())
    output = run(port=9000)
    assert "Assessor is ready at http://127.0.0.1:9000 " in output
    assert f"sign in as admin, password in {tmp_path / 'administrator-password'}" in output
    assert (tmp_path / "administrator-password").read_text().strip() not in output


@pytest.mark.django_db
def test_a_password_file_that_was_removed_is_not_mentioned(
    told: dict[str, Any], settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    User.objects.create_superuser("ada")
    output = run()
    assert "sign in as ada\n" in output


@pytest.mark.django_db
def test_a_password_that_is_of_no_account_any_more_is_not_mentioned(
    told: dict[str, Any], settings: Settings, tmp_path: Path
) -> None:
    """It was changed, or the accounts are those of a backup that was made elsewhere."""
    settings.VAR_DIR = tmp_path
    User.objects.create_superuser("admin", password="of the other machine")
    kept = tmp_path / "administrator-password"
    for content in (b"of this machine\n", b"\xff"):
        kept.write_bytes(content)
        assert "sign in as admin\n" in run()


@pytest.mark.django_db
def test_root_is_warned(told: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "You are root" in run()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "You are root" not in run()


def test_a_database_that_cannot_be_used_is_a_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise DatabaseError("connection refused")

    monkeypatch.setattr(condition, "refuse_unusable", gone)
    with pytest.raises(CommandError, match="cannot be used: connection refused"):
        run()


def test_an_empty_database_is_a_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(condition, "refuse_unusable", lambda *_: None)
    monkeypatch.setattr(migrations, "pending", lambda _connection: [("assessor", "0001")])
    with pytest.raises(CommandError, match=r"needs 1 migrations\. Run: make setup"):
        run()


def test_a_public_address_without_its_proxy_is_refused(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    with pytest.raises(CommandError, match="set TRUSTED_PROXY"):
        run()


@pytest.mark.django_db
def test_an_installation_without_administrator_says_how_to_create_one(
    told: dict[str, Any],
) -> None:
    assert "manage.py first_administrator" in run()


@pytest.mark.django_db
def test_nothing_is_restored_while_it_serves(
    told: dict[str, Any], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path
    served = Mock(side_effect=cannot_be_replaced)
    monkeypatch.setattr(serve, "serve_until", served)
    run()
    served.assert_called_once()
    with locking.exclusive():
        pass


# --- What it listens on


def test_a_taken_port_is_a_clear_message() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = rf"127\.0\.0\.1:{port}: Address already in use\. .*make run PORT={port + 1}"
        with pytest.raises(CommandError, match=message):
            serve.listen("127.0.0.1", port, {})


def test_a_port_that_cannot_exist_is_a_clear_message() -> None:
    with pytest.raises(CommandError, match="Port 99999 cannot be"):
        serve.listen("127.0.0.1", 99999, {})


def test_a_host_that_cannot_exist_is_a_clear_message() -> None:
    with pytest.raises(CommandError, match=r"Cannot listen on no\.such\.host\.invalid:8000"):
        serve.listen("no.such.host.invalid", 8000, {})


@pytest.mark.django_db
def test_it_listens_on_this_machine_only_and_on_the_port_of_the_settings(
    told: dict[str, Any], settings: Settings
) -> None:
    settings.PORT = 9123
    run()
    assert (told["host"], told["port"]) == ("127.0.0.1", 9123)


@pytest.mark.django_db
def test_other_machines_get_in_at_a_public_address_alone(
    told: dict[str, Any], settings: Settings
) -> None:
    with pytest.raises(CommandError, match="lets other machines in"):
        run(host="0.0.0.0")  # noqa: S104
    assert told == {}
    run(host="localhost")
    run(host="0.0.0.0", in_container=True)  # noqa: S104
    settings.PUBLIC_URL = "https://assess.example.org"
    run(host="0.0.0.0")  # noqa: S104
    assert told["host"] == "0.0.0.0"  # noqa: S104


# --- What waitress is told


def test_no_forwarded_header_is_believed_without_a_proxy() -> None:
    adjustments = Adjustments(**serve.server_options())
    assert adjustments.trusted_proxy is None
    assert adjustments.clear_untrusted_proxy_headers


def test_only_the_trusted_proxy_may_name_the_client_and_the_scheme(
    settings: Settings,
) -> None:
    settings.TRUSTED_PROXY = "10.0.0.7"
    adjustments = Adjustments(**serve.server_options())
    assert adjustments.trusted_proxy == "10.0.0.7"
    assert adjustments.trusted_proxy_headers == {"x-forwarded-for", "x-forwarded-proto"}


def test_requests_are_bounded_and_the_server_does_not_name_itself() -> None:
    adjustments = Adjustments(**serve.server_options())
    assert adjustments.max_request_body_size == 16 * 1024**2
    assert adjustments.max_request_header_size == 16384
    assert adjustments.ident is None


@pytest.mark.parametrize(
    ("soft", "hard", "connections", "raised_to"),
    [
        (1024, 1048576, 2000, 2200),
        (1024, resource.RLIM_INFINITY, 2000, 2200),
        (1024, 1100, 900, 1100),
        (65536, 1048576, 2000, None),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, 2000, None),
    ],
)
def test_the_connections_fit_into_the_open_files_of_the_process(
    monkeypatch: pytest.MonkeyPatch,
    soft: int,
    hard: int,
    connections: int,
    raised_to: int | None,
) -> None:
    raised: list[int] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: raised.append(limits[0]))
    assert serve.connection_limit() == connections
    assert raised == ([raised_to] if raised_to else [])


# --- The real thing


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of an installation of its own, with its database."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    own = {**kept, "VAR_DIR": str(tmp_path / "var"), "PORT": str(free_port())}
    manage("migrate", "--verbosity", "0", environment=own)
    return own


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def manage(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def _static_files(environment: dict[str, str]) -> None:
    """Collect what every page names."""
    manage("collectstatic", "--no-input", "--verbosity", "0", environment=environment)


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "manage.py", "serve"]
    with subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def wait_until_ready(server: subprocess.Popen[str]) -> None:
    assert server.stdout
    assert "Assessor is ready" in server.stdout.readline()


def answer(port: int) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/no-such-page/")
    return connection.getresponse()


def test_it_answers_refuses_a_second_server_and_stops_when_told(
    environment: dict[str, str], server: subprocess.Popen[str]
) -> None:
    wait_until_ready(server)
    assert answer(int(environment["PORT"])).getheader("Server") is None

    second = manage("serve", environment=environment)
    assert second.returncode == 1
    assert "Address already in use" in second.stderr
    assert "Traceback" not in second.stderr

    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=10) == 0
    assert server.stdout
    assert server.stdout.read().endswith("Assessor has stopped.\n")


@pytest.mark.usefixtures("_static_files")
def test_a_file_that_is_far_too_large_is_refused_by_a_page_with_a_way_back(
    environment: dict[str, str], server: subprocess.Popen[str]
) -> None:
    wait_until_ready(server)
    for megabytes in (3, 15):
        status, page = verified(int(environment["PORT"]), bytes(megabytes * 1024**2))
        assert status == 413
        assert "The file is larger than 1 MB, so it is no report." in page


def verified(port: int, content: bytes) -> tuple[int, str]:
    """Send a file to be verified; return the status and the page of the reply."""
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as sending:
        sending.request("GET", "/verify/")
        page = sending.getresponse()
        cookie = page.getheader("Set-Cookie", "").split(";")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        assert token
        file = SimpleUploadedFile("scan.pdf", content)
        body = encode_multipart(BOUNDARY, {"csrfmiddlewaretoken": token[1], "file": file})
        headers = {"Cookie": cookie, "Content-Type": MULTIPART_CONTENT}
        sending.request("POST", "/verify/", body, headers)
        refusal = sending.getresponse()
        return refusal.status, refusal.read().decode()
