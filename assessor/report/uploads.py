"""A file that somebody sends → the report in it, or words for why there is none."""

from django.utils.translation import gettext as _
from pebble import ProcessExpired

from assessor.report import extraction, report_file
from assessor.report.children import AllTaken, Child, Places, TookTooLong
from assessor.report.extraction import Unreadable
from assessor.report.report_file import NotAReport, Received

TIMEOUT = 5
"""Seconds that reading one PDF may take."""

PATIENCE = 15
"""Seconds that somebody waits, files before theirs included."""

PLACES = Places(2)
"""For requests that wait for a PDF to be read, which takes no time unless it means harm."""

HEADER_WITHIN = 1024
"""A PDF says what it is somewhere in its first bytes."""

_reader = Child(extraction.prepare, most_jobs=500)


class Refused(Exception):
    """A file that cannot be used. The message is for the person who sent it."""


class Busy(Refused):
    """A file that may be sent again in a moment."""


def report_in(content: bytes) -> Received:
    """Return the report in a PDF or JSON file. Raises Refused, and Busy when too many wait."""
    try:
        data = _enclosed(content) if is_pdf(content) else content
        return report_file.read(data)
    except AllTaken:
        raise Busy(_("Many files are being read at this moment. Try again in a minute.")) from None
    except (NotAReport, Unreadable) as error:
        raise Refused(_in_words(str(error))) from None


def is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:HEADER_WITHIN]


def _enclosed(pdf: bytes) -> bytes:
    """Return the report file that a PDF carries. Raises Unreadable, NotAReport or AllTaken."""
    try:
        with PLACES.one():
            found = _reader.run(
                extraction.enclosed_file, pdf, report_file.NAME, timeout=TIMEOUT, patience=PATIENCE
            )
    except (TookTooLong, ProcessExpired, MemoryError):
        raise Unreadable("broken") from None
    if found is None:
        raise NotAReport("nothing_enclosed")
    return found


def _in_words(reason: str) -> str:
    return {
        "broken": _("This PDF cannot be read. It may be damaged: try the file as you got it."),
        "locked": _("This PDF is locked with a password. Send the file as it was downloaded here."),
        "too_large": _("What this file holds is too large to be a report."),
        "nothing_enclosed": _("This PDF carries no report. Printing or converting it removes it."),
        "not_json": _("This file is neither a PDF nor a JSON file of a report."),
        "not_ours": _("This file is no report of this program."),
        "newer": _("This report was made by a newer version of the program."),
    }[reason]
