"""A result as its page and as its report, and the words that a person reads in them."""

import html
import re
from collections.abc import Callable

import pytest
from django.template.loader import render_to_string

from assessor.report.document import report_html
from assessor.report.reading import read
from assessor.report.record import Record


def document(issued: Record) -> str:
    return report_html(issued, stylesheets=["report.css"])


def page(issued: Record) -> str:
    assessment = {"pk": "6e8ff8c0-0000-4000-8000-000000000000", "is_draft": False}
    context = {"reading": read(issued), "assessment": assessment, "is_owner": True}
    return render_to_string("result/result.html", context)


def words(markup: str) -> str:
    """Return what a person reads, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


Render = Callable[[Record], str]
both = pytest.mark.parametrize("render", [page, document])
