"""Let wapiti, a scanner for web applications, look for holes with every role.

    python -m tests.scanners.wapiti [role ...]

Prints a line for each role, and fails where wapiti reports anything, or nothing about the hole that
is planted. WAPITI names the program,
WAPITI_SECONDS how long it may look with each role, and try with each of its modules. Those that
look things up on the network are left out.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from assessor.bootstrap import ROOT
from tests.scanners.site import WITH_HOLES, Site, served

WAPITI = os.environ.get("WAPITI", str(ROOT / ".wapiti" / "bin" / "wapiti"))
SECONDS = os.environ.get("WAPITI_SECONDS", "600")
MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,"
    "redirect,sql,upload,xss,xxe"
)

OF_PLAIN_HTTP = "Secure flag is not set in the cookie"
"""What is so because this is served without TLS, on this machine; `manage.py check --deploy` looks
at an installation behind https."""


def main(*roles: str) -> int:
    """Scan as these roles, or all; return how much is wrong."""
    if not finds_the_hole():
        print("wapiti does not find the planted hole")  # noqa: T201
        return 1
    print("wapiti finds the planted hole")  # noqa: T201
    with served() as site:
        chosen = roles or tuple(site.people["roles"])
        return sum(told(role, scan(site, role)) for role in chosen)


def finds_the_hole() -> bool:
    """Say whether wapiti reports the page that asks the database what it is told."""
    with served(**WITH_HOLES) as site:
        hole = f"{site.address}/planted/hole/?name=administrator"
        return "SQL Injection" in findings(look(site, "stranger", "--url", hole, "--scope", "url"))


def scan(site: Site, role: str) -> dict[str, Any]:
    """Return what wapiti reports when it looks with the cookies of a role."""
    starts = (f"/a/{site.people['assessment']}/", "/assessments/", "/admin/")
    return look(
        site,
        role,
        *("--url", f"{site.address}/", "--scope", "domain"),
        *(part for start in starts for part in ("--start", site.address + start)),
        *("--exclude", f"{site.address}/sign-out/"),
    )


def look(site: Site, role: str, *where: str) -> dict[str, Any]:
    """Return what wapiti reports about some addresses."""
    cookies = {name: _cookie(value) for name, value in site.cookies(role).items()}
    jar = site.place / "cookies.json"
    jar.write_text(json.dumps({"127.0.0.1": {"/": cookies}}))
    output = site.place / f"{role.replace(' ', '-')}.json"
    command = [
        *(WAPITI, *where, "--cookie", str(jar), "--module", MODULES, "--format", "json"),
        *("--output", str(output), "--store-session", str(site.place / "sessions")),
        *("--max-scan-time", SECONDS, "--max-attack-time", SECONDS, "--flush-session"),
        *("--no-bugreport", "--verbose", "0"),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    report: dict[str, Any] = json.loads(output.read_text())
    return report


def _cookie(value: str) -> dict[str, Any]:
    return {"version": 0, "expires": None, "secure": False, "value": value, "port": None}


def findings(report: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what is wrong, by its kind."""
    return {
        kind: wrong
        for part in ("vulnerabilities", "anomalies")
        for kind, cases in report[part].items()
        if (wrong := [case for case in cases if OF_PLAIN_HTTP not in case["info"]])
    }


def told(role: str, report: Mapping[str, Any]) -> int:
    """Print what was found, and return how much."""
    found = findings(report)
    pages = report["infos"]["crawled_pages_nbr"]
    print(f"wapiti as {role}: {pages} pages, {sum(map(len, found.values()))} findings")  # noqa: T201
    for kind, cases in found.items():
        for case in cases:
            print(f"  {kind}: {case['method']} {case['path']} {case['info']}")  # noqa: T201
    return sum(map(len, found.values()))


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:]) else 0)
