"""Two or three assessments, or reports of one, side by side."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessor import access
from assessor.access import Access
from assessor.advice import questionnaire
from assessor.models import Assessment, Report
from assessor.report.comparison import Compared, answered_by, compared, in_their_role
from assessor.report.reading import read
from assessor.report.record import record_of
from assessor.views import trail
from assessor.views.issued import numbered

LEAST, MOST = 2, 3

Wanted = tuple[UUID, str]
"""Key of an assessment, and the number of a report of it; empty for the latest."""


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Show what differs between those named with ?a=, ?b= and ?c=, or with several ?id=."""
    wanted = _wanted(request)
    if not LEAST <= len(wanted) <= MOST:
        return _choose(request, wanted)
    everything = bool(request.GET.get("all"))
    columns = [
        _column(request, access.reading(request, key), number, letter)
        for (key, number), letter in zip(wanted, "ABC", strict=False)
    ]
    context = {"found": compared(columns, everything=everything), "everything": everything}
    return render(request, "compare/compare.html", context)


def _wanted(request: HttpRequest) -> list[Wanted]:
    """Return what to compare, each once. Raises Http404 for what cannot be a key."""
    named = [request.GET.get(name, "") for name in "abc"]
    every = filter(None, [*named, *request.GET.getlist("id")])
    return list(dict.fromkeys(map(_parsed, every)))


def _parsed(text: str) -> Wanted:
    key, _colon, number = text.partition(":")
    try:
        return UUID(key), number
    except ValueError:
        raise Http404 from None


def _choose(request: HttpRequest, wanted: Sequence[Wanted]) -> HttpResponse:
    """Say how to choose, and what was wrong with a choice."""
    error = ""
    if wanted:
        few = len(wanted) < LEAST
        error = _("Choose one more to compare it with.") if few else _("Choose at most three.")
    status = 422 if error else 200
    return render(request, "compare/choose.html", {"error": error}, status=status)


def _column(request: HttpRequest, reader: Access, number: str, letter: str) -> Compared:
    assessment = reader.assessment
    report = numbered(assessment, number) if number else assessment.latest_report()
    if report is None:
        return _draft(reader, letter)
    trail.read(request, reader, report)
    return _issued(assessment, report, letter)


def _issued(assessment: Assessment, report: Report, letter: str) -> Compared:
    record = record_of(report)
    name = _("%(letter)s: report %(number)s of “%(name)s”") % {
        "letter": letter,
        "number": report.number,
        "name": report.initiative,
    }
    return Compared(
        name=name,
        organisation=report.organisation,
        status=assessment.get_status_display(),
        saved_at=report.issued_at,
        people=answered_by(record),
        knowledge=record.knowledge,
        answers=record.answers,
        address=f"{reverse('result', args=[assessment.pk])}?report={report.number}",
        reading=read(record),
    )


def _draft(reader: Access, letter: str) -> Compared:
    """Return what there is before the first report: nothing for those who only read reports."""
    assessment = reader.assessment
    sees_draft = reader.respondent is not None
    answers = assessment.given_answers() if sees_draft else {}
    return Compared(
        name=_("%(letter)s: “%(name)s”") % {"letter": letter, "name": assessment.initiative},
        organisation=assessment.organisation,
        status=assessment.get_status_display(),
        saved_at=assessment.updated_at,
        people=_people(assessment) if sees_draft else (),
        knowledge=assessment.knowledge,
        answers=questionnaire.asked(assessment.knowledge, answers),
        address=reverse("hub", args=[assessment.pk]) if sees_draft else "",
    )


def _people(assessment: Assessment) -> tuple[str, ...]:
    return tuple(
        in_their_role(assessment.knowledge, str(person), person.role)
        for person in assessment.people
        if person.counts and assessment.answers_of(person)
    )
