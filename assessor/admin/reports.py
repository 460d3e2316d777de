"""Issued reports in the administration."""

import re
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from assessor.admin import detail
from assessor.admin.lists import ColumnFilter, ReadOnlyAdmin, time_words
from assessor.finding.wanted import named
from assessor.finding.words import architecture_name, result_words, score_words
from assessor.models import Edition, Report
from assessor.report.codes import NotACode, code_of, start_of_hash
from assessor.views import trail

A_HASH = re.compile("[0-9a-fA-F]{64}")
AFTER_HEX = "g"
"""Sorts after every digit of a hash."""


class EditionFilter(ColumnFilter):
    """By edition. Django's own filter would read the whole document of every edition."""

    title = gettext_lazy("edition")
    parameter_name = "edition"
    column = "edition__version"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(version, version) for version in Edition.objects.values_list("version", flat=True)]


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Every report ever issued. What is suggested is found in the list of assessments."""

    list_display = [
        "initiative",
        "number",
        "organisation",
        "architecture",
        "whole_score",
        "result_words",
        "edition",
        "prepared_by",
        "issued",
    ]
    sortable_by = ["issued"]
    list_filter = [EditionFilter, "issued_at"]
    search_fields = ["assessment"]
    search_help_text = gettext_lazy(
        "The code of a report, or initiative, organisation, or a respondent’s name or e-mail"
    )
    date_hierarchy = "issued_at"
    fieldsets = [
        (
            gettext_lazy("Summary"),
            {
                "fields": [
                    "assessment",
                    "number",
                    "organisation",
                    "prepared_by",
                    "edition",
                    "issued",
                    "code",
                    "sha256",
                ]
            },
        ),
        (gettext_lazy("Suggestion"), {"fields": ["architecture", "whole_score", "result_words"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """Leave out the large documents, which no list shows."""
        reports: QuerySet[Report] = super().get_queryset(request)
        return reports.select_related("edition").defer("edition__document", *detail.DOCUMENTS)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find the report of a code or hash through an index, others by their assessments."""
        if not search_term:
            return queryset, False
        if A_HASH.fullmatch(search_term.strip()):
            return queryset.filter(sha256=search_term.strip().lower()), False
        try:
            start = start_of_hash(search_term)
        except NotACode:
            return queryset.filter(*named(search_term, "assessment")), False
        return queryset.filter(sha256__gte=start, sha256__lt=f"{start}{AFTER_HEX}"), False

    @admin.display(description=gettext_lazy("suggestion"))
    def architecture(self, report: Report) -> str:
        return architecture_name(report.edition_id, report.leader)

    @admin.display(description=gettext_lazy("score"))
    def whole_score(self, report: Report) -> str:
        return score_words(report.score)

    @admin.display(description=gettext_lazy("result"))
    def result_words(self, report: Report) -> str:
        return result_words(report.status)

    @admin.display(description=gettext_lazy("issued"), ordering="issued_at")
    def issued(self, report: Report) -> str:
        return time_words(report.issued_at)

    @admin.display(description=gettext_lazy("code to verify it by"))
    def code(self, report: Report) -> str:
        return code_of(report.sha256)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Note who looked at it: it tells what was suggested to whom."""
        page = super().changelist_view(request, extra_context)
        trail.listed(request, page, "reports")
        return page

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add what the report says, and note who read it."""
        report: Report = context["original"]
        trail.viewed(request, "report.viewed", report.assessment, f"report {report.number}")
        context |= detail.outcome(report) | {
            "links": detail.links(report.assessment_id, report.number)
        }
        return super().render_change_form(request, context, *args, **kwargs)
