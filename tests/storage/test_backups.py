"""Backups and what is done with them: consistent, private, verified before anything is touched."""

import errno
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from assessor.bootstrap import ROOT
from assessor.management.commands import upgrade
from assessor.models import Assessment, AuditEntry
from assessor.storage import (
    backups,
    condition,
    copies,
    in_work,
    locking,
    migrations,
    restoring,
    sqlite,
)
from tests.builders import complete, database, make_assessment, stored

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'"),
]

INITIATIVE = "Very confidential"


@pytest.fixture(autouse=True)
def _own_database(
    transactional_db: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Work on a copy of the database: threads of other tests may still have its file open."""
    name, copy = connection.settings_dict["NAME"], tmp_path_factory.mktemp("copy") / "test.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])
    connection.close()
    connection.settings_dict["NAME"] = str(copy)
    yield
    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.fixture
def var(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def file() -> Iterator[Path]:
    """The file of the database; whatever a test does to it is undone."""
    found = condition.file_of(connection)
    assert found
    connection.close()
    before = found.read_bytes()
    yield found
    connection.close()
    for end in ("-wal", "-shm", "-journal"):
        found.with_name(found.name + end).unlink(missing_ok=True)
    found.write_bytes(before)


def run(command: str, *arguments: str | Path, **options: Any) -> str:
    output = StringIO()
    call_command(command, *map(str, arguments), stdout=output, stderr=output, **options)
    return output.getvalue()


def made(*arguments: str | Path) -> Path:
    return Path(run("backup", *arguments).partition(" (")[0])


def manifest_of(backup: Path) -> dict[str, Any]:
    with zipfile.ZipFile(backup) as archive:
        manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return manifest


# ---------------------------------------------------------------- backing up


def test_a_backup_is_one_private_file_that_says_what_is_in_it(var: Path) -> None:
    make_assessment(initiative=INITIATIVE)
    backup = made()
    assert backup.parent == var / "backups"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.parent.stat().st_mode) == 0o700
    manifest = manifest_of(backup)
    assert manifest["product"] == "assessor"
    assert manifest["rows"]["assessor_assessment"] == 1
    assert ["assessor", "0001_initial"] in manifest["migrations"]
    assert list(backup.parent.iterdir()) == [backup]
    assert AuditEntry.objects.get().event == "database.backed_up"


def test_a_backup_says_how_much_of_which_database_it_holds(var: Path) -> None:
    """An empty database that was taken for the right one would back up every night."""
    make_assessment()
    path, _, said = run("backup").strip().rpartition(" (")
    assert Path(path).is_file()
    name = connection.settings_dict["NAME"]
    assert said.endswith(f" bytes; assessments: 1; from SQLite {name})")


def test_the_latest_is_known_wherever_it_was_written(var: Path, tmp_path: Path) -> None:
    assert backups.latest() is None
    file = backups.make(tmp_path / "elsewhere")
    found = backups.latest()
    assert found
    assert found[0] == str(file)
    assert datetime.now(UTC) - found[1] < timedelta(minutes=1)
    (var / "latest-backup").unlink()
    (var / "latest-backup").mkdir()
    assert backups.make(tmp_path / "elsewhere").exists()


def test_the_secret_key_is_in_it_only_when_asked_for(var: Path) -> None:
    key = django_settings.SECRET_KEY.encode()
    plain, marked = made(), made("--with-secret-key")
    assert key not in b"".join(map(zipfile.ZipFile(plain).read, zipfile.ZipFile(plain).namelist()))
    assert zipfile.ZipFile(marked).read("secret_key") == key
    assert marked.name.endswith("-with-secret-key.zip")


def test_only_so_many_are_kept_of_each_kind_and_nothing_else_is_deleted(var: Path) -> None:
    other = made("--with-secret-key")
    foreign = other.with_name("assessor-report.zip")
    foreign.touch()
    first, second, third = made(), made(), made("--keep", "2")
    assert set(other.parent.iterdir()) == {other, foreign, second, third}
    assert not first.exists()


@pytest.mark.parametrize("keep", ["0", "-1"])
def test_to_keep_none_is_refused_before_anything_is_backed_up(var: Path, keep: str) -> None:
    with pytest.raises(CommandError, match="takes 1 or more"):
        run("backup", f"--keep={keep}")
    assert backups.every(var / "backups") == []


def test_one_that_the_clock_dates_later_goes_before_the_one_just_made(var: Path) -> None:
    """The clock was ahead, and was set right since."""
    today = made()
    ahead = [today.with_name(f"assessor-{year}1126T020000000000Z.zip") for year in (2098, 2099)]
    for each in ahead:
        each.touch()
    latest = made("--keep", "2")
    assert backups.every(var / "backups") == [today, latest]
    ahead[0].touch()
    assert backups.prune(var / "backups", ahead[0], 1) == [today]
    assert ahead[0].exists()


def test_a_folder_that_cannot_be_written_is_a_clear_message(var: Path) -> None:
    (var / "file").touch()
    with pytest.raises(CommandError, match="was not written: Not a directory"):
        run("backup", "--to", var / "file" / "x")


KILLED = """
import os, signal, sys
from pathlib import Path
import django
django.setup()
from assessor.storage import backups, copies

def copy_to(file):
    file.write_text("everything")
    os.kill(os.getpid(), signal.SIGKILL)

copies.copy_to = copy_to
backups.make(Path(sys.argv[1]))
"""


def leave_in(folder: Path) -> None:
    """Let a backup to a folder be killed in the middle of it."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "assessor.settings"}
    subprocess.run(  # noqa: S603
        [sys.executable, "-c", KILLED, str(folder)], cwd=ROOT, env=environment, check=False
    )
    assert len(left_in(folder)) == 1


def left_in(folder: Path) -> list[Path]:
    return list(folder.rglob("database.sqlite3"))


def test_what_is_left_of_a_backup_that_was_killed_goes_with_the_next(var: Path) -> None:
    (var / "backups").mkdir()
    for _ in range(2):
        leave_in(var / "backups")
        backup = made("--keep", "1")
        assert list((var / "backups").iterdir()) == [backup]


def test_what_is_left_beside_the_database_goes_with_a_backup_elsewhere(
    var: Path, tmp_path: Path, file: Path
) -> None:
    leave_in(file.parent)
    made("--to", tmp_path / "elsewhere")
    assert left_in(file.parent) == []


def test_what_another_backup_is_at_work_in_stays(var: Path) -> None:
    (var / "backups").mkdir()
    with in_work.folder(var / "backups") as busy:
        backup = made()
        assert set((var / "backups").iterdir()) == {backup, busy}
    assert list((var / "backups").iterdir()) == [backup]


def test_what_is_written_meanwhile_does_not_tear_it(var: Path) -> None:
    """Each backup holds both rows of a transaction, or none; a plain copy of the file does not."""
    going = threading.Event()

    def write() -> None:
        while not going.wait(0.001):
            make_assessment()
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backups_made = [made() for _ in range(5)]
    finally:
        going.set()
        writer.join()
    for backup in backups_made:
        rows = manifest_of(backup)["rows"]
        assert rows["assessor_assessment"] == rows["assessor_respondent"]
    assert manifest_of(backups_made[-1])["rows"]["assessor_assessment"] > 0


@pytest.mark.skipif(sqlite.has_wal_reset_bug(sqlite.version()), reason="not in WAL mode here")
def test_a_plain_copy_of_the_file_lacks_what_was_saved_last(var: Path, file: Path) -> None:
    """The control: why there is a command."""
    make_assessment()
    copied = var / "copied.sqlite3"
    shutil.copy(file, copied)
    here, copy = copies.facts_of_sqlite(file).rows, copies.facts_of_sqlite(copied).rows
    assert manifest_of(made())["rows"]["assessor_assessment"] == here["assessor_assessment"] == 1
    assert copy["assessor_assessment"] == 0


# ---------------------------------------------------------------- restoring


def test_a_restored_database_is_the_one_that_was_backed_up(var: Path, file: Path) -> None:
    assessment = make_assessment(initiative=INITIATIVE)
    complete(assessment)
    backup = made()
    before = database()
    Assessment.objects.all().delete()

    said = run("restore", backup, "--yes")
    assert "Restored and verified" in said
    assert database("assessor.AuditEntry", "assessor.AuditHead") == {
        name: rows
        for name, rows in before.items()
        if name not in {"assessor.AuditEntry", "assessor.AuditHead"}
    }
    assert stored(assessment)
    assert list(AuditEntry.objects.values_list("event", flat=True).order_by("pk")) == [
        "database.backed_up",
        "database.restored",
    ]
    (kept,) = (var / "backups").glob("replaced-*.sqlite3")
    assert str(kept) in said
    assert condition.damage(kept) == ""
    assert INITIATIVE not in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_consent_nothing_is_restored(
    var: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = made()
    make_assessment()
    monkeypatch.setattr("builtins.input", lambda _prompt: "no")
    with pytest.raises(CommandError, match="Nothing was restored"):
        run("restore", backup)
    assert Assessment.objects.count() == 1


def test_a_database_in_use_is_not_replaced(var: Path, file: Path) -> None:
    backup = made()
    make_assessment()
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        Assessment.objects.count()
        holding.set()
        done.wait(30)
        connection.close()

    server = threading.Thread(target=hold)
    server.start()
    holding.wait(30)
    try:
        with pytest.raises(CommandError, match="Stop the server"):
            run("restore", backup, "--yes")
    finally:
        done.set()
        server.join()
    assert Assessment.objects.count() == 1


def test_the_database_of_an_idle_server_is_not_replaced(var: Path, file: Path) -> None:
    """It has nothing open that SQLite could see."""
    backup = made()
    make_assessment()
    connection.close()
    with locking.shared(), pytest.raises(CommandError, match=r"Stop the server.*Nothing was"):
        run("restore", backup, "--yes")
    assert Assessment.objects.count() == 1
    assert list((var / "backups").iterdir()) == [backup]


def refuse(
    monkeypatch: pytest.MonkeyPatch, number: int, when: Callable[[Path, Path], bool]
) -> None:
    """Let the renaming of some files fail."""
    replace = Path.replace

    def replace_or_fail(part: Path, to: Path | str) -> Path:
        if when(part, Path(to)):
            raise OSError(number, os.strerror(number), str(part))
        return replace(part, to)

    monkeypatch.setattr(Path, "replace", replace_or_fail)


def test_what_is_replaced_stays_beside_it_where_backups_are_on_another_file_system(
    var: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = made()
    make_assessment()
    connection.close()
    elsewhere = var / "backups"
    refuse(
        monkeypatch,
        errno.EXDEV,
        lambda part, to: (part.parent, to.parent) == (file.parent, elsewhere),
    )
    said = run("restore", backup, "--yes")
    assert Assessment.objects.count() == 0
    (kept,) = file.parent.glob("replaced-*.sqlite3")
    assert f"is kept in {kept}" in said
    assert copies.facts_of_sqlite(kept).rows["assessor_assessment"] == 1
    assert list(elsewhere.iterdir()) == [backup]


@pytest.mark.parametrize("moved", ["{name}", "{name}-wal", "database.sqlite3"])
def test_a_database_is_as_it_was_when_a_file_cannot_be_moved(
    var: Path, file: Path, monkeypatch: pytest.MonkeyPatch, moved: str
) -> None:
    """It is put aside, with what stands beside it; then the one of the backup takes its place."""
    backup = made()
    make_assessment()
    connection.close()
    monkeypatch.setattr(
        restoring, "_refuse_in_use", lambda file: file.with_name(f"{file.name}-wal").touch()
    )
    refuse(monkeypatch, errno.EIO, lambda part, _: part.name == moved.format(name=file.name))
    with pytest.raises(CommandError, match=r"Input/output error.*The database is as it was"):
        run("restore", backup, "--yes")
    assert Assessment.objects.count() == 1
    assert list((var / "backups").iterdir()) == [backup]


def test_where_there_is_no_folder_for_what_is_replaced_nothing_is_restored(
    var: Path, file: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    backup = made("--to", tmp_path_factory.mktemp("elsewhere"))
    make_assessment()
    connection.close()
    (var / "backups").touch()
    with pytest.raises(CommandError, match=r"File exists.*The database is as it was"):
        run("restore", backup, "--yes")
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize("command", [["serve"], ["worker", "--batch"]])
def test_nobody_starts_while_a_backup_is_restored(var: Path, command: list[str]) -> None:
    with locking.exclusive(), pytest.raises(CommandError, match="is being replaced"):
        run(*command)


def repacked(backup: Path, **changes: Any) -> None:
    """Write a backup anew with another manifest, and perhaps another database."""
    with zipfile.ZipFile(backup) as archive:
        content = changes.pop("content", None) or archive.read("database.sqlite3")
        manifest = json.loads(archive.read("manifest.json")) | changes
    with zipfile.ZipFile(backup, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("database.sqlite3", content)


def cut_off(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-200])


def spoilt(backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 0xFF
    backup.write_bytes(content)


def other_zip(backup: Path) -> None:
    with zipfile.ZipFile(backup, "w") as archive:
        archive.writestr("../../evil", "x")


def with_more_in_it(backup: Path) -> None:
    with zipfile.ZipFile(backup, "a") as archive:
        archive.writestr("../../evil", "x")


def bomb(backup: Path) -> None:
    repacked(backup, content=b"\0" * 50_000_000)


REFUSED = {
    "cut off": (cut_off, "cut off"),
    "spoilt": (spoilt, "could not be unpacked|hash is wrong"),
    "no zip": (lambda backup: backup.write_bytes(b"SQLite format 3\0"), "is no backup"),
    "another zip": (other_zip, "is no backup of Assessor"),
    "more in it": (with_more_in_it, "does not hold what its manifest says"),
    "another product": (lambda backup: repacked(backup, product="other"), "another product"),
    "a newer format": (lambda backup: repacked(backup, format=2), "or newer"),
    "a newer version": (
        lambda backup: repacked(backup, migrations=[["assessor", "9999_next"]]),
        "newer version of Assessor",
    ),
    "another hash": (lambda backup: repacked(backup, sha256="0" * 64), "hash is wrong"),
    "more than it says": (bomb, "hash is wrong"),
    "other rows": (lambda backup: repacked(backup, rows={"assessor_edition": 99}), "Not all rows"),
    "another database": (lambda backup: repacked(backup, database="postgresql"), "does not hold"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_not_what_it_should_be_is_refused_before_anything_is_touched(
    var: Path, name: str
) -> None:
    make_assessment()
    backup = made()
    spoil, reason = REFUSED[name]
    spoil(backup)
    before = database()
    with pytest.raises(CommandError, match=reason):
        run("restore", backup, "--yes")
    assert database() == before
    assert list((var / "backups").iterdir()) == [backup]


def test_whatever_bit_of_it_is_wrong_it_is_said_that_it_cannot_be_used(var: Path) -> None:
    make_assessment()
    backup = made("--with-secret-key")
    content, wrong = backup.read_bytes(), var / "wrong.zip"
    last = len(content) - 1200  # around the names and where they are
    places = [*range(0, last, last // 60), *range(last, len(content), 6)]
    for place in places:
        for bit in (1, 32):
            flipped = bytes([content[place] ^ bit])
            wrong.write_bytes(content[:place] + flipped + content[place + 1 :])
            with suppress(restoring.RestoreError):
                found = restoring.Backup(wrong)
                found.secret_key()
                with found.unpacked():
                    pass


def test_a_key_that_is_not_in_it_cannot_be_restored(var: Path) -> None:
    with pytest.raises(CommandError, match="holds no secret key"):
        run("restore", made(), "--yes", "--secret-key")


def test_a_key_is_restored_when_asked_for(var: Path, file: Path) -> None:
    backup = made("--with-secret-key")
    run("restore", backup, "--yes", "--secret-key")
    assert (var / "secret_key").read_text() == django_settings.SECRET_KEY
    assert stat.S_IMODE((var / "secret_key").stat().st_mode) == 0o600


def test_a_key_that_cannot_be_written_is_told_and_where_the_replaced_database_is(
    var: Path, file: Path
) -> None:
    backup = made("--with-secret-key")
    (var / "secret_key").mkdir()
    said = StringIO()
    with pytest.raises(CommandError, match="database was restored, the secret key was not"):
        call_command("restore", str(backup), "--yes", "--secret-key", stdout=said)
    (kept,) = (var / "backups").glob("replaced-*.sqlite3")
    assert f"kept in {kept}" in said.getvalue()
    assert AuditEntry.objects.filter(event="database.restored").exists()


# ---------------------------------------------------------------- damage, and upgrading


def damaged(file: Path) -> None:
    """Flip bytes where a table starts, as a failing disk does; an index would be made again."""
    with closing(sqlite3.connect(file)) as database:
        roots = "SELECT rootpage FROM sqlite_master WHERE name = 'assessor_edition'"
        start = (database.execute(roots).fetchone()[0] - 1) * 4096
    content = bytearray(file.read_bytes())
    for place in range(start, start + 4096):
        content[place] ^= 0xFF
    file.write_bytes(content)


def test_damage_is_found(var: Path, file: Path) -> None:
    assert condition.damage(file, seconds=10) == condition.damage(file) == ""
    damaged(file)
    assert condition.damage(file, seconds=10)
    assert condition.damage(file)
    for command in (["serve"], ["worker", "--batch"], ["upgrade"]):
        with pytest.raises(CommandError, match=r"is damaged.*manage\.py restore"):
            run(*command)
    with pytest.raises(CommandError, match=r"could not be copied|is damaged"):
        run("backup")


def test_the_search_for_damage_ends_in_time(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(condition, "STEPS", 1)
    damaged(file)
    assert condition.damage(file, seconds=1e-9) == ""


def test_a_damaged_database_can_be_replaced(var: Path, file: Path) -> None:
    make_assessment()
    backup = made()
    connection.close()
    damaged(file)
    run("restore", backup, "--yes")
    assert Assessment.objects.count() == 1


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    text = tmp_path / "x.sqlite3"
    text.write_text("This is no database at all. " * 200)
    assert "not a database" in condition.damage(text)


@pytest.mark.parametrize("command", [["serve"], ["worker", "--batch"], ["upgrade"]])
def test_a_database_of_a_newer_version_is_refused(var: Path, command: list[str]) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("assessor", "9999_next")
    try:
        with pytest.raises(CommandError, match=r"9999_next.*Install that version"):
            run(*command)
    finally:
        recorder.record_unapplied("assessor", "9999_next")


def test_a_database_that_cannot_be_opened_is_not_called_damaged(tmp_path: Path) -> None:
    assert condition.damage(tmp_path / "nothing" / "x.sqlite3") == ""


def test_the_database_is_for_its_owner_alone(var: Path, file: Path) -> None:
    connection.close()
    file.chmod(0o644)
    run("upgrade")
    make_assessment()
    files = [file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")]
    assert {stat.S_IMODE(each.stat().st_mode) for each in files if each.exists()} == {0o600}


def need_migrations(monkeypatch: pytest.MonkeyPatch, name: str = "9999_next") -> None:
    more = frozenset({*migrations.known(), ("assessor", name)})
    monkeypatch.setattr(migrations, "known", lambda: more)


NOTHING = "Nothing to migrate.\n"


def fail(*_: Any, **__: Any) -> None:
    raise DatabaseError("a migration has failed")


def fail_to_write(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_before_migrations_there_is_a_backup_and_seven_are_kept(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "call_command", lambda *_, **__: None)
    assert run("upgrade") == NOTHING
    assert run("upgrade", "--verbosity", "0") == ""
    need_migrations(monkeypatch)
    for _ in range(8):
        assert "before-upgrade.zip" in run("upgrade")
    assert len(backups.every(var / "backups")) == 7
    for command in (["serve"], ["worker", "--batch"]):
        with pytest.raises(CommandError, match=r"needs 1 migrations\. Run: make setup"):
            run(*command)


def test_an_upgrade_that_fails_again_and_again_keeps_the_backup_from_before_it(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service is started again and again, and what a failed upgrade leaves is no way back."""
    need_migrations(monkeypatch)
    monkeypatch.setattr(upgrade, "call_command", lambda *_, **__: None)
    for _ in range(7):
        run("upgrade")
    earlier = backups.every(var / "backups")

    monkeypatch.setattr(upgrade, "call_command", fail)
    for _ in range(8):
        with pytest.raises(DatabaseError):
            run("upgrade")
    *others, pristine = backups.every(var / "backups")
    assert others == earlier

    monkeypatch.setattr(upgrade, "call_command", lambda *_, **__: None)
    assert str(pristine) in run("upgrade")
    assert backups.every(var / "backups") == [*earlier[1:], pristine]
    run("upgrade")
    assert backups.every(var / "backups")[-2] == pristine


def test_another_upgrade_is_backed_up_though_one_has_not_ended(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_migrations(monkeypatch)
    monkeypatch.setattr(upgrade, "call_command", fail)

    def kept_after_failing() -> int:
        with pytest.raises(DatabaseError):
            run("upgrade")
        return len(backups.every(var / "backups"))

    assert kept_after_failing() == kept_after_failing() == 1
    need_migrations(monkeypatch, "9999_other")
    assert kept_after_failing() == kept_after_failing() == 2
    backups.every(var / "backups")[-1].unlink()
    assert kept_after_failing() == 2


def test_what_has_not_ended_is_over_when_a_version_starts_that_migrates_nothing(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People have worked with the older version meanwhile, before it is tried again."""
    with monkeypatch.context() as newer:
        need_migrations(newer)
        newer.setattr(upgrade, "call_command", fail)
        with pytest.raises(DatabaseError):
            run("upgrade")
    assert run("upgrade") == NOTHING
    need_migrations(monkeypatch)
    monkeypatch.setattr(upgrade, "call_command", lambda *_, **__: None)
    run("upgrade")
    assert len(backups.every(var / "backups")) == 2


def test_it_starts_though_old_backups_cannot_be_deleted(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_migrations(monkeypatch)
    monkeypatch.setattr(upgrade, "call_command", lambda *_, **__: None)
    for _ in range(7):
        run("upgrade")
    with monkeypatch.context() as failing:
        failing.setattr(Path, "unlink", fail_to_write)
        assert "migrated. Old backups were not deleted: [Errno 28]" in run("upgrade")
    assert len(backups.every(var / "backups")) == 8
    run("upgrade")
    assert len(backups.every(var / "backups")) == 7


def test_where_no_backup_can_be_made_nothing_is_migrated(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_migrations(monkeypatch)
    monkeypatch.setattr(upgrade, "call_command", lambda *_, **__: pytest.fail("migrated"))
    (var / "backups").touch()
    with pytest.raises(CommandError, match="nothing was migrated"):
        run("upgrade")


def test_where_a_backup_cannot_be_noted_nothing_is_migrated(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note would not be there at the next start, which would back up once more."""
    need_migrations(monkeypatch)
    monkeypatch.setattr(upgrade, "call_command", lambda *_, **__: pytest.fail("migrated"))
    monkeypatch.setattr(upgrade, "write_privately", fail_to_write)
    with pytest.raises(CommandError, match=r"No space left.*nothing was migrated.*upgrade\.md"):
        run("upgrade")


def test_while_somebody_works_with_it_nothing_is_migrated(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with locking.shared():
        assert run("upgrade") == NOTHING
        need_migrations(monkeypatch)
        monkeypatch.setattr(upgrade, "call_command", lambda *_, **__: pytest.fail("migrated"))
        with pytest.raises(CommandError, match=r"Stop the server and the workers.*Nothing was"):
            run("upgrade")
    assert backups.every(var / "backups") == []


def test_nobody_starts_while_it_is_migrated(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def migrate(*_: Any, **__: Any) -> None:
        with pytest.raises(CommandError, match="is being replaced or migrated"):
            run("worker", "--batch")

    need_migrations(monkeypatch)
    monkeypatch.setattr(upgrade, "call_command", migrate)
    assert "before-upgrade" in run("upgrade")
    with locking.shared():
        pass
