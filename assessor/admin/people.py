"""Who takes part, and what they said: one list for all assessments of each."""

from typing import Any

from django.contrib import admin
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from assessor.admin.lists import ChoiceFilter, ReadOnlyAdmin, time_words
from assessor.finding.wanted import named, words_of
from assessor.finding.words import labels_of
from assessor.models import Assessment, Report, Respondent, Review, Signature
from assessor.views import trail
from assessor.workflow.naming import TRIGRAM


class OfAssessment(ReadOnlyAdmin):
    """Rows that belong to an assessment, the last first; each leads to it."""

    sortable_by = ()
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("assessment")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Note who looked at it: it tells who takes part."""
        page = super().changelist_view(request, extra_context)
        trail.listed(request, page, f"{self.opts.model_name}s")
        return page

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Note who looked at it."""
        row = context["original"]
        of = f"{self.opts.model_name} {row.pk}"
        trail.viewed(request, "assessment.viewed", row.assessment, of)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("assessment"))
    def of(self, row: Any) -> SafeString:
        assessment: Assessment = row.assessment
        address = reverse("admin:assessor_assessment_change", args=[assessment.pk])
        return format_html('<a href="{}">{}</a>', address, assessment)


class StepFilter(ChoiceFilter):
    """By the step that was taken."""

    title = gettext_lazy("step")
    parameter_name = "step"
    column = "step"
    choices_of = Review.Step


class OpinionFilter(ChoiceFilter):
    """By what was said to the suggestion."""

    title = gettext_lazy("opinion")
    parameter_name = "opinion"
    column = "opinion"
    choices_of = Signature.Opinion


@admin.register(Respondent)
class RespondentAdmin(OfAssessment):
    """Everybody who was asked, or started an assessment. Their links are on its page."""

    list_display = ["__str__", "email", "in_role", "of", "is_owner", "joined", "opened", "finished"]
    search_fields = ["name", "email"]
    search_help_text = gettext_lazy(
        "Name or e-mail. One or two letters are looked for where a word starts."
    )
    fields = ["name", "email", "in_role", "of", "is_owner", "joined", "opened", "finished"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Look by an index: SQLite has one of the names of an assessment and of all in it."""
        about = [_is_called(word) for word in words_of(search_term)]
        if connection.vendor == "sqlite":
            about += named(search_term, "assessment")
        return queryset.filter(*about), False

    @admin.display(description=gettext_lazy("role"))
    def in_role(self, person: Respondent) -> str:
        roles = labels_of(person.assessment.edition_id).roles
        return roles.get(person.role, person.role)

    @admin.display(description=gettext_lazy("joined"))
    def joined(self, person: Respondent) -> str:
        return time_words(person.joined_at)

    @admin.display(description=gettext_lazy("first opened"))
    def opened(self, person: Respondent) -> str:
        return time_words(person.opened_at)

    @admin.display(description=gettext_lazy("finished"))
    def finished(self, person: Respondent) -> str:
        return time_words(person.finished_at)


def _is_called(word: str) -> Q:
    """Say that a word stands in the name or e-mail of somebody, a short one where a word starts."""
    if len(word) < TRIGRAM:
        starts = Q(name__istartswith=word) | Q(email__istartswith=word)
        return starts | Q(name__icontains=f" {word}")
    return Q(name__icontains=word) | Q(email__icontains=word)


class OnReport(OfAssessment):
    """What somebody did over one report."""

    search_fields = ["name"]
    search_help_text = gettext_lazy(
        "The whole name of who did it; or initiative, organisation, a respondent’s name or e-mail"
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Take the number of the report, and not the large report.

        It is looked up for the rows that are shown; a join would be made for all that are counted.
        """
        rows: QuerySet[Any] = super().get_queryset(request)
        report = Report.objects.filter(pk=OuterRef("report"))
        numbered: QuerySet[Any] = rows.annotate(number=Subquery(report.values("number")))
        return numbered

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find who has done something by an index; everything else by the assessments."""
        by_them = Q(name=search_term.strip())
        if queryset.filter(by_them).exists():
            return queryset.filter(by_them), False
        return queryset.filter(*named(search_term, "assessment")), False

    @admin.display(description=gettext_lazy("report"))
    def on_report(self, row: Any) -> str:
        return str(row.number)

    @admin.display(description=gettext_lazy("when"))
    def when(self, row: Review | Signature) -> str:
        return time_words(row.at)


@admin.register(Review)
class ReviewAdmin(OnReport):
    """Every step on the way to a decision."""

    list_display = ["step", "name", "role", "of", "on_report", "when"]
    list_filter = [StepFilter]
    fields = ["step", "name", "role", "of", "on_report", "reason", "when"]


@admin.register(Signature)
class SignatureAdmin(OnReport):
    """Every signature ever given, those replaced by a later one too."""

    list_display = ["name", "opinion", "role", "of", "on_report", "when"]
    list_filter = [OpinionFilter]
    fields = ["name", "opinion", "role", "of", "on_report", "reason", "when"]
