"""Reports as PDF: made once in a process of its own, then kept by content."""

import hashlib
import logging
import multiprocessing
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import gettext as _
from pebble import ProcessPool

from assessor import bootstrap
from assessor.advice import Suggestion
from assessor.knowledge import Answers, KnowledgeBase
from assessor.report import diagrams, rendering
from assessor.report.document import report_html
from assessor.report.record import Record, record_of

if TYPE_CHECKING:
    from assessor.models import Report

TIMEOUT = 25
"""Seconds one PDF may take before its process is killed."""

PATIENCE = 60
"""Seconds somebody waits for a PDF, those made before it included."""

RENDERS_PER_PROCESS = 200
STYLESHEET = f"{rendering.BASE_URL}report/report.css"

logger = logging.getLogger(__name__)
_starting = Lock()
Result = TypeVar("Result")


class PdfError(Exception):
    """A PDF could not be made now. The message is for the person who asked for it."""


@cache
def availability() -> str:
    """Return an empty text when PDFs can be made here, else the reason and what to install."""
    missing = bootstrap.missing_libraries()
    if not missing:
        return ""
    names = ", ".join(bootstrap.file_name(library) for library in missing)
    commands = bootstrap.install_commands(library.packages for library in missing)
    return _(
        "PDFs cannot be made on this server, because it lacks %(names)s. "
        "Whoever runs it can install that (%(commands)s) and start it again."
    ) % {"names": names, "commands": "; ".join(" ".join(line.split()) for line in commands)}


def pdf_of(report: "Report") -> bytes:
    """Return the PDF of an issued report, the same bytes every time. Raises PdfError."""
    kept = caches["reports"]
    key = hashlib.sha256(f"{report.sha256} {renderer_version()}".encode()).hexdigest()
    pdf: bytes | None = kept.get(key)
    if pdf is None:
        pdf = pdf_for(record_of(report))
        kept.set(key, pdf)
    return pdf


def pdf_for(record: Record) -> bytes:
    """Return the PDF of a result, stored or not. Raises PdfError."""
    return write_pdf(report_html(record, stylesheets=[STYLESHEET]))


def unsaved_pdf(knowledge: KnowledgeBase, answers: Answers, suggestion: Suggestion) -> bytes:
    """Return the PDF of a suggestion that nobody issued. Raises PdfError."""
    record = Record(
        initiative=_("Assessment without a name"),
        organisation="",
        answers=answers,
        suggestion=suggestion,
        knowledge=knowledge,
    )
    return pdf_for(record)


def write_pdf(html: str) -> bytes:
    """Return an HTML document as PDF. Raises PdfError."""
    if reason := availability():
        raise PdfError(reason)
    return in_own_process(rendering.write_pdf, html, timeout=TIMEOUT)


def in_own_process(function: Callable[[str], Result], argument: str, *, timeout: float) -> Result:
    """Run a function in the process for PDFs; after ``timeout`` seconds it is killed.

    Raises PdfError for that and for whatever else goes wrong there.
    """
    future = _pool().schedule(function, args=[argument], timeout=timeout)
    try:
        return future.result(timeout=PATIENCE)
    except TimeoutError:
        future.cancel()  # type: ignore[no-untyped-call]
        raise PdfError(_("Making the PDF took too long. Try again in a minute.")) from None
    except Exception as error:
        logger.exception("A PDF could not be made")
        raise PdfError(_("The PDF could not be made.")) from error


@cache
def _started_pool() -> ProcessPool:
    return ProcessPool(
        max_workers=1,
        max_tasks=RENDERS_PER_PROCESS,
        context=multiprocessing.get_context("spawn"),
        initializer=rendering.prepare,
    )


def _pool() -> ProcessPool:
    """Return the one pool of this process, started when it is first needed."""
    with _starting:
        return _started_pool()


@cache
def renderer_version() -> str:
    """Return what changes whenever the same report could come out as other bytes."""
    digest = hashlib.sha256(version("weasyprint").encode())
    for path in _sources():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> list[Path]:
    """Return the files that shape a report: words, look, drawings, and the code that fills them."""
    code = Path(__file__).parents[1]
    folders = (
        settings.BASE_DIR / "templates" / "report",
        settings.BASE_DIR / "static" / "report",
        diagrams.FOLDER,
        code / "report",
        code / "templatetags",
    )
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if path.suffix != ".pyc")
