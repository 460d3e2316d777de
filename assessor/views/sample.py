"""The sample: a whole result with its report, to be seen before anybody starts. Stores nothing."""

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessor import demos
from assessor.advice import advise, questionnaire
from assessor.knowledge import KnowledgeBase, read_folder
from assessor.models import Edition
from assessor.report import making
from assessor.report import pdf as pdfs
from assessor.report.document import report_html
from assessor.report.reading import read
from assessor.report.record import Record
from assessor.views.files import to_keep
from assessor.views.result import RETRY_AFTER, STYLESHEETS

FILE_NAME = "assessor-sample-report.pdf"
KEPT = 4
"""Samples kept in memory, one for each edition and language asked for lately."""


@dataclass(frozen=True)
class Sample:
    """The story of the sample, and its result that nobody issued."""

    about: str
    record: Record


@dataclass
class Printed:
    """The PDF of a sample, once it was made."""

    content: bytes = b""

    def made_of(self, record: Record) -> bytes:
        """Return it, made now if it never was. Raises PdfError."""
        self.content = self.content or pdfs.pdf_for(record)
        return self.content


@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """Show the result as the page of a real one would, without what changes answers."""
    sample = current()
    context = {
        "about": sample.about,
        "reading": read(sample.record),
        "no_pdf": pdfs.availability(),
    }
    return render(request, "sample/result.html", context)


@require_safe
def print_view(request: HttpRequest) -> HttpResponse:
    """Show the report as it is printed."""
    stylesheets = [static(name) for name in STYLESHEETS]
    back = reverse("sample")
    return HttpResponse(report_html(current().record, stylesheets=stylesheets, back=back))


@require_safe
def pdf(request: HttpRequest) -> HttpResponseBase:
    """Send the report as PDF, or a page that says why not now and leads to the print view."""
    try:
        return _download(request, _pdf())
    except pdfs.PdfError as error:
        response = render(request, "sample/not_now.html", {"reason": str(error)}, status=503)
        response["Retry-After"] = RETRY_AFTER
        return response


def _download(request: HttpRequest, content: bytes) -> HttpResponseBase:
    """Send the bytes, or 304 to whoever has them: their hash is the tag."""
    tag = f'"{hashlib.sha256(content).hexdigest()}"'
    unchanged = get_conditional_response(request, etag=tag)
    response = unchanged or HttpResponse(content, content_type="application/pdf")
    response["ETag"] = tag
    return to_keep(response, FILE_NAME)


# ---------------------------------------------------------------- made once, then kept


def current() -> Sample:
    """Return the sample as it is now. Raises demos.DemoError."""
    return sample_under(_edition(), get_language() or "")


def _pdf() -> bytes:
    """Return the PDF; whoever asks while it is being made waits for it. Raises PdfError."""
    under = _edition(), get_language() or ""
    printed = printed_under(*under)
    record = sample_under(*under).record
    return printed.content or making.once(under, lambda: printed.made_of(record))


@lru_cache(maxsize=KEPT)
def sample_under(knowledge: KnowledgeBase, _language: str) -> Sample:
    """Return the sample with the suggestion of an edition. Raises demos.DemoError."""
    demo = demos.one(knowledge, demos.SAMPLE)
    answers = questionnaire.asked(knowledge, demo.working(knowledge).answers)
    record = Record(
        initiative=demo.initiative,
        organisation=_("%(organisation)s (sample)") % {"organisation": demo.organisation},
        prepared_by=demo.prepared_by.name,
        answers=answers,
        suggestion=advise(knowledge, answers),
        voices=demo.evidence(knowledge),
        knowledge=knowledge,
    )
    return Sample(demo.about, record)


@lru_cache(maxsize=KEPT)
def printed_under(_knowledge: KnowledgeBase, _language: str) -> Printed:
    """Return where the PDF of the sample under an edition is kept."""
    return Printed()


def _edition() -> KnowledgeBase:
    """Return the edition new assessments start with, if it asks what the sample answers.

    Otherwise the shipped one: before any is loaded, and beside one with other questions.
    """
    try:
        knowledge = Edition.objects.current().knowledge
        sample_under(knowledge, get_language() or "")
    except (Edition.DoesNotExist, demos.DemoError):
        return _shipped()
    return knowledge


@cache
def _shipped() -> KnowledgeBase:
    return read_folder(settings.SHIPPED_EDITION)
