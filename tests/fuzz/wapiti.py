"""Let wapiti, a scanner for web applications, look for holes with every role.

    python -m tests.fuzz.wapiti [role ...]

Prints a line for each role, and fails where wapiti reports anything. WAPITI names the program,
WAPITI_SECONDS how long it may look with each role, and try with each of its modules. Those that
look things up on the network are left out.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assessor.bootstrap import ROOT
from assessor.rates import IN_GENERAL
from tests.resilience.installation import Installation, warmed

WAPITI = os.environ.get("WAPITI", str(ROOT / ".wapiti" / "bin" / "wapiti"))
SECONDS = os.environ.get("WAPITI_SECONDS", "600")
MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,"
    "redirect,sql,upload,xss,xxe"
)
FREE = {f"LIMIT_{name}": "0" for name in IN_GENERAL}
"""A scanner is faster than anybody who is let in."""

OF_PLAIN_HTTP = "Secure flag is not set in the cookie"
"""What is so because this is served without TLS, on this machine; `manage.py check --deploy` looks
at an installation behind https."""


def main(*roles: str) -> int:
    """Scan as these roles, or all; return how many findings there are."""
    findings = 0
    with tempfile.TemporaryDirectory() as place:
        installation = Installation(Path(place) / "var", more=FREE)
        installation.directory.mkdir(mode=0o700)
        people = json.loads(installation.run("-m", "tests.resilience.run", "fuzz.people"))
        with warmed(installation) as servers, servers.serving(installation):
            for role, cookies in people["roles"].items():
                if role in (roles or people["roles"]):
                    report = scan(installation, Path(place), role, cookies, people["assessment"])
                    findings += told(role, report)
    return findings


def scan(
    installation: Installation,
    place: Path,
    role: str,
    cookies: Mapping[str, str],
    assessment: str,
) -> dict[str, Any]:
    """Return what wapiti reports when it looks with these cookies."""
    site = f"http://127.0.0.1:{installation.port}"
    jar = place / "cookies.json"
    jar.write_text(json.dumps({"127.0.0.1": {"/": {n: _cookie(v) for n, v in cookies.items()}}}))
    output = place / f"{role.replace(' ', '-')}.json"
    starts = [f"{site}/a/{assessment}/", f"{site}/assessments/", f"{site}/admin/"]
    command = [
        *(WAPITI, "--url", f"{site}/", "--scope", "domain", "--cookie", str(jar)),
        *(part for start in starts for part in ("--start", start)),
        *("--exclude", f"{site}/sign-out/", "--module", MODULES, "--format", "json"),
        *("--output", str(output), "--store-session", str(place / "sessions")),
        *("--max-scan-time", SECONDS, "--max-attack-time", SECONDS, "--flush-session"),
        *("--no-bugreport", "--verbose", "0"),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    report: dict[str, Any] = json.loads(output.read_text())
    return report


def _cookie(value: str) -> dict[str, Any]:
    return {"version": 0, "expires": None, "secure": False, "value": value, "port": None}


def told(role: str, report: Mapping[str, Any]) -> int:
    """Print what was found, and return how much."""
    found = {
        kind: wrong
        for part in ("vulnerabilities", "anomalies")
        for kind, cases in report[part].items()
        if (wrong := [case for case in cases if OF_PLAIN_HTTP not in case["info"]])
    }
    pages = report["infos"]["crawled_pages_nbr"]
    print(f"wapiti as {role}: {pages} pages, {sum(map(len, found.values()))} findings")  # noqa: T201
    for kind, cases in found.items():
        for case in cases:
            print(f"  {kind}: {case['method']} {case['path']} {case['info']}")  # noqa: T201
    return sum(map(len, found.values()))


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:]) else 0)
