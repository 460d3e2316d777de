"""Serve the product, the same way on one's own machine and in production."""

import os
import resource
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.urls import reverse
from waitress.server import create_server

from assessor.deployment import LOCAL_HOSTS, is_public
from assessor.management import framing
from assessor.management.commands.first_administrator import (
    administrator_name,
    password_file,
    password_is_of,
)
from assessor.management.companion import Companion
from assessor.management.starting import working_with_database
from assessor.management.stopping import Sockets, Stop, serve_until
from assessor.storage.serving import serve_pages
from assessor.uploads import LARGEST

THREADS = 12
"""Half of them are left to others when as many wait for PDFs, files and editions as may."""

CONNECTIONS = 2000
IDLE_SECONDS = 30
HEADER_BYTES = 16 * 1024
BODY_BYTES = 16 * LARGEST
"""A whole edition, and scans that are no reports. On the way here bodies wait in files without a
name; with every connection full that is 32 GiB. Where /tmp is memory, it needs a size."""

# Open files besides connections: the database, the static files, the code.
OTHER_FILES = 200


class Command(BaseCommand):
    """Runs waitress: pure Python, and it holds many slow clients with few threads."""

    help = "Serves the product until it is stopped with Ctrl+C or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where to listen. What people type is another matter: PUBLIC_URL."""
        parser.add_argument("--host", default="127.0.0.1", help="listen here (%(default)s)")
        parser.add_argument(
            "--port", type=int, default=settings.PORT, help="on this port (%(default)s)"
        )
        parser.add_argument(
            "--no-worker",
            action="store_false",
            dest="worker",
            help="start no worker along with it: `manage.py worker` runs elsewhere",
        )
        parser.add_argument(
            "--in-container",
            action="store_true",
            help="others cannot reach --host, only the port that the container publishes",
        )

    def handle(
        self,
        *args: object,
        host: str,
        port: int,
        worker: bool = True,
        in_container: bool = False,
        **options: object,
    ) -> None:
        """Listen, say where, and serve."""
        if not in_container:
            refuse_open_door(host)
        refuse_endless_redirect()
        with working_with_database():
            self._serve(host, port, worker=worker)
        self.stdout.write("Assessor has stopped.")

    def _serve(self, host: str, port: int, *, worker: bool) -> None:
        administrator = describe_administrator()
        sockets: Sockets = {}
        server = listen(host, port, sockets)
        stop = Stop()
        stop.listen()
        address = f"http://{host}:{port}"
        self.stdout.write(f"Assessor is ready at {address} (stop it with Ctrl+C)")
        self.stdout.write(f"Administration at {address}{reverse('admin:index')}: {administrator}")
        self.stdout.flush()
        if os.geteuid() == 0:
            self.stderr.write("You are root: serving as an ordinary user would be safer.")
        # Request threads and render processes open their own.
        connection.close()
        serve_pages()
        companion = Companion() if worker else None
        if companion:
            companion.start()
        serve_until(stop, server, sockets)
        if companion:
            companion.end()


def refuse_open_door(host: str) -> None:
    """Refuse to let other machines in where answers would travel without encryption."""
    if host in LOCAL_HOSTS or is_public(settings.PUBLIC_URL):
        return
    raise CommandError(
        f"--host {host} lets other machines in, and what people type would travel readable. "
        "Set PUBLIC_URL to the https address that they type, and put a proxy in front. "
        "In a container, publish the port to 127.0.0.1 alone and add --in-container."
    )


def refuse_endless_redirect() -> None:
    """Refuse a public address whose pages could only ever redirect to themselves."""
    if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXY:
        raise CommandError(
            f"PUBLIC_URL is {settings.PUBLIC_URL}, but this server does not speak TLS itself. "
            "Put a proxy in front that does, and set TRUSTED_PROXY to its address."
        )


def describe_administrator() -> str:
    """Say who administers this installation, and where a generated password is kept."""
    name = administrator_name()
    if name is None:
        return "no administrator yet, run: manage.py first_administrator"
    kept = f", password in {password_file()}" if password_is_of(name) else ""
    return f"sign in as {name}{kept}"


def listen(host: str, port: int, sockets: Sockets) -> Any:
    """Return a server that already holds its port; what it watches is in ``sockets``."""
    if not 0 < port < 65536:
        raise CommandError(f"Port {port} cannot be: choose a number from 1 to 65535.")
    try:
        application = get_wsgi_application()
        server = create_server(application, map=sockets, host=host, port=port, **server_options())
    except OSError as error:
        raise CommandError(
            f"Cannot listen on {host}:{port}: {error.strerror}. "
            f"Choose another port, for example: make run PORT={port + 1}"
        ) from error
    except ValueError as error:
        raise CommandError(f"Cannot listen on {host}:{port}: {error}") from error
    framing.refuse_two_lengths(sockets.values())
    return server


def server_options() -> dict[str, Any]:
    """Return what waitress is told; as it comes, a hundred slow clients stop it."""
    options: dict[str, Any] = {
        "threads": THREADS,
        "connection_limit": connection_limit(),
        "channel_timeout": IDLE_SECONDS,
        "max_request_header_size": HEADER_BYTES,
        # Above what Django and uploads.py take, whose refusals are pages that explain themselves.
        "max_request_body_size": BODY_BYTES,
        "ident": None,
        "clear_untrusted_proxy_headers": True,
    }
    if settings.TRUSTED_PROXY:
        options["trusted_proxy"] = settings.TRUSTED_PROXY
        options["trusted_proxy_headers"] = {"x-forwarded-for", "x-forwarded-proto"}
    return options


def connection_limit() -> int:
    """Raise this process's limit of open files as far as needed, and share it out."""
    wanted = CONNECTIONS + OTHER_FILES
    soft, hard = (
        wanted if limit == resource.RLIM_INFINITY else limit
        for limit in resource.getrlimit(resource.RLIMIT_NOFILE)
    )
    files = max(soft, min(wanted, hard))
    if files > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return min(CONNECTIONS, files - OTHER_FILES)
