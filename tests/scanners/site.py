"""A running server with something of everything on it, and somebody of every role signed in."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from assessor.rates import IN_GENERAL
from tests.resilience.installation import Installation, warmed

FREE = {f"LIMIT_{name}": "0" for name in IN_GENERAL}
"""A scanner is faster than anybody who is let in."""

WITH_HOLES = {"DJANGO_SETTINGS_MODULE": "tests.scanners.settings"}

MARK = "*"
"""Where sqlmap is to try something in an address."""


class Request(NamedTuple):
    """What is sent by whom; ``data`` in the body or, with GET, in the query."""

    role: str
    method: str
    address: str
    data: dict[str, str]


@dataclass(frozen=True)
class Site:
    """Where it is, a folder for notes, and who is there: see people.py."""

    address: str
    place: Path
    people: dict[str, Any]

    def cookies(self, role: str) -> dict[str, str]:
        """Return what the browser of this role sends."""
        cookies: dict[str, str] = self.people["roles"][role]
        return cookies


@contextmanager
def served(*people: str, fault: str = "", **environment: str) -> Iterator[Site]:
    """Give a site. ``people`` are the arguments of people.py, which knows no environment but ours.

    ``fault`` names how the server is broken on purpose, see tests/resilience/faults.py.
    """
    with tempfile.TemporaryDirectory() as place:
        installation = Installation(Path(place) / "var", more=dict(FREE))
        installation.directory.mkdir(mode=0o700)
        there = installation.run("-m", "tests.resilience.run", "scanners.people", *people)
        installation.more.update(environment)
        with warmed(installation) as servers, servers.serving(installation, fault):
            yield Site(f"http://127.0.0.1:{installation.port}", Path(place), json.loads(there))
