"""The machine: Python, libraries, PDFs, clock, files."""

import os
import platform
import shutil
import stat
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from assessor import VERSION, bootstrap
from assessor.checks import versions
from assessor.management.doctor.finding import Finding, bad, poor, well
from assessor.models import AuditEntry
from assessor.report import pdf, rendering
from assessor.storage import file_system

TINY = '<!doctype html><html lang="en"><title>Doctor</title><h1>Doctor</h1>'
LITTLE_SPACE, NO_SPACE = 1024**3, 100 * 1024**2
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""No version of the product is older."""

TOLERATED = timedelta(minutes=5)
PRIVATE = stat.S_IRWXG | stat.S_IRWXO


def product() -> Finding:
    return well("product", f"Assessor {VERSION} on {platform.platform(terse=True)}")


def python() -> Finding:
    here = platform.python_version()
    if tuple(map(int, platform.python_version_tuple()[:2])) < bootstrap.OLDEST_PYTHON:
        oldest = bootstrap.dotted(bootstrap.OLDEST_PYTHON)
        return bad("python", here, f"Install Python {oldest} or newer.")
    return well("python", here)


def libraries() -> Finding:
    named = ("django", "weasyprint", "waitress", "psycopg")
    said = ", ".join(f"{name} {version(name)}" for name in named)
    if wrong := versions():
        return bad("libraries", "; ".join(str(each.msg) for each in wrong), "Run: make setup")
    return well("libraries", said)


def pdf_reports() -> Finding:
    """Make a small PDF, in the process that makes them."""
    if reason := pdf.availability():
        return bad("pdf reports", "cannot be made here", reason)
    try:
        made = pdf.write_pdf(TINY)
    except pdf.PdfError as error:
        return bad(
            "pdf reports", str(error), "See the log of this command; try manage.py doctor again."
        )
    return well("pdf reports", f"one was made in a process of its own, {len(made):,} bytes")


def fonts() -> Finding:
    there = [path for path in rendering.FONTS.parent.iterdir() if path.suffix in {".ttf", ".otf"}]
    if not rendering.FONTS.is_file() or not there:
        return bad("fonts", "those of the product are not there", "Get the whole source again.")
    return well("fonts", f"{len(there)} of the product, no other is used for PDFs")


def clock() -> Finding:
    now = timezone.now()
    latest = AuditEntry.objects.order_by("-pk").values_list("at", flat=True).first()
    advice = "Set the clock, by NTP if you can: terms, links and sessions end by it."
    if now < EARLIEST or (latest and latest > now + TOLERATED):
        return bad("clock", f"{now:%Y-%m-%d %H:%M} UTC is earlier than what was recorded", advice)
    return well("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def user() -> Finding:
    if os.geteuid() == 0:
        return poor("user", "root", "Run everything as an ordinary user.")
    return well("user", f"number {os.geteuid()}, not root")


def data_folder() -> Finding:
    folder = Path(settings.VAR_DIR)
    if folder.stat().st_mode & PRIVATE:
        return bad("data folder", f"{folder} is open to others", f"Run: chmod 700 {folder}")
    if not os.access(folder, os.W_OK):
        return bad("data folder", f"{folder} cannot be written", "Give it to the user of this.")
    return well("data folder", f"{folder}, for its owner alone")


def free_space() -> Finding:
    free = shutil.disk_usage(settings.VAR_DIR).free
    said = f"{free // 1024**2:,} MiB where the data folder is"
    advice = "Make room, or move VAR_DIR: on a full disk nothing can be saved."
    if free < NO_SPACE:
        return bad("free space", said, advice)
    return poor("free space", said, advice) if free < LITTLE_SPACE else well("free space", said)


def file_system_of_data() -> Finding:
    kind = file_system.type_of(Path(settings.VAR_DIR)) or "unknown"
    if kind in file_system.NETWORK:
        return poor("file system of data", kind, "Keep SQLite on a local disk, or use PostgreSQL.")
    if kind in file_system.IN_MEMORY | file_system.IN_CONTAINER:
        return poor(
            "file system of data", f"{kind}: does not last", "Set VAR_DIR to a disk or a volume."
        )
    return well("file system of data", kind)


def static_files() -> Finding:
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        return bad("static files", "not collected", "Run: make setup")
    return well("static files", "collected")


EXAMINATIONS = (
    *(product, python, libraries, user, data_folder, free_space, file_system_of_data),
    *(static_files, fonts, pdf_reports, clock),
)
