"""The administrator of a new installation: one, once, with a password nobody else can read."""

import stat
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django import Settings

from assessor.management.commands import first_administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def password_file(tmp_path: Path, settings: Settings) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var" / "administrator-password"


def run() -> str:
    output = StringIO()
    call_command("first_administrator", stdout=output)
    return output.getvalue()


def test_the_password_in_the_file_is_the_one_of_the_administrator(password_file: Path) -> None:
    run()
    administrator = User.objects.get(is_superuser=True)
    assert administrator.username == "admin"
    assert administrator.check_password(password_file.read_text().strip())


def test_only_the_owner_can_read_the_password_and_its_folder(password_file: Path) -> None:
    run()
    assert stat.S_IMODE(password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(password_file.parent.stat().st_mode) == 0o700
    assert list(password_file.parent.iterdir()) == [password_file]


def test_the_name_and_the_place_are_printed_but_never_the_password(password_file: Path) -> None:
    output = run() + run()
    assert "admin" in output
    assert str(password_file) in output
    assert password_file.read_text().strip() not in output


def test_a_second_run_keeps_the_administrator_and_the_password(password_file: Path) -> None:
    run()
    before = password_file.read_text()
    assert run() == "Administrator admin kept as is.\n"
    assert password_file.read_text() == before
    assert User.objects.count() == 1


def test_an_administrator_of_any_name_is_enough(password_file: Path) -> None:
    User.objects.create_superuser("ada")
    assert run() == "Administrator ada kept as is.\n"
    assert not password_file.exists()


def test_a_password_file_left_from_a_removed_database_is_replaced(password_file: Path) -> None:
    password_file.parent.mkdir()
    password_file.write_text("left over")
    password_file.chmod(0o644)
    run()
    assert User.objects.get().check_password(password_file.read_text().strip())
    assert stat.S_IMODE(password_file.stat().st_mode) == 0o600


def test_without_a_password_file_there_is_no_administrator_either(
    password_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(path: Path, text: str) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(first_administrator, "write_privately", disk_full)
    with pytest.raises(OSError, match="No space left"):
        run()
    assert not User.objects.exists()


def test_the_slower_of_two_processes_keeps_what_the_other_made(
    password_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    before = password_file.read_text()
    seen = iter([None, "admin"])
    monkeypatch.setattr(first_administrator, "administrator_name", lambda: next(seen))
    assert run() == "Administrator admin kept as is.\n"
    assert password_file.read_text() == before


def test_an_ordinary_user_who_has_the_name_is_left_alone(password_file: Path) -> None:
    User.objects.create_user("admin", password="not an administrator")
    with pytest.raises(CommandError, match="createsuperuser"):
        run()
    assert not User.objects.get().is_superuser
    assert not password_file.exists()
