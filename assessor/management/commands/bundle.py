"""Write the PDFs of the reports that are looked for into one ZIP."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict
from tqdm import tqdm

from assessor.finding.wanted import Wanted
from assessor.models import Assessment, Paper, Report
from assessor.report import issued, pdf
from assessor.report.pdf import PdfError
from assessor.views.staff.zipping import Packed, zipped
from assessor.workflow import audit, bundling


class Command(BaseCommand):
    """manage.py bundle OUT.zip [QUERY] [--paper letter], or --tidy. May be stopped and rerun."""

    help = (
        "Writes the PDF of the latest report of each assessment that is looked for into one ZIP, "
        "with a list of their hashes. PDFs that were made before are not made again, so that a "
        "run that was stopped goes on where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the same filters as the list of the administration."""
        parser.add_argument("out", type=Path, nargs="?", metavar="OUT.zip")
        parser.add_argument(
            "query",
            nargs="?",
            default="",
            metavar="QUERY",
            help="what stands after ? in the address of the list of assessments, such as "
            "'status=approved&submitted_from=2026-07-01'; all if left out",
        )
        parser.add_argument("--paper", choices=Paper.values, default=Paper.A4.value)
        parser.add_argument(
            "--tidy", action="store_true", help="forget bundles made on the web a week ago"
        )

    def handle(self, *args: Any, tidy: bool, out: Path | None, **options: Any) -> None:
        """Write the ZIP, or forget old bundles."""
        if tidy:
            self.stdout.write(f"Forgotten: {bundling.delete_old()}.")
            return
        if out is None:
            raise CommandError("Name the file to write.")
        if reason := pdf.availability():
            raise CommandError(reason)
        self.write(out, options["query"], Paper(options["paper"]))

    def write(self, out: Path, query: str, paper: Paper) -> None:
        """Write beside the file first, so that a file that is there is a whole one."""
        reports = bundling.latest_reports(looked_for(query))
        if not reports:
            raise CommandError("No report is found.")
        unfinished = out.with_name(f"{out.name}.part")
        try:
            failed = self._written(unfinished, reports, paper)
            unfinished.replace(out)
        except OSError as error:
            raise CommandError(f"Cannot write {out}: {error.strerror}") from None
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
        audit.record("bundle.downloaded", "command", of=f"reports {len(reports) - failed}")
        self.stdout.write(f"{len(reports) - failed} PDFs in {out}.")
        if failed:
            raise CommandError(f"{failed} could not be made: see manifest.csv in it.")

    def _written(self, path: Path, reports: list[int], paper: Paper) -> int:
        """Write the ZIP; return how many PDFs could not be made."""
        problems: list[str] = []
        shown = tqdm(reports, unit=" PDFs", file=sys.stderr, disable=not sys.stderr.isatty())
        with path.open("wb") as file:
            for piece in zipped(_noting(packed(shown, paper), problems)):
                file.write(piece)
        return len(problems)


def looked_for(query: str) -> Any:
    """Return the assessments that an address of the list looks for. Raises CommandError."""
    wanted = Wanted(QueryDict(query))
    if not wanted.is_valid():
        raise CommandError(f"The query is not understood:\n{wanted.errors.as_text()}")
    unknown = set(QueryDict(query)) - set(wanted.fields)
    if unknown:
        raise CommandError(f"There is no filter {', '.join(sorted(unknown))}.")
    return wanted.found(Assessment.objects.all()).order_by("-submitted_at", "pk")


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
