"""The worker that a server brings: started with it, again when it dies, and ended with it."""

import logging
import subprocess
import sys
from threading import Event, Thread

from django.conf import settings

PAUSES = (1, 5, 30, 60)
"""Seconds before it is started again, the last one from then on."""

PATIENCE = 30
"""Seconds it has at the end for what it has in hand."""

logger = logging.getLogger(__name__)


class Companion:
    """One worker in a process of its own.

    Its standard input is ours, and ends with us however we end: so it never outlives us for long.
    """

    def __init__(self) -> None:
        self._ending = Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = Thread(target=self._keep, name="companion", daemon=True)

    def start(self) -> None:
        """Start it and see to it that there is one."""
        self._thread.start()

    def end(self) -> None:
        """Let it end what it has in hand; kill it if that takes too long."""
        self._ending.set()
        process = self._process
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()

    def _keep(self) -> None:
        starts = 0
        while not self._ending.is_set():
            self._process = _started()
            code = self._process.wait()
            if self._ending.is_set():
                return
            pause = PAUSES[min(starts, len(PAUSES) - 1)]
            logger.error("The worker ended with %d; it is started again in %d s", code, pause)
            starts += 1
            self._ending.wait(pause)


def _started() -> subprocess.Popen[bytes]:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", "--attached"]
    # In a session of its own, so that Ctrl+C reaches it through us alone.
    return subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, start_new_session=True
    )
