"""What runs in the process of its own that makes PDFs: HTML in, bytes out.

The only module that knows WeasyPrint. It imports no Django, so that the process starts fast, and
it loads WeasyPrint only there, because that takes half a second and 50 MB.
"""

from __future__ import annotations

import base64
import os
import re
import resource
from contextlib import suppress
from datetime import datetime
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from assessor.report import archiving

if TYPE_CHECKING:
    from weasyprint import CSS, Attachment
    from weasyprint.text.fonts import FontConfiguration

STATIC = Path(__file__).resolve().parents[2] / "static"
FONTS = STATIC / "report" / "fonts" / "fonts.conf"

BASE_URL = "https://static.invalid/"
"""An address that leads nowhere: the fetcher reads the project's own static files instead."""

ENCLOSED = "data:image/png;base64,"
"""How a picture starts that stands in the document itself: the logo of an organisation."""

MEDIA_TYPES = {
    ".css": "text/css",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}
SPACE_AT_END = re.compile(
    r"\s+(</(?:caption|h[1-6]|li|p|td|th)>)"
    r"|\s+(<(?:a|code|em|strong|span class=\"(?:level|note|of-bars)\")\b[^>]*>)(?=\S)"
)
MEMORY_LIMIT = 1024**3
"""Bytes of address space; a report of usual length takes a little more than half of it."""
VARIANT = "pdf/a-3a"


class ForbiddenAddress(ValueError):
    """A document asked for something that is not one of the project's static files."""


class Enclosure(NamedTuple):
    """The one file a PDF carries. ``identifier`` is what the document is known by."""

    name: str
    description: str
    content: bytes
    dated: datetime
    identifier: str


def prepare() -> None:
    """Set up the process before WeasyPrint is loaded: its fonts, and how much memory it may take.

    Only with our fonts does a report look the same, byte for byte, on every machine.
    """
    os.environ["FONTCONFIG_FILE"] = str(FONTS)
    with suppress(ValueError):  # macOS refuses; the time limit still holds there
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def write_pdf(html: str, stylesheets: tuple[str, ...] = (), file: Enclosure | None = None) -> bytes:
    """Return an HTML document as PDF/A-3a and PDF/UA-1 in one, with the file if there is one.

    ``stylesheets`` are paths under static/. Raises ForbiddenAddress.
    """
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415

    document = HTML(string=without_spaces_at_ends(html), base_url=BASE_URL, url_fetcher=fetcher())
    try:
        pdf: bytes = document.write_pdf(
            font_config=_fonts(),
            stylesheets=[_stylesheet(name) for name in stylesheets],
            attachments=[_attachment(file)] if file else None,
            pdf_variant=VARIANT,
            finisher=partial(archiving.finish, identifier=file.identifier if file else ""),
        )
    except FatalURLFetchingError as error:  # not an Exception, so it would end the process
        raise ForbiddenAddress(str(error)) from None
    return pdf


def without_spaces_at_ends(html: str) -> str:
    """Move spaces from the end of a text to the start of what stands after it in the same line.

    Where the last line of a text fits but the space after it does not, WeasyPrint takes the first
    word of that line for all that fits, and breaks after it.
    """
    return SPACE_AT_END.sub(lambda at: at[1] or f"{at[2]} ", html)


def _attachment(file: Enclosure) -> Attachment:
    """Return the file with its own date: the time of rendering must not show."""
    from weasyprint import Attachment  # noqa: PLC0415

    return Attachment(
        file_obj=BytesIO(file.content),
        name=file.name,
        description=file.description,
        created=file.dated,
        modified=file.dated,
        relationship="Source",
    )


@cache
def _fonts() -> FontConfiguration:
    """Return the one font configuration of this process: a new one each time leaks memory."""
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    return FontConfiguration()


@cache
def _stylesheet(name: str) -> CSS:
    """Return a style sheet, read once per process."""
    from weasyprint import CSS  # noqa: PLC0415

    return CSS(url=BASE_URL + name, font_config=_fonts(), url_fetcher=fetcher())


def fetcher() -> Any:
    """Return a fetcher closed to all but the project's static files and enclosed pictures.

    Anything else ends the rendering: our documents ask for nothing else.
    """
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class StaticFetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            if url.startswith(ENCLOSED):
                picture = base64.b64decode(url.removeprefix(ENCLOSED))
                return URLFetcherResponse(url, picture, {"Content-Type": "image/png"})
            path = static_file(url)
            media_type = {"Content-Type": MEDIA_TYPES[path.suffix]}
            return URLFetcherResponse(url, path.read_bytes(), media_type)

    return StaticFetcher(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)


def static_file(url: str) -> Path:
    """Return the static file an address stands for. Raises ForbiddenAddress."""
    if not url.startswith(BASE_URL):
        raise ForbiddenAddress(url)
    path = (STATIC / unquote(urlsplit(url).path).lstrip("/")).resolve()
    if not path.is_relative_to(STATIC) or path.suffix not in MEDIA_TYPES or not path.is_file():
        raise ForbiddenAddress(url)
    return path
