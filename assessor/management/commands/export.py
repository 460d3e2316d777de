"""Write assessments as a table, any number of them: CSV, or an Excel workbook."""

from pathlib import Path
from typing import Any

from django import forms
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict
from tqdm import tqdm

from assessor.finding.table import Table, as_csv, as_xlsx
from assessor.finding.wanted import Several, Wanted
from assessor.models import Assessment
from assessor.workflow import audit

CSV, XLSX = "csv", "xlsx"
MOST_ROWS = 1_048_575
"""A sheet holds no more, besides its heads."""

ACTOR = "command"


class Command(BaseCommand):
    """manage.py export FILE [--format csv|xlsx] [what is looked for, as in the list's address]"""

    help = (
        "Writes the assessments that administrators would find with the same filters: the columns "
        "of their list, what was decided and why, and all answers in words. Progress goes to "
        "standard error where that is a terminal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer every parameter of the list as an option, such as --submitted-from 2026-07-01."""
        parser.add_argument("file", type=Path, help="is replaced if it is there")
        parser.add_argument("--format", choices=[CSV, XLSX], help="default: as the name ends")
        for name, field in Wanted.base_fields.items():
            parser.add_argument(
                f"--{name.replace('_', '-')}",
                action="append" if isinstance(field, Several) else "store",
                metavar="QUESTION:CHOICE" if name == "answer" else None,
                help=_help(field),
            )

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Write the file, and note in the audit log how many assessments are in it."""
        form = options["format"] or file.suffix.removeprefix(".")
        if form not in {CSV, XLSX}:
            raise CommandError("Let the name end in .csv or .xlsx, or say --format.")
        found = self.found(options)
        count = found.order_by().count()
        if form == XLSX and count > MOST_ROWS:
            raise CommandError(f"A workbook holds {MOST_ROWS:,} rows. Use --format csv.")
        audit.record("assessments.exported", ACTOR, of=f"assessments {count} {form}")
        self.write(file, form, Table(found), count)
        self.stdout.write(f"{count:,} assessments are in {file}.")

    def found(self, options: dict[str, Any]) -> Any:
        """Return what is looked for, in a lasting order. Raises CommandError."""
        query = QueryDict(mutable=True)
        for name in Wanted.base_fields:
            given = options[name]
            query.setlist(name, given if isinstance(given, list) else [given or ""])
        wanted = Wanted(query)
        if not wanted.is_valid():
            problems = [
                f"--{name}: {' '.join(map(str, texts))}" for name, texts in wanted.errors.items()
            ]
            raise CommandError("\n".join(problems).replace("_", "-"))
        return wanted.found(Assessment.objects.all()).order_by("created_at", "pk")

    def write(self, file: Path, form: str, table: Table, count: int) -> None:
        """Write the rows as they come, and show how far it is. Raises CommandError.

        The name is given to the whole file only, never to the beginning of one.
        """
        part = file.with_name(f"{file.name}.part")
        # No bar where nobody looks: in a log it would be thousands of lines.
        rows = tqdm(table.rows(), total=count, unit="", disable=None, leave=False)
        try:
            with part.open("wb") as target:
                if form == CSV:
                    target.writelines(as_csv(table, rows))
                else:
                    as_xlsx(table, rows, target)
            part.replace(file)
        except OSError as error:
            raise CommandError(f"{file} was not written: {error.strerror}") from None


def _help(field: forms.Field) -> str:
    words = str(field.label).replace("%", "%%")
    return f"{words}; may be repeated" if isinstance(field, Several) else words
