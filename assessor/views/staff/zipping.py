"""A ZIP of PDFs with a list of them, written while it is being sent."""

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessor.models import Report, ReportPdf
from assessor.report import issued
from assessor.report.tables import csv_lines
from assessor.views.result import file_name

MANIFEST = "manifest.csv"
COLUMNS = (
    "file", "initiative", "organisation", "report", "issued", "assessment", "report_sha256",
    "pdf_sha256", "problem",
)  # fmt: skip
"""Names for programs: they are not translated."""


@dataclass(frozen=True)
class Packed:
    """A report with its PDF, or why there is none."""

    report: Report
    pdf: ReportPdf | None
    problem: str = ""


class _Pipe(io.RawIOBase):
    """Takes what is written until somebody asks for it."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._written.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        data, self._written = b"".join(self._written), []
        return data


class Archive:
    """A ZIP of PDFs with a list of them. ``chosen`` is how many reports somebody wants in it.

    Reports may be deleted while it is written, each with its PDF: those are left out, and the list
    says so. ``written`` are the keys of the reports whose PDF is in it so far.
    """

    def __init__(self, chosen: int) -> None:
        self.written: list[int] = []
        self._chosen = chosen
        self._pipe, self._manifest, self._names = _Pipe(), _Manifest(), Counter[str]()

    def pieces(self, reports: Iterable[Packed]) -> Iterator[bytes]:
        """Yield the ZIP piece by piece: one PDF is in memory at a time."""
        gone = self._chosen
        # PDFs are compressed already; what cannot be sought back in is described after each file.
        with ZipFile(self._pipe, "w", ZIP_STORED) as file:
            for packed in reports:
                gone -= 1
                if packed.pdf and self._write(file, packed.report, packed.pdf):
                    yield self._pipe.taken()
                elif packed.pdf:
                    self._manifest.add("", _deleted(packed.report))
                else:
                    self._manifest.add("", packed)
            if gone:
                self._manifest.say(_how_many_are_gone(gone))
            file.writestr(MANIFEST, self._manifest.content(), ZIP_DEFLATED)
        yield self._pipe.taken()

    def _write(self, file: ZipFile, report: Report, pdf: ReportPdf) -> bool:
        """Put a PDF in; say whether it was still there."""
        try:
            # A machine may still keep the file of a report that was deleted on another one.
            pdf.refresh_from_db(fields=["sha256"])
            content = issued.bytes_of(pdf)
        except ReportPdf.DoesNotExist:
            return False
        name = self._unique(report, pdf)
        file.writestr(ZipInfo(name, localtime(report.issued_at).timetuple()[:6]), content)
        self._manifest.add(name, Packed(report, pdf))
        self.written.append(report.pk)
        return True

    def _unique(self, report: Report, pdf: ReportPdf) -> str:
        """Return the name that the PDF has when it is downloaded, with a number if it is taken."""
        name = file_name(report, pdf.paper)
        self._names[name] += 1
        count = self._names[name]
        return name if count == 1 else f"{name.removesuffix('.pdf')}-{count}.pdf"


def _deleted(report: Report) -> Packed:
    return Packed(report, None, _("The report was deleted meanwhile."))


def _how_many_are_gone(count: int) -> str:
    words = ngettext(
        "%d more report was deleted meanwhile.", "%d more reports were deleted meanwhile.", count
    )
    return words % count


class _Manifest:
    """The list of what is in a ZIP, with the hashes to check it by."""

    def __init__(self) -> None:
        self._rows: list[Iterable[str]] = []

    def add(self, name: str, packed: Packed) -> None:
        report = packed.report
        row = (
            name,
            report.initiative,
            report.organisation,
            str(report.number),
            report.issued_at.isoformat(),
            str(report.assessment_id),
            report.sha256,
            packed.pdf.sha256 if packed.pdf else "",
            packed.problem,
        )
        self._rows.append(row)

    def say(self, problem: str) -> None:
        """Tell what no report is left to be named for."""
        self._rows.append([*[""] * (len(COLUMNS) - 1), problem])

    def content(self) -> bytes:
        return b"".join(csv_lines(COLUMNS, self._rows))
