"""Tables for spreadsheets, in which no text can be a formula: any, and that of the answers."""

import csv
from collections.abc import Iterable, Iterator
from functools import lru_cache

from assessor.report.answers import given_to
from assessor.report.parsing import printable
from assessor.report.record import Record

COLUMNS = (
    "question_key", "group", "question", "answer", "answer_keys", "not_known", "counted"
)  # fmt: skip
"""Names for programs, as in the JSON: they are not translated."""

KEPT = 5000
"""Texts that are remembered to be harmless while a table is written: most are choices."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet read a cell as a formula, by OWASP's page on CSV injection."""


def answers_csv(record: Record) -> bytes:
    """Return every answer as CSV."""
    return b"".join(csv_lines(COLUMNS, _rows(record)))


def csv_lines(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """Yield the lines in UTF-8, after the mark that spreadsheets know it by.

    The heads are names for programs, and written as they are.
    """
    writer = csv.writer(_Passing(), quoting=csv.QUOTE_ALL)
    safe = lru_cache(KEPT)(harmless)
    yield "\ufeff".encode()
    yield writer.writerow(heads)
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])


class _Passing:
    """Something to write to that gives each line back."""

    def write(self, line: str) -> bytes:
        return line.encode()


def harmless(text: str) -> str:
    """Put an apostrophe before what would be a formula, also where spaces come first."""
    text = printable(text)
    is_formula = text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)
    return f"'{text}" if is_formula else text


def _rows(record: Record) -> Iterator[tuple[str, ...]]:
    titles = {group.key: group.title for group in record.knowledge.question_bank.groups}
    for answer in given_to(record, record.answers):
        yield (
            answer.question,
            titles[record.knowledge.questions[answer.question].group],
            answer.text,
            "; ".join(answer.words),
            "" if answer.is_text else _keys(record.answers[answer.question]),
            _yes_or_no(answer.is_unknown),
            _yes_or_no(answer.question not in record.suggestion.ignored),
        )


def _keys(answer: object) -> str:
    """Return an answer as it is stored: keys, or a whole number."""
    return "; ".join(map(str, answer)) if isinstance(answer, list | tuple) else str(answer)


def _yes_or_no(value: bool) -> str:  # noqa: FBT001
    return "yes" if value else "no"
