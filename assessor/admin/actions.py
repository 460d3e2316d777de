"""Doing something to those that are ticked, or to all that the list finds."""

from typing import Any

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.helpers import ActionForm as TickedForm
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from assessor.admin.lists import ReadOnlyAdmin

EVERY = "every"
"""Stands for what is ticked where nothing has to be."""


class ActionForm(TickedForm):
    """Django's own offers all only with JavaScript, once all of a page are ticked."""

    select_across = forms.BooleanField(
        label=gettext_lazy("All that match, not only those ticked"), required=False
    )


class ActsOnAll(ReadOnlyAdmin):
    """Takes all that the list finds, also where none is ticked."""

    action_form = ActionForm

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        sent = request.POST
        if sent.get("select_across") and not sent.get(ACTION_CHECKBOX_NAME):
            every = sent.copy()
            every[ACTION_CHECKBOX_NAME] = EVERY
            request.POST = every  # type: ignore[assignment]
        try:
            return super().changelist_view(request, extra_context)
        except ValidationError as error:  # Django looks for what is ticked, whatever it is.
            raise BadRequest("What is ticked is no row") from error
