"""What people said survives every migration (R15), also one that is killed half-way (R16)."""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.resilience.cluster import Cluster, on_postgresql_or_long, running
from tests.resilience.earlier import ASSESSMENTS, STATE
from tests.resilience.every_row import Tables, differences
from tests.resilience.figures import IS_LONG, Figure, measured, rounds
from tests.resilience.installation import Installation, Servers, wait_until_gone, warmed

UPGRADES, KILLED = "upgrade from every earlier schema", "migration killed half-way"
EVERY_ROW = "every row of every table through every migration"

FOUND_BY = ("result", "review_on", "score", "situation", "submitted_at", "suggested")
CHANGED_ON_PURPOSE = {
    "0009_fill_finding": [f"assessor_assessment.{name}" for name in (*FOUND_BY, "unknown_count")],
    "0023_hashed_recovery_codes": ["otp_static_statictoken.token"],
}
"""What a migration is there to change, by table and column."""


@pytest.fixture(scope="session")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Return an installation as an earlier version left it, only to be copied."""
    return filled(Installation(tmp_path_factory.mktemp("earlier") / "var"))


def made_earlier(cluster: Cluster, directory: Path) -> Installation:
    """Return the same on PostgreSQL."""
    return filled(Installation(directory, more={"DATABASE_URL": cluster.make("earlier")}))


def filled(installation: Installation) -> Installation:
    installation.directory.mkdir(mode=0o700)
    installation.run("-m", "tests.resilience.run", "resilience.earlier")
    return installation


def states() -> list[str]:
    """Return every state of the schema after the earliest kept here."""
    names = sorted(name for app, name in MigrationLoader(None).disk_migrations if app == "assessor")
    return names[names.index(STATE) + 1 :]


def test_what_was_said_is_the_same_after_every_migration(
    earlier: Installation, tmp_path: Path
) -> None:
    installation = earlier.copy(tmp_path / "var")
    said = installation.canonical()
    with measured(UPGRADES) as figure:
        told = installation.run(
            "-m", "tests.resilience.run", "resilience.migrating", *states()
        ).split()
        installation.run("manage.py", "verify_audit")
        figure.rounds, figure.acknowledged = len(told), len(told) * ASSESSMENTS
        figure.lost = sum(each != said for each in told)
        installation.change_one_answer()
        figure.control = "one answer changed gives another hash"
    assert len(told) == len(states()) + 1
    assert figure.lost == 0
    assert installation.canonical() != said


def test_every_row_of_every_table_is_the_same_after_every_migration(
    earlier: Installation, tmp_path: Path
) -> None:
    with measured(f"{EVERY_ROW}, SQLite") as figure:
        migrate_every_row(figure, earlier.copy(tmp_path / "var"))
    assert figure.lost == 0


@on_postgresql_or_long
def test_every_row_of_postgresql_is_the_same_after_every_migration(tmp_path: Path) -> None:
    with measured(f"{EVERY_ROW}, PostgreSQL") as figure, running() as cluster:
        migrate_every_row(figure, made_earlier(cluster, tmp_path / "var"))
    assert figure.lost == 0


def migrate_every_row(figure: Figure, installation: Installation) -> None:
    """Fill in the figure; fails where a migration no longer does what it is there for."""
    told = json.loads(
        installation.run("-m", "tests.resilience.run", "resilience.every_row", *states())
    )
    changed = {state: columns for state, (_rows, columns) in told.items() if columns}
    figure.rounds, figure.acknowledged = len(told), sum(rows for rows, _columns in told.values())
    figure.lost = sum(
        len({*columns} - {*CHANGED_ON_PURPOSE.get(state, ())}) for state, columns in changed.items()
    )
    assert list(told) == states()
    assert CHANGED_ON_PURPOSE.items() <= changed.items()
    installation.run("manage.py", "migrate", "--check")
    installation.run("manage.py", "verify_audit")


def test_a_migration_that_loses_something_is_found() -> None:
    before: Tables = {"kept": {1: {"said": "a", "gone": "b"}, 2: {"said": ""}}, "lost": {7: {}}}
    after: Tables = {"kept": {1: {"said": "c", "new": ""}, 3: {"said": ""}}, "new": {1: {}}}
    assert [*differences(before, after)] == ["kept", "kept.said", "kept.gone", "lost"]
    assert [*differences(before, {**before, "new": {1: {}}})] == []


def broken_by_killing(
    servers: Servers, copied: Callable[[], Installation], times: int, fault: str = ""
) -> int:
    """Kill so many migrations, finish them, and return in how many something was broken."""
    whole = copied()
    said = whole.canonical()
    started = time.monotonic()
    wait_until_gone(servers.run(whole, "migrate").pid)
    duration = time.monotonic() - started
    assert is_migrated(whole)
    broken = 0
    for _ in range(times):
        installation = copied()
        process = servers.run(installation, "migrate", fault)
        time.sleep(random.uniform(0, duration))  # noqa: S311
        process.kill()
        wait_until_gone(servers.run(installation, "migrate").pid)
        broken += not is_migrated(installation) or installation.canonical() != said
    return broken


def broken_without_transactions(servers: Servers, copied: Callable[[], Installation]) -> int:
    """Return how many migrations have to be killed until one is broken; 0 where none is."""
    fault = "migrate_without_transactions"
    return next((at for at in range(1, 31) if broken_by_killing(servers, copied, 1, fault)), 0)


def is_migrated(installation: Installation) -> bool:
    rows = installation.query("SELECT name FROM django_migrations WHERE app = 'assessor'")
    return states()[-1] in {name for (name,) in rows}


def test_a_killed_migration_is_finished_by_the_next(earlier: Installation, tmp_path: Path) -> None:
    places = (tmp_path / f"var{number}" for number in range(10_000))
    with measured(f"{KILLED}, SQLite") as figure, warmed(earlier) as servers:
        broken = kill_and_finish(
            figure, rounds(short=2, long=50), servers, lambda: earlier.copy(next(places))
        )
    assert figure.lost == 0
    assert broken


def kill_and_finish(
    figure: Figure, times: int, servers: Servers, copied: Callable[[], Installation]
) -> int:
    """Fill in the figure; return at which kill a migration without transactions is broken."""
    figure.rounds, figure.acknowledged = times, times * ASSESSMENTS
    figure.lost = broken_by_killing(servers, copied, times)
    broken = broken_without_transactions(servers, copied)
    figure.control = f"broken at kill {broken} without transactions"
    return broken


@pytest.mark.skipif(not IS_LONG, reason="takes a minute: run make resilience")
def test_a_killed_migration_of_postgresql_is_finished_by_the_next(tmp_path: Path) -> None:
    with (
        measured(f"{KILLED}, PostgreSQL") as figure,
        running() as cluster,
    ):
        earlier = made_earlier(cluster, tmp_path / "var")
        here = cluster.address("here")
        with warmed(Installation(earlier.directory, more={"DATABASE_URL": here})) as servers:
            broken = kill_and_finish(
                figure, rounds(short=1, long=50), servers, lambda: copied(cluster, earlier)
            )
    assert figure.lost == 0
    assert broken


def copied(cluster: Cluster, earlier: Installation) -> Installation:
    return Installation(earlier.directory, more={"DATABASE_URL": cluster.make("here", "earlier")})
