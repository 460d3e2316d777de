"""Write assessments as a table, any number of them: CSV, or an Excel workbook."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext
from tqdm import tqdm

from assessor.files import whole
from assessor.finding.table import Table, as_csv, as_xlsx
from assessor.management.filters import add_filters, found, number_of_filters
from assessor.workflow import audit

CSV, XLSX = "csv", "xlsx"
MOST_ROWS = 1_048_575
"""A sheet holds no more, besides its heads."""


class Command(BaseCommand):
    """manage.py export FILE [--format csv|xlsx] [what is looked for, as in the list's address]"""

    help = (
        "Writes the assessments that administrators would find with the same filters: the columns "
        "of their list, what was decided and why, and all answers in words. Progress goes to "
        "standard error where that is a terminal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, its format, and the filters of the list."""
        parser.add_argument("file", type=Path, help="is replaced; only you can read it")
        parser.add_argument("--format", choices=[CSV, XLSX], help="default: as the name ends")
        add_filters(parser)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Write the file, and note in the audit log how many assessments are in it."""
        form = options["format"] or file.suffix.removeprefix(".")
        if form not in {CSV, XLSX}:
            raise CommandError("Let the name end in .csv or .xlsx, or say --format.")
        wanted = found(options)
        count = wanted.order_by().count()
        if form == XLSX and count > MOST_ROWS:
            raise CommandError(f"A workbook holds {MOST_ROWS:,} rows. Use --format csv.")
        of = f"assessments {count} {form} all found, filters: {number_of_filters(options)}"
        audit.record("assessments.exported", audit.COMMAND, of=of)
        self.write(file, form, Table(wanted), count)
        said = ngettext(
            "%(count)s assessment is in %(file)s.", "%(count)s assessments are in %(file)s.", count
        )
        self.stdout.write(said % {"count": f"{count:,}", "file": file})

    def write(self, file: Path, form: str, table: Table, count: int) -> None:
        """Write the rows as they come, and show how far it is. Raises CommandError."""
        # No bar where nobody looks: in a log it would be thousands of lines.
        rows = tqdm(table.rows(), total=count, unit="", disable=None, leave=False)
        try:
            with whole(file) as target:
                if form == CSV:
                    target.writelines(as_csv(table, rows))
                else:
                    as_xlsx(table, rows, target)
        except OSError as error:
            raise CommandError(f"{file} was not written: {error.strerror}") from None
