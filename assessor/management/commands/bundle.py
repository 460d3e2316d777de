"""Write the PDFs of the reports that are looked for into one ZIP."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext
from tqdm import tqdm

from assessor.files import whole
from assessor.management.filters import add_filters, found
from assessor.models import Edition, Paper, Report
from assessor.report import issued, pdf
from assessor.report.pdf import PdfError
from assessor.views.staff.zipping import Archive, Packed
from assessor.workflow import audit, bundling


class Command(BaseCommand):
    """manage.py bundle OUT.zip [what is looked for], or --tidy. May be stopped and run again."""

    help = (
        "Writes the PDF of the latest report of each assessment that is looked for into one ZIP, "
        "with a list of their hashes. PDFs that were made before are not made again, so that a "
        "run that was stopped goes on where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the paper, and the filters of the list."""
        parser.add_argument(
            "file",
            type=Path,
            nargs="?",
            metavar="OUT.zip",
            help="is replaced; only you can read it",
        )
        parser.add_argument(
            "--paper", choices=Paper.values, help="that of the organisation, if it is not named"
        )
        parser.add_argument(
            "--tidy", action="store_true", help="forget bundles made on the web a week ago"
        )
        add_filters(parser)

    def handle(self, *args: Any, tidy: bool, file: Path | None, **options: Any) -> None:
        """Write the ZIP, or forget old bundles."""
        if tidy:
            self.stdout.write(f"Forgotten: {bundling.delete_old()}.")
            return
        if file is None:
            raise CommandError("Name the file to write.")
        if reason := pdf.availability():
            raise CommandError(reason)
        reports = bundling.latest_reports(found(options))
        if not reports:
            raise CommandError("No report is found.")
        usual = Paper.usual(Edition.objects.current().knowledge)
        self.write(file, reports, Paper(options["paper"] or usual))

    def write(self, file: Path, reports: list[int], paper: Paper) -> None:
        """Write the ZIP: only a whole one gets the name, and what is recorded."""
        try:
            with whole(file) as target:
                written, failed = self._written(target, reports, paper)
                bundling.note_taken(audit.COMMAND, f"reports {len(written)}", written)
        except OSError as error:
            raise CommandError(f"{file} was not written: {error.strerror}") from None
        said = ngettext(
            "%(count)s PDF is in %(file)s.", "%(count)s PDFs are in %(file)s.", len(written)
        )
        self.stdout.write(said % {"count": f"{len(written):,}", "file": file})
        if gone := len(reports) - len(written) - failed:
            self.stdout.write(f"Deleted meanwhile, and not in it: {gone:,}.")
        if failed:
            raise CommandError(f"{failed} could not be made: see manifest.csv in it.")

    def _written(self, target: BinaryIO, reports: list[int], paper: Paper) -> tuple[list[int], int]:
        """Write the ZIP; return the reports that are in it, and how many PDFs failed."""
        archive = Archive(len(reports))
        problems: list[str] = []
        shown = tqdm(reports, unit="", disable=None, leave=False)
        target.writelines(archive.pieces(_noting(packed(shown, paper), problems)))
        return archive.written, len(problems)


def packed(reports: Iterable[int], paper: Paper) -> Iterator[Packed]:
    """Yield each report with its PDF, which is made now if it never was."""
    for key in reports:
        report = Report.objects.filter(pk=key).first()
        if report is None:
            continue  # Deleted meanwhile.
        try:
            yield Packed(report, issued.pdf_of(report, paper))
        except PdfError as error:
            yield Packed(report, None, str(error))


def _noting(reports: Iterable[Packed], problems: list[str]) -> Iterator[Packed]:
    for each in reports:
        if each.problem:
            problems.append(each.problem)
        yield each
