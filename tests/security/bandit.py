"""Run bandit, and compare what it finds with what is explained here.

python -m tests.security.bandit

ruff checks the same rules with every commit, line by line; this looks with bandit's own eyes.
"""

import json
import subprocess
import sys

from assessor.bootstrap import ROOT
from tests.security.explaining import Found, gone, unexplained

EXPLAINED = {
    ("B506", "assessor/knowledge/plain_yaml.py"): "the loader is our own, stricter than safe_load",
    ("B611", "assessor/finding/wanted.py"): "the statement is a constant; words are parameters",
    ("B608", "assessor/storage/copies.py"): "the names are those of our own tables",
    ("B308", "assessor/templatetags/report_tags.py"): "a constant, and drawings from our files",
    ("B703", "assessor/templatetags/report_tags.py"): "the same",
}
"""Rule and file, with why it is no weakness. Findings of low severity are ruff's business."""

COMMAND = ["-q", "-r", "assessor", "-x", "assessor/migrations", "-ll", "-f", "json"]


def found() -> dict[Found, str]:
    """Return what bandit finds now, each with its place."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bandit", *COMMAND],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    issues = json.loads(done.stdout)["results"]
    return {
        (issue["test_id"], issue["filename"]): f"{issue['filename']}:{issue['line_number']}"
        for issue in issues
    }


def main() -> int:
    """Print what is not explained, and what is explained but gone; return how many."""
    now = found()
    new, old = unexplained(now, EXPLAINED), gone(now, EXPLAINED)
    for line in sorted(new + old):
        print(line)  # noqa: T201
    print(f"bandit: {len(now)} findings, {len(new)} of them not explained")  # noqa: T201
    return len(new) + len(old)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
