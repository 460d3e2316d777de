"""The PDFs of issued reports: made once, stored for ever, kept on disk for speed."""

import hashlib

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assessor.models import Paper, Report, ReportPdf
from assessor.report import kept_files, making, report_file
from assessor.report.pdf import PdfError, pdf_for, renderer_version
from assessor.report.record import record_of
from assessor.report.rendering import Enclosure


def pdf_of(report: Report, paper: Paper = Paper.A4) -> ReportPdf:
    """Return the PDF of a report, without its bytes; made now if it never was. Raises PdfError."""
    found = stored(report, paper)
    if found is not None:
        return found
    return making.once(
        (report.pk, paper.value), lambda: stored(report, paper) or _made(report, paper)
    )


def bytes_of(pdf: ReportPdf) -> bytes:
    """Return what was issued, from the disk of this machine or else from the database.

    Raises ReportPdf.DoesNotExist where it was deleted since it was found.
    """
    content = kept_files.get(pdf.sha256)
    if content is None:
        content = bytes(pdf.content)
        kept_files.keep(pdf.sha256, content)
    return content


def stored(report: Report, paper: Paper) -> ReportPdf | None:
    """Return the PDF without its bytes, if it was made."""
    pdfs = ReportPdf.objects.filter(report_id=report.pk, paper=paper)
    return pdfs.defer("content").first()


def _made(report: Report, paper: Paper) -> ReportPdf:
    """Make the PDF and store it. Where another process was faster, theirs is the one issued."""
    content = pdf_for(record_of(report), paper, enclosure_of(report))
    pdf = ReportPdf(
        report=report,
        paper=paper,
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        renderer=renderer_version(),
    )
    try:
        with transaction.atomic():
            pdf.save(force_insert=True)
    except IntegrityError:
        there = stored(report, paper)
        if there is None:
            raise PdfError(_("The report was deleted meanwhile.")) from None
        return there
    kept_files.keep(pdf.sha256, content)
    return pdf


def enclosure_of(report: Report) -> Enclosure:
    """Return the file that the PDFs of a report carry."""
    return Enclosure(
        name=report_file.NAME,
        description=_("The answers and the suggestion of this report, as data"),
        content=report_file.written(report),
        dated=report.issued_at,
        identifier=f"sha256:{report.sha256}",
    )
