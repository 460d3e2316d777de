"""A ZIP of PDFs with a list of them, written while it is being sent."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.utils.timezone import localtime

from assessor.models import Report, ReportPdf
from assessor.report import issued
from assessor.report.tables import harmless
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


def zipped(reports: Iterable[Packed]) -> Iterator[bytes]:
    """Yield the ZIP piece by piece: one PDF is in memory at a time."""
    pipe, manifest, names = _Pipe(), _Manifest(), Counter[str]()
    # PDFs are compressed already; what cannot be sought back in is described after each file.
    with ZipFile(pipe, "w", ZIP_STORED) as file:
        for packed in reports:
            name = _unique(packed, names) if packed.pdf else ""
            if packed.pdf:
                info = ZipInfo(name, localtime(packed.report.issued_at).timetuple()[:6])
                file.writestr(info, issued.bytes_of(packed.pdf))
                yield pipe.taken()
            manifest.add(name, packed)
        file.writestr(MANIFEST, manifest.content(), ZIP_DEFLATED)
    yield pipe.taken()


def _unique(packed: Packed, names: Counter[str]) -> str:
    """Return the name that the PDF has when it is downloaded, with a number if it is taken."""
    name = file_name(packed.report, packed.pdf.paper if packed.pdf else "")
    names[name] += 1
    return name if names[name] == 1 else f"{name.removesuffix('.pdf')}-{names[name]}.pdf"


class _Manifest:
    """The list of what is in a ZIP, with the hashes to check it by."""

    def __init__(self) -> None:
        self._file = io.StringIO(newline="")
        self._writer = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        self._writer.writerow(COLUMNS)

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
        self._writer.writerow([harmless(cell) for cell in row])

    def content(self) -> bytes:
        return self._file.getvalue().encode("utf-8-sig")
