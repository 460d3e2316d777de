"""Assessments in the administration: a list to find them in, and a page of each."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.access import REVIEW_PERMISSION, VIEW_PERMISSION
from assessor.admin import detail
from assessor.admin.actions import ActsOnAll
from assessor.admin.audit import PERMISSION as LOG_PERMISSION
from assessor.admin.audit import HasLog
from assessor.admin.erasing import Erases
from assessor.admin.exports import Exports
from assessor.admin.found import Finds
from assessor.admin.links import RenewsLinks
from assessor.admin.lists import day_words, time_words
from assessor.admin.notes import TakesNotes
from assessor.admin.reviews import Schedules
from assessor.finding.words import (
    NOTHING,
    architecture_name,
    labels_of,
    result_words,
    score_words,
)
from assessor.models import Assessment, AuditEntry
from assessor.workflow import audit

LEAST_COMPARED, MOST_COMPARED = 2, 3
LATEST_ENTRIES = 50


@admin.register(Assessment)
class AssessmentAdmin(
    RenewsLinks, TakesNotes, Schedules, Exports, HasLog, Erases, ActsOnAll, Finds
):
    """What was suggested last to whom, and what became of it; one with all that belongs to it."""

    list_display = [
        "initiative",
        "organisation",
        "status",
        "architecture",
        "decided_for",
        "whole_score",
        "result_words",
        "not_known",
        "submitted",
        "reviewed",
        "next_review",
        "due",
        "edition",
        "saved",
    ]
    date_hierarchy = "submitted_at"
    actions = [
        "export_csv",
        "export_xlsx",
        "bundle_pdfs",
        "mark_reviewed",
        "schedule_review",
        "compare",
    ]
    fieldsets = [
        (
            gettext_lazy("Summary"),
            {
                "fields": ["organisation", "status", "owner", "edition", "started", "saved"],
                "classes": ["summary"],
            },
        ),
        (
            gettext_lazy("Suggestion"),
            {
                "fields": [
                    "architecture",
                    "whole_score",
                    "result_words",
                    "situation_words",
                    "not_known",
                    "submitted_time",
                ],
                "classes": ["suggestion"],
            },
        ),
        (
            gettext_lazy("Decision and review"),
            {
                "fields": ["decided_for", "because", "reviewed", "next_review", "due"],
                "classes": ["decision"],
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assessment]:
        """Leave the large document of the edition out."""
        assessments: QuerySet[Assessment] = super().get_queryset(request)
        return assessments.select_related("edition").defer("edition__document")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave suggestion and decision out as long as there is none."""
        return self.fieldsets if obj.submitted_at else self.fieldsets[:1]

    # ------------------------------------------------------------ columns

    @admin.display(description=gettext_lazy("suggestion"), ordering="suggested")
    def architecture(self, assessment: Assessment) -> str:
        return architecture_name(assessment.edition_id, assessment.suggested)

    @admin.display(description=gettext_lazy("chosen architecture"), ordering="chosen")
    def decided_for(self, assessment: Assessment) -> str:
        return architecture_name(assessment.edition_id, assessment.chosen)

    @admin.display(description=gettext_lazy("reason"))
    def because(self, assessment: Assessment) -> str:
        return assessment.chosen_because or NOTHING

    @admin.display(description=gettext_lazy("score"), ordering="score")
    def whole_score(self, assessment: Assessment) -> str:
        return score_words(assessment.score)

    @admin.display(description=gettext_lazy("result"), ordering="result")
    def result_words(self, assessment: Assessment) -> str:
        return result_words(assessment.result)

    @admin.display(description=gettext_lazy("situation"))
    def situation_words(self, assessment: Assessment) -> str:
        situations = labels_of(assessment.edition_id).situations
        return situations.get(assessment.situation, assessment.situation) or NOTHING

    @admin.display(description=gettext_lazy("not known"), ordering="unknown_count")
    def not_known(self, assessment: Assessment) -> str:
        return NOTHING if assessment.unknown_count is None else str(assessment.unknown_count)

    @admin.display(description=gettext_lazy("submitted"), ordering="submitted_at")
    def submitted(self, assessment: Assessment) -> str:
        return day_words(assessment.submitted_at)

    @admin.display(description=gettext_lazy("submitted"))
    def submitted_time(self, assessment: Assessment) -> str:
        return time_words(assessment.submitted_at)

    @admin.display(description=gettext_lazy("reviewed"), ordering="reviewed_at")
    def reviewed(self, assessment: Assessment) -> str:
        return day_words(assessment.reviewed_at)

    @admin.display(description=gettext_lazy("next review"), ordering="review_on")
    def next_review(self, assessment: Assessment) -> str:
        return day_words(assessment.review_on)

    @admin.display(description=gettext_lazy("due"), ordering="due_on")
    def due(self, assessment: Assessment) -> str:
        """Return since when there is a reason to look at it again."""
        day = assessment.due_on
        if day is None or day > localdate():
            return NOTHING
        return _("Since %s") % day_words(day)

    @admin.display(description=gettext_lazy("started"), ordering="created_at")
    def started(self, assessment: Assessment) -> str:
        return time_words(assessment.created_at)

    @admin.display(description=gettext_lazy("last saved"), ordering="updated_at")
    def saved(self, assessment: Assessment) -> str:
        return time_words(assessment.updated_at)

    @admin.display(description=gettext_lazy("owner"))
    def owner(self, assessment: Assessment) -> str:
        return detail.described(assessment.people[0], assessment.knowledge)

    # ------------------------------------------------------------ actions, and the page of one

    @admin.action(description=gettext_lazy("Compare"), permissions=["view"])
    def compare(self, request: HttpRequest, found: QuerySet[Assessment]) -> HttpResponse | None:
        """Lead to the page that shows two or three side by side."""
        keys = list(found.values_list("pk", flat=True)[: MOST_COMPARED + 1])
        if LEAST_COMPARED <= len(keys) <= MOST_COMPARED:
            return redirect(reverse("compare", query={"id": keys}))
        self.message_user(request, _("Tick two or three to compare."), messages.WARNING)
        return None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the answers, and what came of them."""
        assessment: Assessment = context["original"]
        reports = detail.report_rows(assessment)
        has_log = request.user.has_perm(LOG_PERMISSION)
        may_review = request.user.has_perms([VIEW_PERMISSION, REVIEW_PERMISSION])
        context |= {
            "answers": list(detail.Answers(assessment)),
            "reports": reports,
            "steps": detail.step_rows(assessment, reports),
            "threads": detail.threads(assessment),
            "comparable": detail.comparable(assessment),
            "may_decide": may_review and assessment.status == Assessment.Status.SUBMITTED,
            "may_schedule": may_review and assessment.due_on is not None,
            "entries": list(_entries(assessment)) if has_log else None,
        }
        latest = assessment.latest_report()
        if latest:
            context |= detail.outcome(latest) | {"links": detail.links(assessment.pk)}
        return super().render_change_form(request, context, *args, **kwargs)


def _entries(assessment: Assessment) -> Any:
    for entry in AuditEntry.objects.about(assessment.pk)[:LATEST_ENTRIES]:
        yield {
            "when": time_words(entry.at),
            "what": audit.words(entry.event),
            "who": entry.actor,
            "of": entry.subject.partition(str(assessment.pk))[2].strip() or NOTHING,
            "origin": entry.origin or NOTHING,
        }
