"""Run semgrep with the rules beside this, and compare what it finds with what is explained here.

    python -m tests.security.semgrep

First each rule has to find the code that is planted for it. SEMGREP names the program.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from assessor.bootstrap import ROOT
from tests.security.explaining import Found, gone, unexplained

SEMGREP = os.environ.get("SEMGREP", str(ROOT / ".semgrep" / "bin" / "semgrep"))
RULES = Path(__file__).with_suffix(".yaml")

EXPLAINED = {
    ("fetched-outside-access", "assessor/views/result.py"): "a report that access.py gave, anew",
    ("calls-somebody", "assessor/views/single_sign_on.py"): "the provider of identities",
}
"""Rule and file, with why it is right there."""

PLANTED = {
    "fetched-outside-access": """
from assessor.models import Assessment
def page(request, assessment_id):
    return Assessment.objects.select_related("edition").get(pk=assessment_id)
""",
    "calls-somebody": """
from urllib.request import urlopen
""",
    "typed-and-logged": """
def save(request):
    name = request.POST["name"].strip()
    logger.info("saved %s", name)
""",
    "asked-and-stored": """
def page(request):
    wanted = request.GET.get("status", "")
    Assessment.objects.filter(pk=1).update(status=wanted)
""",
    "sent-and-opened": """
from pathlib import Path
def page(request):
    return Path("/srv", request.GET["file"]).read_text()
""",
    "sent-and-shown": """
from django.http import HttpResponse
def page(request):
    return HttpResponse("<p>" + request.GET["q"])
""",
    "sent-and-followed": """
from django.shortcuts import redirect
def page(request):
    onward = request.POST.get("next") or "/"
    return redirect(onward)
""",
}


def main() -> int:
    """Print what is planted and missed, found and not explained, or explained but gone."""
    missed = PLANTED.keys() - {rule for rule, _path in _planted()}
    now = found(ROOT, "assessor")
    new = unexplained(now, EXPLAINED)
    wrong = [
        *(f"{rule}: the planted code is not found" for rule in missed),
        *new,
        *gone(now, EXPLAINED),
    ]
    for line in sorted(wrong):
        print(line)  # noqa: T201
    print(  # noqa: T201
        f"semgrep: {len(PLANTED)} rules, {len(PLANTED) - len(missed)} of them find what is "
        f"planted; {len(now)} findings, {len(new)} of them not explained"
    )
    return len(wrong)


def _planted() -> dict[Found, str]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "assessor" / "views"
        folder.mkdir(parents=True)
        for rule, code in PLANTED.items():
            (folder / f"{_file(rule)}.py").write_text(code)
        everything = found(Path(place), "assessor")
    return {key: at for key, at in everything.items() if Path(key[1]).stem == _file(key[0])}


def _file(rule: str) -> str:
    return rule.replace("-", "_")


def found(folder: Path, part: str) -> dict[Found, str]:
    """Return what semgrep finds in a part of a folder, each with its place."""
    command = [
        *(SEMGREP, "scan", "--config", str(RULES), "--json", "--quiet", "--no-git-ignore"),
        *("--metrics", "off", "--disable-version-check", "--strict", part),
    ]
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, capture_output=True, text=True, check=True
    )
    return {
        (each["check_id"].rpartition(".")[2], each["path"]): (
            f"{each['path']}:{each['start']['line']}"
        )
        for each in json.loads(done.stdout)["results"]
    }


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
