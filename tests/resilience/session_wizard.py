"""A wizard that keeps its answers in the session, as formtools does unless told otherwise.

What the races of this package must find out.
"""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from formtools.wizard.views import SessionWizardView

submitted: list[dict[str, Any]] = []
"""What was submitted, as often as it was."""


class Page(forms.Form):
    """A page with one question."""

    answer = forms.CharField()


class Wizard(SessionWizardView):  # type: ignore[misc]
    """Three pages."""

    form_list = [("one", Page), ("other", Page), ("last", Page)]

    def render(self, form: Any = None, **kwargs: Any) -> HttpResponse:
        """Show nothing: only what is kept matters here."""
        return HttpResponse()

    def done(self, form_list: Any, **kwargs: Any) -> HttpResponse:
        """Note that it was submitted."""
        submitted.append(self.get_all_cleaned_data())
        return HttpResponse("done")


urlpatterns = [path("wizard/", Wizard.as_view())]
