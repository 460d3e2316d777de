"""Noting that assessments were reviewed, and when to look at them next: asked before it is done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessor.access import REVIEW_PERMISSION, VIEW_PERMISSION
from assessor.forms.due import DayInput, still_to_come
from assessor.models import Assessment
from assessor.workflow import audit, due

PERMISSIONS = (VIEW_PERMISSION, REVIEW_PERMISSION)
AT_MOST = 1000
"""Each is noted in the audit log, and nobody else changes anything meanwhile."""

CONFIRMED = "next_on"
"""What the page sends that asks, and the list does not."""

COUNT = "count"
"""How many the page has named that asks."""


class NextReviewForm(forms.Form):
    """When to look at an assessment next."""

    next_on = forms.DateField(
        label=gettext_lazy("Next review"),
        widget=DayInput,
        validators=[still_to_come],
        error_messages={
            "required": gettext_lazy("Say when to review next"),
            "invalid": gettext_lazy("Enter a day such as 2027-11-25"),
        },
    )
    use_required_attribute = False


class ReviewedForm(NextReviewForm):
    """The same, where the day may be left open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["next_on"].required = False
        self.fields["next_on"].help_text = _("Left empty, a review holds for a year.")


@dataclass(frozen=True)
class Step:
    """What is done to assessments. ``act`` takes their keys, who does it and the day.

    ``lead`` and ``said`` take how many they are.
    """

    form: type[NextReviewForm]
    title: Promise
    lead: Callable[[int], str]
    act: Callable[[Iterable[UUID], str, date | None], int]
    said: Callable[[int], str]


def _put_off(keys: Iterable[UUID], actor: str, day: date | None) -> int:
    return due.put_off(keys, actor, cast("date", day))


def _reviewed_lead(count: int) -> str:
    return ngettext("It is noted as reviewed today.", "They are noted as reviewed today.", count)


def _put_off_lead(count: int) -> str:
    return ngettext(
        "It is due on that day, unless something new comes up before.",
        "They are due on that day, unless something new comes up before.",
        count,
    )


def _reviewed_words(count: int) -> str:
    words = ngettext(
        "%d assessment is marked as reviewed.", "%d assessments are marked as reviewed.", count
    )
    return words % count


def _put_off_words(count: int) -> str:
    words = ngettext(
        "The next review of %d assessment is scheduled.",
        "The next review of %d assessments is scheduled.",
        count,
    )
    return words % count


MARK = Step(
    ReviewedForm,
    gettext_lazy("Mark as reviewed"),
    _reviewed_lead,
    due.mark_reviewed,
    _reviewed_words,
)
SCHEDULE = Step(
    NextReviewForm,
    gettext_lazy("Schedule the next review"),
    _put_off_lead,
    _put_off,
    _put_off_words,
)


class Schedules(admin.ModelAdmin):  # type: ignore[type-arg]
    """Asks, and does it: to those ticked in the list, to all it finds, or to one on its page."""

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(PERMISSIONS)

    def get_urls(self) -> list[URLPattern]:
        steps = [("reviewed", MARK), ("next-review", SCHEDULE)]
        addresses = [
            path(
                f"<uuid:assessment_id>/{name}/",
                self.admin_site.admin_view(partial(self.one, step=step)),
                name=f"assessor_assessment_{name.replace('-', '_')}",
            )
            for name, step in steps
        ]
        return [*addresses, *super().get_urls()]

    @admin.action(description=gettext_lazy("Mark as reviewed"), permissions=["review"])
    def mark_reviewed(
        self, request: HttpRequest, found: QuerySet[Assessment]
    ) -> HttpResponse | None:
        return self._several(request, found, MARK)

    @admin.action(description=gettext_lazy("Schedule the next review"), permissions=["review"])
    def schedule_review(
        self, request: HttpRequest, found: QuerySet[Assessment]
    ) -> HttpResponse | None:
        return self._several(request, found, SCHEDULE)

    def _several(
        self, request: HttpRequest, found: QuerySet[Assessment], step: Step
    ) -> HttpResponse | None:
        keys = list(found.order_by().values_list("pk", flat=True)[: AT_MOST + 1])
        if len(keys) > AT_MOST:
            words = _("That is for at most 1,000 assessments at a time. Filter the list further.")
            self.message_user(request, words, messages.ERROR)
            return None
        form = step.form(request.POST if CONFIRMED in request.POST else None)
        for_all = request.POST.get("select_across", "")
        is_as_asked = not for_all or request.POST.get(COUNT) == str(len(keys))
        if form.is_valid() and is_as_asked:
            self._carry_out(request, step, keys, form)
            return None
        ticked = [] if for_all else request.POST.getlist(ACTION_CHECKBOX_NAME)
        context = {
            "count": len(keys),
            "has_changed": form.is_bound and not is_as_asked,
            "sent": [
                (COUNT, str(len(keys))),
                ("action", request.POST.get("action", "")),
                ("select_across", for_all),
                *((ACTION_CHECKBOX_NAME, key) for key in ticked),
            ],
            "back": request.get_full_path(),
        }
        return self._ask(request, step, form, context)

    def one(self, request: HttpRequest, assessment_id: UUID, step: Step) -> HttpResponse:
        """Do it to one assessment."""
        if not self.has_review_permission(request):
            raise PermissionDenied
        assessment = get_object_or_404(Assessment, pk=assessment_id)
        back = reverse("admin:assessor_assessment_change", args=[assessment_id])
        form = step.form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            self._carry_out(request, step, [assessment_id], form)
            return redirect(back)
        return self._ask(request, step, form, {"assessment": assessment, "back": back})

    def _carry_out(
        self, request: HttpRequest, step: Step, keys: list[UUID], form: NextReviewForm
    ) -> None:
        count = step.act(keys, audit.account(request.user), form.cleaned_data["next_on"])
        if count:
            self.message_user(request, step.said(count))
        passed_over = len(keys) - count
        if passed_over:
            words = ngettext(
                "%d was passed over: only what is submitted or approved is reviewed.",
                "%d were passed over: only what is submitted or approved is reviewed.",
                passed_over,
            )
            self.message_user(request, words % passed_over, messages.WARNING)

    def _ask(
        self, request: HttpRequest, step: Step, form: NextReviewForm, more: dict[str, Any]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": step.title,
            "opts": self.opts,
            "lead": step.lead(more.get("count", 1)),
            "form": form,
            **more,
        }
        template = "admin/assessor/assessment/step.html"
        return render(request, template, context, status=422 if form.is_bound else 200)
