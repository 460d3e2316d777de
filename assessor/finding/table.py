"""Found assessments as one table: what the list shows, what was decided, and the answers in words.

What is suggested and answered is what the latest report says: it is empty before the first. Any
number of rows takes the same memory.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

import xlsxwriter
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localtime, make_naive
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.advice.questionnaire import is_unknown
from assessor.finding.words import NOTHING, Labels, architecture_name, every_label, result_words
from assessor.knowledge import Answers, KnowledgeBase
from assessor.knowledge.labels import answer_labels
from assessor.models import Assessment, Edition, knowledge_of
from assessor.report.tables import KEPT, csv_lines, harmless
from assessor.workflow.due import latest_reports

AT_ONCE = 500
SEPARATOR = "; "
WIDTH = 24
SHOWN = ((datetime, "yyyy-mm-dd hh:mm"), (date, "yyyy-mm-dd"), (float, "0.0"))
"""How spreadsheets show what is no text."""

Cell = str | int | float | datetime | date | None


@dataclass(frozen=True)
class Found:
    """An assessment with what its latest report says: its number, and the answers in words."""

    assessment: Assessment
    version: str
    report: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    not_known: tuple[str, ...] = ()

    def architecture(self, key: str) -> str:
        return architecture_name(self.assessment.edition_id, key) if key else ""


COLUMNS: Mapping[str, tuple[Promise, Callable[[Found], Cell]]] = {
    "initiative": (gettext_lazy("Initiative"), lambda found: found.assessment.initiative),
    "organisation": (gettext_lazy("Organisation"), lambda found: found.assessment.organisation),
    "status": (gettext_lazy("Status"), lambda found: found.assessment.get_status_display()),
    "suggestion": (
        gettext_lazy("Architecture that was suggested"),
        lambda found: found.architecture(found.assessment.suggested),
    ),
    "decided_for": (
        gettext_lazy("Architecture that was chosen"),
        lambda found: found.architecture(found.assessment.chosen),
    ),
    "decided_because": (
        gettext_lazy("Reason for choosing another one than suggested"),
        lambda found: found.assessment.chosen_because,
    ),
    "score": (gettext_lazy("Score of 100"), lambda found: _rounded(found.assessment.score)),
    "result": (
        gettext_lazy("How clear the suggestion is"),
        lambda found: result_words(found.assessment.result).replace(NOTHING, ""),
    ),
    "not_known": (
        gettext_lazy("How many answers are not known yet"),
        lambda found: found.assessment.unknown_count,
    ),
    "questions_not_known": (
        gettext_lazy("Questions whose answers are not known yet"),
        lambda found: SEPARATOR.join(found.not_known),
    ),
    "submitted": (gettext_lazy("Last submitted"), lambda found: found.assessment.submitted_at),
    "reviewed": (gettext_lazy("Last reviewed"), lambda found: found.assessment.reviewed_at),
    "next_review": (gettext_lazy("Next review"), lambda found: found.assessment.review_on),
    "due": (
        gettext_lazy("First day on which something is due, a review or another reason"),
        lambda found: found.assessment.due_on,
    ),
    "started": (gettext_lazy("Started"), lambda found: found.assessment.created_at),
    "last_saved": (gettext_lazy("Last saved"), lambda found: found.assessment.updated_at),
    "edition": (gettext_lazy("Edition of the knowledge base"), lambda found: found.version),
    "report": (gettext_lazy("Number of the latest report"), lambda found: found.report),
    "assessment": (gettext_lazy("Key of the assessment"), lambda found: str(found.assessment.pk)),
}
"""Names for programs, which are not translated, and what they mean. A question's key follows."""


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 1)


