"""Records as PDF, made in a process of its own. Those issued are kept: see issued.py."""

import hashlib
import logging
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from assessor import bootstrap
from assessor.advice import Suggestion
from assessor.knowledge import Answers, KnowledgeBase
from assessor.models import Paper
from assessor.report import diagrams, rendering
from assessor.report.children import Child, NoTurn, TookTooLong
from assessor.report.document import report_html
from assessor.report.record import Record
from assessor.report.rendering import Enclosure

TIMEOUT = 25
"""Seconds one PDF may take before its process is killed."""

PATIENCE = 26
"""Seconds somebody waits for a PDF, those made before it included."""

STYLESHEETS = {
    Paper.A4: ("report/report.css",),
    Paper.LETTER: ("report/report.css", "report/letter.css"),
}

RENDERS_PER_PROCESS = 40
"""WeasyPrint never frees what a font feature takes: a third of a MiB for each report."""

logger = logging.getLogger(__name__)
_printer = Child(rendering.prepare, most_jobs=RENDERS_PER_PROCESS)
Result = TypeVar("Result")


class PdfError(Exception):
    """A PDF could not be made now. The message is for the person who asked for it."""


class NoPlace(PdfError):
    """Others wait for PDFs, and this one had no turn: nothing is wrong with it."""


def no_place() -> NoPlace:
    """Return it with what to tell who asked."""
    return NoPlace(_("Many PDFs are being made at this moment. Try again in a minute."))


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


def pdf_for(record: Record, paper: Paper = Paper.A4, file: Enclosure | None = None) -> bytes:
    """Return the PDF of a result, stored or not. Raises PdfError."""
    return write_pdf(report_html(record), STYLESHEETS[paper], file)


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


def write_pdf(html: str, stylesheets: tuple[str, ...] = (), file: Enclosure | None = None) -> bytes:
    """Return an HTML document as PDF. Raises PdfError."""
    if reason := availability():
        raise PdfError(reason)
    return in_own_process(rendering.write_pdf, html, stylesheets, file, timeout=TIMEOUT)


def in_own_process(function: Callable[..., Result], *arguments: Any, timeout: float) -> Result:
    """Run a function in the process for PDFs; after ``timeout`` seconds it is killed.

    Raises NoPlace when its turn does not come, and PdfError for whatever else goes wrong there.
    """
    try:
        return _printer.run(function, *arguments, timeout=timeout, patience=PATIENCE)
    except NoTurn:
        raise no_place() from None
    except TookTooLong:
        raise PdfError(_("Making the PDF took too long. Try again in a minute.")) from None
    except Exception as error:
        logger.exception("A PDF could not be made")
        raise PdfError(_("The PDF could not be made.")) from error


@cache
def renderer_version() -> str:
    """Return what changes whenever the same report could come out as other bytes."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.read_bytes())
    packages = " ".join(f"{name} {version(name)}" for name in ("weasyprint", "pydyf"))
    return f"{packages} sources {digest.hexdigest()[:16]}"


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
