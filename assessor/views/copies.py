"""Starting a new assessment with the answers of another one: a copy, or the next revision."""

import re
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from assessor import access
from assessor.forms.start import StartForm
from assessor.knowledge import Answers
from assessor.models import NAME_LENGTH, Assessment, Respondent
from assessor.views.methods import LOOK_AND_SEND
from assessor.views.start import count_start, into_hub, second_click
from assessor.workflow import drafts
from assessor.workflow.drafts import Origin

COPY = gettext_lazy(", copy")
REVISION = gettext_lazy(", revision %(number)s")


@require_http_methods(LOOK_AND_SEND)
def duplicate(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Ask what the new assessment is called, then start it with the answers there are."""
    person = _copying(request, assessment_id)
    assessment = person.assessment
    origin, answers = _carried_over(assessment)
    form = StartForm(
        request.POST if request.method == "POST" else None,
        knowledge=assessment.knowledge,
        initial=_initial(person),
    )
    if form.is_valid():
        return _start(request, form, origin, answers)
    context = {"assessment": assessment, "form": form, "origin": origin, "count": len(answers)}
    return render(request, "start/duplicate.html", context, status=422 if form.is_bound else 200)


def _copying(request: HttpRequest, assessment_id: UUID) -> Respondent:
    """Return who takes part and reads everything. Raises Http404 for everybody else."""
    respondent = access.reading(request, assessment_id).respondent
    if respondent is None:
        raise Http404
    return respondent


def _carried_over(assessment: Assessment) -> tuple[Origin, Answers]:
    """Return the answers to start with: of the last report, unless they are being changed."""
    report = None if assessment.is_draft else assessment.latest_report()
    if report is None:
        return Origin(assessment), assessment.given_answers()
    return Origin(assessment, report), report.answers


def _initial(person: Respondent) -> dict[str, str]:
    return {
        "initiative": _name_of_next(person.assessment),
        "organisation": person.assessment.organisation,
        "name": person.name,
        "email": person.email,
        "role": person.role,
    }


def _name_of_next(assessment: Assessment) -> str:
    """Name a copy so that it can be told from where it comes from; revisions are counted on."""
    name = assessment.initiative
    if not assessment.is_decided:
        return name[: NAME_LENGTH - len(COPY)] + str(COPY)
    counted = re.escape(REVISION % {"number": 0}).replace("0", "([0-9]{1,3})") + "$"
    found = re.search(counted, name)
    addition = REVISION % {"number": int(found[1]) + 1 if found else 2}
    base = name[: found.start()] if found else name
    return base[: NAME_LENGTH - len(addition)] + addition


def _start(request: HttpRequest, form: StartForm, origin: Origin, answers: Answers) -> HttpResponse:
    count_start(request)
    try:
        owner, token = drafts.start_from(origin, form.start(), answers)
    except drafts.AlreadyStarted:
        return second_click(request, form)
    messages.success(request, _told(len(answers)))
    return into_hub(request, owner, token)


def _told(count: int) -> str:
    return ngettext(
        "This is a new draft with %(count)s answer carried over. The other one stays as it is.",
        "This is a new draft with %(count)s answers carried over. The other one stays as it is.",
        count,
    ) % {"count": count}
