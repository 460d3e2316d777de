"""The answers as a table for spreadsheets, in which no text can be a formula."""

import csv
import io
from collections.abc import Iterator

from assessor.report.answers import given_to
from assessor.report.parsing import printable
from assessor.report.record import Record

COLUMNS = (
    "question_key", "group", "question", "answer", "answer_keys", "not_known", "counted"
)  # fmt: skip
"""Names for programs, as in the JSON: they are not translated."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet read a cell as a formula, by OWASP's page on CSV injection."""


def answers_csv(record: Record) -> bytes:
    """Return every answer as CSV in UTF-8, with the mark that spreadsheets know it by."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in row] for row in _rows(record))
    return file.getvalue().encode("utf-8-sig")


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
