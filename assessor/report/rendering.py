"""What runs in the process of its own that makes PDFs: HTML in, bytes out.

The only module that knows WeasyPrint. It imports no Django, so that the process starts fast, and
it loads WeasyPrint only there, because that takes half a second and 50 MB.
"""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

STATIC = Path(__file__).resolve().parents[2] / "static"
FONTS = STATIC / "report" / "fonts" / "fonts.conf"

BASE_URL = "https://static.invalid/"
"""An address that leads nowhere: the fetcher reads the project's own static files instead."""

MEDIA_TYPES = {
    ".css": "text/css",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}
MEMORY_LIMIT = 2 * 1024**3


class ForbiddenAddress(ValueError):
    """A document asked for something that is not one of the project's static files."""


def prepare() -> None:
    """Set up the process before WeasyPrint is loaded: its fonts, and how much memory it may take.

    Only with our fonts does a report look the same, byte for byte, on every machine.
    """
    os.environ["FONTCONFIG_FILE"] = str(FONTS)
    with suppress(ValueError):  # macOS refuses; the time limit still holds there
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def write_pdf(html: str) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of an HTML document. Raises ForbiddenAddress."""
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415

    document = HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher())
    try:
        pdf: bytes = document.write_pdf(font_config=_fonts(), pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:  # not an Exception, so it would end the process
        raise ForbiddenAddress(str(error)) from None
    return pdf


@cache
def _fonts() -> FontConfiguration:
    """Return the one font configuration of this process: a new one each time leaks memory."""
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    return FontConfiguration()


def fetcher() -> Any:
    """Return a fetcher that is closed to everything but the project's own static files.

    Anything else ends the rendering: our documents ask for nothing else.
    """
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class StaticFetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
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
