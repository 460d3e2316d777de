"""The answers as a table, in which nothing is a formula."""

import csv
import io

import pytest

from assessor.report.tables import COLUMNS, answers_csv, harmless
from tests.report import hostile
from tests.report.records import CASES, FOUR_UNKNOWN, ONE_FITS, record


def rows(case: str = ONE_FITS, **about: object) -> dict[str, dict[str, str]]:
    text = answers_csv(record(case, **about)).decode("utf-8-sig")  # type: ignore[arg-type]
    return {row["question_key"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def test_every_answer_has_a_row_with_its_words_and_its_keys() -> None:
    found = rows()
    assert list(found) == [key for key in record().knowledge.questions if key in CASES[ONE_FITS]]
    tasks = found["how_tasks"]
    assert tasks["group"] == "How will AI be used?"
    assert tasks["answer_keys"].split("; ") == CASES[ONE_FITS]["how_tasks"]
    assert tasks["answer"].count("; ") == tasks["answer_keys"].count("; ")
    assert found["opex_volume"]["answer_keys"] == str(CASES[ONE_FITS]["opex_volume"])
    assert {row["counted"] for row in found.values()} == {"yes"}


def test_what_is_not_known_is_said() -> None:
    unknown = {key for key, row in rows(FOUR_UNKNOWN).items() if row["not_known"] == "yes"}
    assert unknown == set(record(FOUR_UNKNOWN).suggestion.not_known)


def test_what_was_not_asked_is_said() -> None:
    found = rows(answers={"where_scope": "individual"})
    ignored = {key for key, row in found.items() if row["counted"] == "no"}
    assert ignored == set(record(answers={"where_scope": "individual"}).suggestion.ignored)
    assert ignored


def test_every_cell_stands_in_quotes() -> None:
    [first, *_others] = answers_csv(record(ONE_FITS)).decode("utf-8-sig").splitlines()
    assert first == ",".join(f'"{column}"' for column in COLUMNS)


def test_spreadsheets_are_told_that_it_is_utf8() -> None:
    assert answers_csv(record()).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "\x00=1", "\xa0=1",
     "\u202e=1"],
)  # fmt: skip
def test_what_would_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text).startswith("'")
    assert rows(answers={"why_success": text})["why_success"]["answer"].startswith("'")


@pytest.mark.parametrize("text", ["", "a=1", "1-1", "5", "'quoted", "“=1”"])
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("text", hostile.ALL.values(), ids=hostile.ALL)
def test_what_people_type_stays_in_its_cell(text: str) -> None:
    found = rows(answers={"why_success": text[:600]})
    cell = found["why_success"]["answer"].removeprefix("'")
    assert " ".join(cell.split()) == hostile.as_read(text[:600])
    assert len(found) == len({**CASES[ONE_FITS], "why_success": ""})
