"""manage.py export: the same table for any number of assessments, with a bar where one looks."""

import csv
import io
import stat
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assessor.finding.wanted import Wanted
from assessor.management.commands import export
from assessor.models import AuditEntry
from tests.advice.answers import situation
from tests.builders import make_assessment, submitted
from tests.test_files import full_disk

pytestmark = pytest.mark.django_db


def exported(*arguments: Any) -> str:
    out = io.StringIO()
    call_command("export", *map(str, arguments), stdout=out)
    return out.getvalue()


def initiatives(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [line["initiative"] for line in csv.DictReader(lines)]


@pytest.fixture
def three() -> None:
    make_assessment(initiative="Draft", organisation="Harbour")
    submitted(situation(reg_residency="sovereign"), initiative="Sovereign", organisation="Harbour")
    submitted(initiative="Anywhere")


BOTH = ["--answer", "reg_residency:sovereign", "--answer"]
OPTIONS: tuple[tuple[list[str], list[str]], ...] = (
    ([], ["Draft", "Sovereign", "Anywhere"]),
    (["--organisation", "Harbour"], ["Draft", "Sovereign"]),
    (["--answer", "reg_residency:sovereign"], ["Sovereign"]),
    ([*BOTH, "where_scope:function"], ["Sovereign"]),
    ([*BOTH, "where_scope:enterprise"], []),
    (["--status", "submitted", "--submitted-from", "2020-01-01"], ["Sovereign", "Anywhere"]),
    (["--submitted-to", "2020-01-01"], []),
    (["--q", "any where"], ["Anywhere"]),
)


@pytest.mark.usefixtures("three")
def test_it_finds_what_the_list_finds(tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    for options, found in OPTIONS:
        said = "1 assessment is" if len(found) == 1 else f"{len(found)} assessments are"
        assert exported(file, *options) == f"{said} in {file}.\n"
        assert initiatives(file) == found
    assert [path.name for path in tmp_path.iterdir()] == ["all.csv"]


def test_every_parameter_of_the_list_is_an_option() -> None:
    parser = export.Command().create_parser("manage.py", "export")
    options = {action.dest for action in parser._actions}
    assert set(Wanted.base_fields) <= options


@pytest.mark.usefixtures("three")
def test_the_name_or_an_option_says_the_format(tmp_path: Path) -> None:
    for name, options in (("a.xlsx", []), ("a", ["--format", "xlsx"])):
        file = tmp_path / name
        exported(file, *options)
        with zipfile.ZipFile(file) as book:
            assert "Sovereign" in book.read("xl/worksheets/sheet1.xml").decode()
    with pytest.raises(CommandError, match="say --format"):
        exported(tmp_path / "a.txt")


@pytest.mark.usefixtures("three")
def test_it_is_noted_with_how_many_and_by_how_many_filters(tmp_path: Path) -> None:
    answers = ["--answer", "reg_sector:none", "--answer", "reg_residency:sovereign"]
    exported(tmp_path / "a.csv", "--status", "submitted")
    exported(tmp_path / "b.csv", *answers, "--status", "submitted")
    entries = AuditEntry.objects.filter(event="assessments.exported").order_by("pk")
    assert {entry.actor for entry in entries} == {"command"}
    one, three = [entry.subject for entry in entries]
    assert one == "assessments 2 csv all found, filters: 1"
    assert three.endswith("csv all found, filters: 3")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--status", "nope"], "--status: Select a valid choice"),
        (["--submitted-from", "soon"], "--submitted-from: Enter a valid date"),
        (["--answer", "sovereign"], "--answer: Write a question and a choice"),
    ],
)
def test_what_is_not_understood_is_named_and_nothing_is_written(
    tmp_path: Path, options: list[str], problem: str
) -> None:
    with pytest.raises(CommandError, match=problem):
        exported(tmp_path / "a.csv", *options)
    assert not list(tmp_path.iterdir())
    assert not AuditEntry.objects.exists()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"a\.csv was not written: No such file"):
        exported(tmp_path / "nowhere" / "a.csv")


@pytest.mark.usefixtures("three")
def test_of_one_that_fails_nothing_is_left_and_only_its_owner_can_read_one(tmp_path: Path) -> None:
    exported(tmp_path / "a.csv")
    with full_disk(10), pytest.raises(CommandError, match=r"a\.csv was not written: File too"):
        exported(tmp_path / "a.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert initiatives(tmp_path / "a.csv") == ["Draft", "Sovereign", "Anywhere"]
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600


def test_a_sheet_holds_no_more_rows_than_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 0)
    make_assessment()
    with pytest.raises(CommandError, match="--format csv"):
        exported(tmp_path / "a.xlsx")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.usefixtures("three")
def test_progress_is_shown_on_a_terminal_and_on_standard_error_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, log = Terminal(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", terminal)
    exported(tmp_path / "a.csv")
    assert "0/3" in terminal.getvalue()
    monkeypatch.setattr(sys, "stderr", log)
    exported(tmp_path / "a.csv")
    assert log.getvalue() == ""
