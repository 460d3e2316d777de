"""What pages are measured against: bare views of Django's, and formtools' own wizard.

All pass the same middleware. The bare views ask by the same link who may, and check nothing else:
no form, no conditions, no conflicts, no words of their own.
"""

import uuid
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from formtools.wizard.views import NamedUrlSessionWizardView

from assessor import access, urls
from assessor.forms.fields import field_for
from assessor.models import AnswerChange, Assessment, GivenAnswer
from assessor.pages import pages_of
from tests.knowledge.editions import shipped

PAGES = pages_of(shipped())


def bare(request: HttpRequest, assessment_id: uuid.UUID, step: str) -> HttpResponse:
    """Store the answers of a page as the product stores them, whatever they are; go on."""
    respondent = access.answering(request, assessment_id)
    keys = [question.key for question in PAGES[step].questions]
    answers = {key: _sent(request, key) for key in keys if key in request.POST}
    with transaction.atomic():
        assessment = Assessment.objects.select_for_update().get(pk=respondent.assessment_id)
        list(GivenAnswer.objects.filter(respondent=respondent, question__in=answers))
        assessment.count_save()
        common = {
            "assessment": assessment,
            "respondent": respondent,
            "revision": assessment.revision,
            "saved_at": assessment.updated_at,
        }
        GivenAnswer.objects.bulk_create(
            [GivenAnswer(question=key, value=value, **common) for key, value in answers.items()],
            update_conflicts=True,
            unique_fields=["respondent", "question"],
            update_fields=["value", "revision", "saved_at"],
        )
        AnswerChange.objects.bulk_create(
            AnswerChange(
                question=key, value=value, form=uuid.uuid4(), automatic=False, turn=0, **common
            )
            for key, value in answers.items()
        )
    return redirect("bare", assessment_id, step)


def _sent(request: HttpRequest, key: str) -> Any:
    values = request.POST.getlist(key)
    return values if len(values) > 1 else values[0]


def shown(request: HttpRequest, assessment_id: uuid.UUID, step: str) -> HttpResponse:
    """Show the same fields with the same answers, in Django's own markup, inside the layout."""
    respondent = access.answering(request, assessment_id)
    answers = dict(respondent.answers.values_list("question", "value"))
    form = FORMS[step](initial=answers)
    return render(request, "bench/fields.html", {"form": form})


def _form(step: str) -> type[forms.Form]:
    fields = {question.key: field_for(shipped(), question) for question in PAGES[step].questions}
    for field in fields.values():
        field.required = False
    return type("Fields", (forms.Form,), fields)


FORMS = {step: _form(step) for step in PAGES}


class SessionWizard(NamedUrlSessionWizardView):
    """The same pages in formtools' own wizard, which keeps answers in the session."""

    form_list = list(FORMS.items())
    template_name = "bench/wizard.html"

    def done(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return HttpResponse("done")


urlpatterns = [
    path("bare/<uuid:assessment_id>/<slug:step>/", bare, name="bare"),
    path("shown/<uuid:assessment_id>/<slug:step>/", shown),
    path("wizard/<slug:step>/", SessionWizard.as_view(url_name="session"), name="session"),
    *urls.urlpatterns,
]
for _name in ("handler400", "handler403", "handler404", "handler500"):
    if hasattr(urls, _name):
        globals()[_name] = getattr(urls, _name)
