"""A process that has loaded everything, and forks a real `manage.py serve` at each order.

    python -m tests.resilience.run resilience.warm

An order is a line of JSON: the port, the database file and the directory of the installation, the
name of a fault, and which command to run. It prints the process number of each server. Loading the
product takes seconds, and a thousand servers are to be killed.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client, override_settings

from assessor.models import Edition
from tests.resilience.faults import FAULTS


def main() -> None:
    """Load everything and wait for orders."""
    load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for order in sys.stdin:
        pid = os.fork()
        if pid == 0:
            work(**json.loads(order))
        print(pid, flush=True)  # noqa: T201


def use_files_as_they_are() -> None:
    """Do without collected static files: nobody has collected any here."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = {**settings.STORAGES, "staticfiles": plain}
    override_settings(STORAGES=storages, WHITENOISE_USE_FINDERS=True).enable()
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)


def load() -> None:
    """Load what a first request would load."""
    use_files_as_they_are()
    Client(SERVER_NAME="127.0.0.1").get("/help/")
    with suppress(DatabaseError, Edition.DoesNotExist):
        Edition.objects.current().knowledge  # noqa: B018 -- kept in memory from now on
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]


def work(port: int, database: str | None, directory: str, fault: str, command: str) -> None:
    """Become the server of an installation, or another command of it, until somebody ends it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    settings.VAR_DIR = Path(directory)
    chosen: dict[str, Any] = connection.settings_dict
    if database:
        chosen["NAME"] = database
    if fault:
        FAULTS[fault](chosen)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.dup2(os.open(f"{directory}/log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), 2)
    if command == "serve":
        call_command("serve", port=port, worker=False)
    else:
        call_command(command, verbosity=0)
    os._exit(0)
