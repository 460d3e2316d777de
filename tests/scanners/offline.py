"""Walk through everything with a browser where there is no network but the machine with itself.

    python -m tests.scanners.offline [what to give to pytest instead]

Needs root, unshare and ip. First it asks whether this machine has a network, to see that the
question can be answered with yes; then the same in a place without one, and the tests there.
"""

import errno
import os
import socket
import subprocess
import sys

from assessor.bootstrap import ROOT

ELSEWHERE = ("192.0.2.1", 443)
"""An address that belongs to nobody. Where there is any network, it is tried to get there."""

JOURNEYS = (
    *("tests/browser", "--numprocesses", "auto"),
    *("--ignore", "tests/browser/test_accessibility.py"),
    *("--ignore", "tests/browser/test_screenshots.py"),
)
"""The two that are left out look at the same pages once more, one by one."""
INSIDE = "ip link set lo up && exec {python} -m tests.scanners.offline inside {arguments}"


def main(*arguments: str) -> int:
    """Leave the network behind and start again there."""
    print(f"offline: outside, {_leads(has_network())}")  # noqa: T201
    there = INSIDE.format(python=sys.executable, arguments=" ".join(arguments or JOURNEYS))
    return subprocess.run(["unshare", "--net", "sh", "-c", there], cwd=ROOT, check=False).returncode  # noqa: S603, S607


def inside(*arguments: str) -> int:
    """Make sure that there is no way out, and none but the way to itself; then run the tests."""
    interfaces = [name for _number, name in socket.if_nameindex()]
    print(f"offline: inside, {_leads(has_network())}, and there is {interfaces}")  # noqa: T201
    if has_network() or interfaces != ["lo"] or not reaches_itself():
        return 1
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(  # noqa: S603
        command, env={**os.environ, "REQUIRE_BROWSER": "1"}, check=False
    ).returncode


def has_network() -> bool:
    """Say whether there is any way for what is sent to another machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        return sender.connect_ex(ELSEWHERE) != errno.ENETUNREACH


def reaches_itself() -> bool:
    """Say whether this machine can be reached from itself."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as sender:
        return sender.connect_ex(server.getsockname()) == 0


def _leads(somewhere: bool) -> str:  # noqa: FBT001
    return "there is a way to other machines" if somewhere else "no way leads to other machines"


if __name__ == "__main__":
    start, arguments = (inside, sys.argv[2:]) if "inside" in sys.argv[1:2] else (main, sys.argv[1:])
    sys.exit(start(*arguments))
