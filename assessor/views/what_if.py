"""What if: other answers to what a result hangs on.

Looking writes nothing, and is a POST all the same: answers never stand in an address.
"""

import json
from dataclasses import dataclass, replace
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessor import access
from assessor.access import Access
from assessor.advice.hinges import hinges
from assessor.advice.outlook import outlook
from assessor.forms.keys import FormKeyField
from assessor.forms.page import PageForm
from assessor.knowledge import Answers
from assessor.knowledge.hashing import sha256_of
from assessor.models import NAME_LENGTH, Report, Respondent
from assessor.pages import Page, Section
from assessor.report.answers import Given, given
from assessor.report.record import Record, record_of
from assessor.report.what_if import WhatIf, what_if
from assessor.rows import Row, sections_of
from assessor.viewpoint import alone
from assessor.views.issued import asked_for, not_yet, which
from assessor.views.methods import LOOK_AND_SEND
from assessor.views.start import count_start, into_hub
from assessor.workflow import drafts
from assessor.workflow.drafts import Origin, Start


class WhatIfForm(PageForm):
    """The answers of a report that its result hangs on, to be changed."""

    creation_key = FormKeyField()

    def __init__(self, record: Record, data: QueryDict | None = None) -> None:
        super().__init__(
            data,
            initial=record.answers,
            page=_page_of(record),
            knowledge=record.knowledge,
            counting=alone(record.answers),
        )
        self.record = record
        # They are for saving a page, which this never does.
        for name in ("seen", "form_key", "turn"):
            del self.fields[name]


def _page_of(record: Record) -> Page:
    keys = hinges(record.answers, record.suggestion)
    questions = tuple(record.knowledge.questions[key] for key in keys)
    group = record.knowledge.question_bank.groups[0]
    return Page(key="what-if", group=group, sections=(Section("", questions),), minutes=0)


@dataclass(frozen=True)
class Panel:
    """The form with its questions, each beside the answer in the report."""

    form: WhatIfForm
    controls: tuple[tuple[Row, Given], ...]


def panel(record: Record, form: WhatIfForm | None = None) -> Panel:
    """Return what the page shows; without a form the one that says what the report says."""
    form = form or WhatIfForm(record)
    rows = (row for section in sections_of(form, {}) for row in section.rows)
    return Panel(
        form,
        tuple((row, given(record.knowledge, row.key, record.answers[row.key])) for row in rows),
    )


@require_http_methods(LOOK_AND_SEND)
def recompute(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show what other answers would lead to, beside the report."""
    reader = access.reading(request, assessment_id)
    report = asked_for(request, reader)
    if report is None:
        return not_yet(request, reader)
    if request.method != "POST":
        return redirect(
            f"{reverse('result', args=[assessment_id])}{which(request, report)}#what-if"
        )
    form = WhatIfForm(record_of(report), request.POST)
    return _page(request, reader, report, form)


def _page(request: HttpRequest, reader: Access, report: Report, form: WhatIfForm) -> HttpResponse:
    found = _found(form) if form.is_valid() else None
    context = {
        "assessment": reader.assessment,
        "is_owner": reader.is_owner,
        "what_if": panel(form.record, form),
        "found": found,
        "report": report,
        "which": which(request, report),
    }
    # The reply alone takes half the time. No cache keeps the answer to a POST.
    alone = "HX-Request" in request.headers
    name = "result/_what_if_reply.html" if alone else "result/what_if.html"
    response = render(request, name, context, status=200 if found else 422)
    shown = form.shown(form.answers())
    response["HX-Trigger"] = json.dumps(
        {"questionVisibility": {key: key in shown for key in form.questions}}
    )
    return response


def _found(form: WhatIfForm) -> WhatIf:
    (answers,) = form.answer_sets()
    return what_if(form.record, answers, outlook(form.knowledge, answers))


@require_POST
def save(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Start a new assessment with the answers of the report and the changes to them."""
    respondent = access.owning(request, assessment_id)
    reader = Access(respondent.assessment, respondent)
    report = asked_for(request, reader)
    if report is None:
        return not_yet(request, reader)
    form = WhatIfForm(record_of(report), request.POST)
    if not form.is_valid():
        return _page(request, reader, report, form)
    count_start(request)
    owner, token = _started(respondent, report, form)
    messages.success(
        request,
        _("This is a new assessment, with your changes. The one it comes from stays as it is."),
    )
    return into_hub(request, owner, token)


def _started(respondent: Respondent, report: Report, form: WhatIfForm) -> tuple[Respondent, str]:
    """Start the assessment once, however often the same answers are sent from the same page."""
    (answers,) = form.answer_sets()
    origin = Origin(respondent.assessment, report)
    start = Start(
        creation_key=uuid5(form.cleaned_data["creation_key"], sha256_of(answers)),
        initiative=_variant_of(origin),
        organisation=report.organisation,
        name=respondent.name,
        email=respondent.email,
        role=respondent.role,
    )
    try:
        return drafts.start_from(origin, start, answers)
    except drafts.AlreadyStarted:
        return _again(origin, start, answers)


def _again(origin: Origin, start: Start, answers: Answers) -> tuple[Respondent, str]:
    try:
        return drafts.resend_link(start.creation_key)
    except Respondent.DoesNotExist:
        return drafts.start_from(origin, replace(start, creation_key=uuid4()), answers)


def _variant_of(origin: Origin) -> str:
    """Name the new assessment so that it can be told from the others in a list."""
    number = origin.assessment.copies.count() + 1
    addition = _(", variant %(number)s") % {"number": number}
    return origin.assessment.initiative[: NAME_LENGTH - len(addition)] + addition
