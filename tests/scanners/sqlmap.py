"""Let sqlmap look whether anything that is sent becomes part of a statement.

    python -m tests.scanners.sqlmap [part of an address ...]

Every form and every address of every role, with each of its parameters, at level 2, on a server
with SQLite. Fails where one is injectable, or could not be tried to the end, or where sqlmap misses
the hole that is planted. SQLMAP names the program, SQLMAP_SECONDS how long it may try one address.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from assessor.bootstrap import ROOT
from tests.scanners.site import WITH_HOLES, Request, Site, served

SQLMAP = os.environ.get("SQLMAP", str(ROOT / ".sqlmap" / "bin" / "sqlmap"))
SECONDS = os.environ.get("SQLMAP_SECONDS", "3600")

LOOKS = [
    *("--batch", "--level", "2", "--dbms", "sqlite", "--time-limit", SECONDS),
    *("--ignore-redirects", "--ignore-code", "*", "--disable-coloring"),
]
INJECTABLE = re.compile(r"Parameter: .+")
TRIED = re.compile(r"parameter '.+?' does not seem to be injectable")
FINISHED = "all tested parameters do not appear to be injectable"
REFUSED = "403 (Forbidden)"
WITHOUT_COOKIES = ("--param-exclude", "^Cookie$")
WITH_COOKIES = Request("owner", "GET", "/assessments/", {})
"""Cookies are the same everywhere, and tried here alone."""

OTHER_COOKIES = {"theme": "dark", "new_link_people": "1", "messages": "1"}
HOLE = Request("stranger", "GET", "/planted/hole/", {"name": "administrator"})


class Report(NamedTuple):
    """What came of one address: how many parameters were tried, and what was wrong, if anything."""

    tried: int
    wrong: str


def main(*parts: str) -> int:
    """Try everything, or the addresses with one of these parts; return how much is wrong."""
    started = time.monotonic()
    with served("requests", **WITH_HOLES) as site:
        if not look(site, HOLE).wrong.startswith("injectable"):
            print("sqlmap does not find the planted hole")  # noqa: T201
            return 1
        found = [WITH_COOKIES, *(Request(*each) for each in site.people["requests"])]
        chosen = [each for each in found if any(part in each.address for part in parts or ("/",))]
        with ThreadPoolExecutor(os.cpu_count()) as several:
            reports = list(several.map(lambda each: told(each, look(site, each)), chosen))
    wrong = sum(bool(report.wrong) for report in reports)
    print(  # noqa: T201
        f"sqlmap: {sum(each.tried for each in reports)} parameters of {len(reports)} addresses, "
        f"{wrong} injectable or not tried to the end, the planted hole found, "
        f"{time.monotonic() - started:.0f} s"
    )
    return wrong


def look(site: Site, request: Request) -> Report:
    """Let sqlmap try one address."""
    query = urlencode(request.data)
    sent = ["--data", query] if request.method == "POST" else []
    address = f"{request.address}?{query}" if query and not sent else request.address
    cookies = "; ".join(
        f"{name}={value}" for name, value in (OTHER_COOKIES | site.cookies(request.role)).items()
    )
    kept = [] if request == WITH_COOKIES else WITHOUT_COOKIES
    with tempfile.TemporaryDirectory(dir=site.place) as place:
        report = Path(place) / "report.json"
        command = [
            *(SQLMAP, "--url", site.address + address, *sent, "--cookie", cookies, *LOOKS, *kept),
            *("--output-dir", place, "--report-json", str(report)),
        ]
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=False, cwd=place
        )
        about = json.loads(report.read_text()) if report.exists() else {"data": []}
    return Report(len(TRIED.findall(done.stdout)), _wrong(about, done.stdout))


def _wrong(about: dict[str, Any], said: str) -> str:
    if any(found["type_name"] == "TECHNIQUES" for found in about["data"]):
        return "injectable: " + "; ".join(sorted(set(INJECTABLE.findall(said))))
    if REFUSED in said:
        return "refused before anything was looked at"
    return "" if FINISHED in said else "not finished"


def told(request: Request, report: Report) -> Report:
    """Print what was tried, as it is done."""
    print(  # noqa: T201
        f"  {request.role}: {request.method} {request.address}: {report.tried} parameters"
        f"{report.wrong and ', '}{report.wrong}",
        flush=True,
    )
    return report


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:]) else 0)