class Table:
    """The columns of the answers come from all editions, so that any rows fit in."""

    def __init__(self, assessments: QuerySet[Assessment]) -> None:
        self._assessments = assessments.select_related(None)
        self._labels: Labels = every_label()
        self._versions = dict(Edition.objects.values_list("pk", "version"))
        self._editions: dict[int, KnowledgeBase] = {}

    @property
    def meanings(self) -> dict[str, str]:
        """Return what each column means, in their order."""
        own = {name: str(words) for name, (words, _value) in COLUMNS.items()}
        return own | dict(self._labels.texts)

    def rows(self) -> Iterator[list[Cell]]:
        """Yield the cells of each assessment."""
        questions = list(self._labels.texts)
        for found in self._found():
            own = [value(found) for _words, value in COLUMNS.values()]
            yield own + [found.answers.get(question) for question in questions]

    def _found(self) -> Iterator[Found]:
        rows = self._assessments.iterator(chunk_size=AT_ONCE)
        while chunk := list(islice(rows, AT_ONCE)):
            reports = self._reports(chunk)
            for assessment in chunk:
                version = self._versions[assessment.edition_id]
                yield Found(assessment, version, **reports.get(assessment.pk, {}))

    def _reports(self, chunk: Iterable[Assessment]) -> dict[UUID, dict[str, Any]]:
        rows = latest_reports(each.pk for each in chunk)
        columns = rows.values_list("assessment_id", "number", "edition_id", "answers")
        return {
            pk: {"report": number, **self._in_words(edition, answers)}
            for pk, number, edition, answers in columns
        }

    def _in_words(self, edition: int, answers: Answers) -> dict[str, Any]:
        if edition not in self._editions:
            # Held for as long as the table is written: there may be more than a process keeps.
            self._editions[edition] = knowledge_of(edition)
        knowledge = self._editions[edition]
        asked = {key: knowledge.questions[key] for key in answers}
        return {
            "answers": {
                key: SEPARATOR.join(answer_labels(knowledge, question, answers[key]))
                for key, question in asked.items()
            },
            "not_known": tuple(
                question.text
                for key, question in asked.items()
                if is_unknown(question, answers[key])
            ),
        }


# ---------------------------------------------------------------- as a file


def as_csv(table: Table, rows: Iterable[list[Cell]]) -> Iterator[bytes]:
    """Yield the rows as CSV, line by line."""
    return csv_lines(table.meanings, (map(_text, row) for row in rows))


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return localtime(cell).isoformat(timespec="minutes")
    return "" if cell is None else str(cell)


def as_xlsx(table: Table, rows: Iterable[list[Cell]], file: BinaryIO) -> None:
    """Write a workbook: the table, and what its columns mean."""
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        meanings = table.meanings
        heads = list(meanings)
        _Sheet(book, _("Assessments"), heads).write(rows)
        _Sheet(book, _("Columns"), [_("Column"), _("Meaning")]).write(meanings.items())


class _Sheet:
    """A sheet with a row of heads that stays in sight."""

    def __init__(self, book: Any, name: str, heads: Sequence[str]) -> None:
        self._sheet = book.add_worksheet(name)
        self._width = len(heads)
        self._styles: dict[type, Any] = {
            kind: book.add_format({"num_format": shown}) for kind, shown in SHOWN
        }
        self._safe = lru_cache(KEPT)(harmless)
        self._sheet.freeze_panes(1, 1)
        self._sheet.set_column(0, self._width - 1, WIDTH)
        for place, head in enumerate(heads):
            self._sheet.write_string(0, place, self._safe(head), book.add_format({"bold": True}))

    def write(self, rows: Iterable[Iterable[Cell]]) -> None:
        number = 0
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                self._write((number, place), cell)
        self._sheet.autofilter(0, 0, number, self._width - 1)

    def _write(self, place: tuple[int, int], cell: Cell) -> None:
        """Write a cell as what it is; text is never read as anything else."""
        style = self._styles.get(type(cell))
        if isinstance(cell, str):
            self._sheet.write_string(*place, self._safe(cell))
        elif isinstance(cell, datetime):
            self._sheet.write_datetime(*place, make_naive(cell), style)
        elif isinstance(cell, date):
            self._sheet.write_datetime(*place, cell, style)
        elif cell is not None:
            self._sheet.write_number(*place, cell, style)
