"""The PDFs of issued reports: made once, stored for ever, kept on disk for speed."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assessor.models import Paper, Report, ReportPdf
from assessor.report import kept_files, report_file
from assessor.report.pdf import PATIENCE, PdfError, pdf_for, renderer_version
from assessor.report.record import record_of
from assessor.report.rendering import Enclosure

MOST_WAITING = 20
"""Requests that may wait for PDFs at the same time; more are told to come back."""

Key = tuple[int, str]
"""A report and a paper."""

logger = logging.getLogger(__name__)


def pdf_of(report: Report, paper: Paper = Paper.A4) -> ReportPdf:
    """Return the PDF of a report, without its bytes; made now if it never was. Raises PdfError."""
    found = stored(report, paper)
    if found is not None:
        return found
    with _waiting():
        return _once(report, paper)


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


# ---------------------------------------------------------------- one at a time

_slots = BoundedSemaphore(MOST_WAITING)
_being_made: dict[Key, "Future[ReportPdf]"] = {}
_lock = Lock()


@contextmanager
def _waiting() -> Iterator[None]:
    """Take one of the places for requests that wait. Raises PdfError when all are taken."""
    if not _slots.acquire(blocking=False):
        raise PdfError(_("Many PDFs are being made at this moment. Try again in a minute."))
    try:
        yield
    finally:
        _slots.release()


def _once(report: Report, paper: Paper) -> ReportPdf:
    """Make a PDF, if nobody has; whoever asks meanwhile gets the same one, or the same error."""
    key = (report.pk, paper.value)
    with _lock:
        future = _being_made.get(key)
        is_first = future is None
        if future is None:
            future = _being_made[key] = Future()
    if is_first:
        _fulfil(key, future, lambda: stored(report, paper) or _made(report, paper))
    try:
        return future.result(timeout=PATIENCE)
    except TimeoutError:
        raise PdfError(_("Making the PDF took too long. Try again in a minute.")) from None


def _fulfil(key: Key, future: "Future[ReportPdf]", make: Callable[[], ReportPdf]) -> None:
    try:
        future.set_result(make())
    except BaseException as error:  # noqa: BLE001  those who wait must hear of it, whatever it is
        future.set_exception(error)
    finally:
        with _lock:
            del _being_made[key]
