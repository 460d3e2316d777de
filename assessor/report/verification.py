"""Was this issued here, and is it unchanged? Found by code, or by the bytes of a file."""

import hashlib
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.urls import reverse

from assessor import deployment
from assessor.models import Report, ReportPdf
from assessor.report.codes import start_of_hash
from assessor.report.uploads import is_pdf, report_in

SHOWN = ("number", "issued_at", "initiative", "organisation", "sha256", "edition__version")

AFTER_EVERY_DIGIT = "g"
"""Greater than any further hexadecimal digit: a range of hashes can use the index."""


class Finding(Enum):
    """What can be said of a code or a file."""

    ISSUED = "issued"
    """There is a report with this code."""
    UNCHANGED = "unchanged"
    """What was issued, byte for byte; or its data, and nothing besides."""
    SAME_DATA = "same_data"
    """The file differs from what was issued; the report in it does not."""
    CHANGED = "changed"
    """It names a report issued here, and says something else."""
    UNKNOWN = "unknown"
    """No report issued here."""


@dataclass(frozen=True)
class Verdict:
    """A finding, with the report it is about."""

    finding: Finding
    report: Report | None = None
    paper: str = ""


def address() -> str:
    """Return where reports are verified, without a host where this machine is the only user's."""
    path = reverse("verify")
    return settings.PUBLIC_URL + path if deployment.is_public(settings.PUBLIC_URL) else path


def of_code(code: str) -> Verdict:
    """Say whether a report with this code was issued here. Raises NotACode."""
    start = start_of_hash(code)
    return _about(Finding.ISSUED, sha256__gte=start, sha256__lt=start + AFTER_EVERY_DIGIT)


def of_file(content: bytes) -> Verdict:
    """Say whether this PDF, or the JSON file of one, was issued here. Raises uploads.Refused."""
    issued = _issued(hashlib.sha256(content).hexdigest())
    if issued is not None:
        return Verdict(Finding.UNCHANGED, issued.report, issued.get_paper_display())
    received = report_in(content)
    if not received.is_intact:
        finding = Finding.CHANGED
    elif is_pdf(content) or received.file.model_extra:
        finding = Finding.SAME_DATA
    else:
        finding = Finding.UNCHANGED
    return _about(finding, sha256=received.file.sha256)


def _issued(sha256: str) -> ReportPdf | None:
    """Return the PDF with exactly these bytes, without its bytes."""
    pdfs = ReportPdf.objects.select_related("report__edition").filter(sha256=sha256)
    return pdfs.only("paper", *(f"report__{field}" for field in SHOWN)).first()


def _about(finding: Finding, **named: str) -> Verdict:
    """Return the finding about the report that is named, or that there is none."""
    report = Report.objects.select_related("edition").only(*SHOWN).filter(**named).first()
    return Verdict(finding, report) if report else Verdict(Finding.UNKNOWN)
