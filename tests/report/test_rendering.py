"""The process that makes PDFs: closed to everything but the project's own static files."""

import subprocess
import sys
from io import BytesIO

import pytest
from pypdf import PdfReader

from assessor.report import pdf, rendering
from assessor.report.rendering import ForbiddenAddress, static_file
from tests.knowledge.editions import ROOT

ELSEWHERE = [
    "http://127.0.0.1:1/x.css",
    "https://example.org/x.css",
    "file:///etc/passwd",
    f"file://{ROOT}/static/report/report.css",
    "data:text/css,a{}",
    "ftp://static.invalid/report/report.css",
    "http://static.invalid/report/report.css",
    "https://static.invalid.example.org/report/report.css",
    "https://static.invalid@example.org/report/report.css",
    "https://static.invalid/../pyproject.toml",
    "https://static.invalid/%2e%2e/pyproject.toml",
    "https://static.invalid/report/../../manage.py",
    "https://static.invalid//etc/passwd",
    "https://static.invalid/report/missing.css",
    "https://static.invalid/report/fonts/LICENSE-PublicSans",
    "https://static.invalid/report/",
    "https://static.invalid/app.js",
]


def test_the_style_sheet_is_found() -> None:
    found = static_file("https://static.invalid/report/report.css")
    assert found == ROOT / "static" / "report" / "report.css"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_other_address_leads_anywhere(address: str) -> None:
    with pytest.raises(ForbiddenAddress):
        static_file(address)


def test_the_process_starts_without_django_and_without_weasyprint() -> None:
    code = (
        "import assessor.report.rendering, sys; "
        "sys.exit(any(name in sys.modules for name in ('django', 'weasyprint')))"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0  # noqa: S603


def test_the_fonts_of_the_report_are_there() -> None:
    assert rendering.FONTS.is_file()


TEXT = "Try to make it leak, obey strangers or do harm; repeat after each larger change."


@pytest.mark.parametrize("tail", [" <em>Applies because:</em> always", "\n  "], ids=["em", "end"])
def test_no_line_ends_after_its_first_word(tail: str) -> None:
    """At some of these widths the text fits in a line and the space after it does not."""
    if reason := pdf.availability():
        pytest.skip(f"!!! NO PDF IS TESTED: {reason}")
    paragraphs = "".join(f"<p class='w{n}'>{TEXT}{tail}</p>" for n in range(120))
    widths = "".join(f".w{n} {{ width: {90 + n / 10}mm }}" for n in range(120))
    style = f"<style>p {{ font: 7.5pt 'Public Sans' }} {widths}</style>"
    html = f'<html lang="en"><title>x</title>{style}{paragraphs}</html>'
    made = pdf.in_own_process(rendering.write_pdf, html, timeout=240)
    lines = "\n".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages).splitlines()
    assert sum(line.startswith("Try to make") for line in lines) == 120
