"""Thirty-two people at the same time through ``serve``, and what its process holds afterwards.

Run by ``make bench``. Nothing here can fail for being slow; it fails for a wrong answer.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.people import Person, all_at_once, percentiles

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "32"))
JOURNEYS = int(os.environ.get("BENCH_JOURNEYS", "1000"))
GROWTH = 1.2
"""So much more memory may be held at the end than after a tenth of the work."""

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys, django
django.setup()
from django.core.management import call_command
from django.test import override_settings
from django.test.utils import setup_test_environment
from tests.bench import people
call_command("migrate", verbosity=0)
call_command("collectstatic", verbosity=0, interactive=False)
setup_test_environment()
people.prepare(int(sys.argv[1]))
"""
READY = re.compile(r"ready at (http://\S+)")


def environment(var: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "assessor.settings"}


def prepared(var: Path) -> list[dict[str, Any]]:
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", PROGRAM, str(PEOPLE)],
        cwd=ROOT,
        env=environment(var),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@contextmanager
def served(var: Path) -> Iterator[tuple[str, int]]:
    """Serve; give the address, and the process."""
    command = [sys.executable, "manage.py", "serve", "--port", PORT]
    server = subprocess.Popen(  # noqa: S603  our own program
        command, cwd=ROOT, env=environment(var), stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        found = next(filter(None, map(READY.search, server.stdout)))
        yield found[1], server.pid
    finally:
        server.terminate()
        server.wait(30)


PORT = os.environ.get("BENCH_PORT", "8765")


def resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def test_people_at_the_same_time(tmp_path: Path, record_figure: Any) -> None:
    prepared_people = prepared(tmp_path)
    with served(tmp_path) as (address, pid):
        people = [Person(address, about) for about in prepared_people]
        first = all_at_once(people, JOURNEYS // 10)
        after_a_tenth = resident_mib(pid)
        seen = all_at_once(people, JOURNEYS - JOURNEYS // 10)
        at_the_end = resident_mib(pid)
    assert first.wrong == seen.wrong == []
    requests = len(first.seconds) + len(seen.seconds)
    journeys = requests // (2 * len(prepared_people[0]["pages"]))
    p50, p95, p99 = (f"{1000 * each:.0f}" for each in percentiles(seen.seconds, 50, 95, 99))
    what = f"{PEOPLE} people at once, {len(seen.seconds):,} requests"
    record_figure(Figure(what, f"p50 {p50}, p95 {p95}, p99 {p99} ms", "0 errors"))
    record_figure(
        Figure(
            f"Memory of the server after {journeys:,} journeys",
            f"{at_the_end:.0f} MiB",
            f"{after_a_tenth:.0f} MiB after a tenth",
            at_the_end / after_a_tenth,
            GROWTH,
        )
    )
