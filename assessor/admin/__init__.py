"""The administration: everything about assessments can be read, and nothing in them changed.

Administrators replace lost links and delete for good; each has a page of its own that asks first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from django.contrib import admin
from django.db.models import (
    Count,
    F,
    QuerySet,
    TextChoices,
    prefetch_related_objects,
)
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, ngettext

from assessor.admin.audit import HasLog
from assessor.admin.erasing import Erases
from assessor.admin.links import RenewsLinks
from assessor.admin.lists import NOTHING, ColumnFilter, ReadOnlyAdmin, time_words
from assessor.advice import questionnaire
from assessor.knowledge import KnowledgeBase
from assessor.models import (
    Assessment,
    Edition,
    Report,
    Respondent,
    Review,
    Signature,
    knowledge_of,
)
from assessor.report import figures, options
from assessor.report.answers import Given, given
from assessor.report.record import record_of

FIRST_OPTIONS = 3
SHORT_HASH = 12

admin.site.site_header = gettext_lazy("Assessor")
admin.site.site_title = gettext_lazy("Assessor administration")
admin.site.index_title = gettext_lazy("Administration")
# Five lists are at home on the index; the columns of the longest need the room.
admin.site.enable_nav_sidebar = False


class ResultStatus(TextChoices):
    """The words for the status of a suggestion."""

    NO_OPTION = "no_option", gettext_lazy("Nothing fits")
    FORCED = "forced", gettext_lazy("Forced by the answers")
    FIT_WITH_GAPS = "fit_with_gaps", gettext_lazy("Fits with gaps")
    CLEAR = "clear", gettext_lazy("Clear")
    FAIRLY_CLEAR = "fairly_clear", gettext_lazy("Fairly clear")
    FINELY_BALANCED = "finely_balanced", gettext_lazy("Finely balanced")
    NOT_COMPUTED = "not_computed", gettext_lazy("Fits")


@cache
def short_names(edition_pk: int) -> Mapping[str, str]:
    """Return the short names of an edition's architectures.

    Kept for good: editions never change, and the rows of one list may come from many of them.
    """
    return {key: option.short_name for key, option in knowledge_of(edition_pk).options.items()}


def architecture_name(edition_pk: int, key: str | None) -> str:
    return short_names(edition_pk).get(key, key) if key else NOTHING


def score_words(score: float | None) -> str:
    return NOTHING if score is None else figures.whole(score)


def result_words(status: str | None) -> str:
    return str(ResultStatus(status).label) if status else NOTHING


# ---------------------------------------------------------------- what every list has


class HasResult(Protocol):
    """A row with a result: a report, or an assessment with its latest one (if there is one)."""

    edition_id: int
    leader: str | None
    score: float | None
    result: str | None
    issued_at: datetime | None


class ResultColumns:
    """The columns that say what was suggested."""

    @admin.display(description=gettext_lazy("suggestion"), ordering="leader")
    def architecture(self, row: HasResult) -> str:
        return architecture_name(row.edition_id, row.leader)

    @admin.display(description=gettext_lazy("score"), ordering="score")
    def whole_score(self, row: HasResult) -> str:
        return score_words(row.score)

    @admin.display(description=gettext_lazy("result"), ordering="result")
    def result_words(self, row: HasResult) -> str:
        return result_words(row.result)

    @admin.display(description=gettext_lazy("issued"), ordering="issued_at")
    def issued(self, row: HasResult) -> str:
        return time_words(row.issued_at)


class SuggestionFilter(ColumnFilter):
    """By the architecture that was suggested."""

    title = gettext_lazy("suggestion")
    parameter_name = "suggestion"
    column = "leader"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return the architectures that were ever suggested, by name."""
        suggested = Report.objects.exclude(leader="").order_by("edition_id")
        names = {
            leader: architecture_name(edition, leader)
            for edition, leader in suggested.values_list("edition_id", "leader").distinct()
        }
        return sorted(names.items(), key=lambda entry: entry[1])


class ResultFilter(ColumnFilter):
    """By the status of the suggestion."""

    title = gettext_lazy("result")
    parameter_name = "result"
    column = "result"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(status.value, str(status.label)) for status in ResultStatus]


class EditionFilter(ColumnFilter):
    """By edition. Django's own filter would read the whole document of every edition."""

    title = gettext_lazy("edition")
    parameter_name = "edition"
    column = "edition__version"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(version, version) for version in Edition.objects.values_list("version", flat=True)]


# ---------------------------------------------------------------- assessments


@admin.register(Assessment)
class AssessmentAdmin(ResultColumns, RenewsLinks, HasLog, Erases, ReadOnlyAdmin):
    """Assessments with what was suggested last; one of them with its answers and reports."""

    list_display = [
        "initiative",
        "organisation",
        "status",
        "architecture",
        "whole_score",
        "result_words",
        "issued",
        "decided_for",
        "edition",
        "started",
        "saved",
    ]
    list_filter = [
        "status",
        SuggestionFilter,
        ResultFilter,
        EditionFilter,
        ("reports__issued_at", admin.DateFieldListFilter),
    ]
    search_fields = ["initiative", "organisation", "respondents__name", "respondents__email"]
    search_help_text = gettext_lazy("Initiative, organisation, or a respondent’s name or e-mail")
    date_hierarchy = "created_at"
    fieldsets = [
        (
            gettext_lazy("Summary"),
            {"fields": ["organisation", "status", "owner", "edition", "started", "saved"]},
        ),
        (
            gettext_lazy("Suggestion"),
            {"fields": ["architecture", "whole_score", "result_words", "issued"]},
        ),
        (
            gettext_lazy("Decision"),
            {"fields": ["decided_for", "chosen_because", "signed", "reviewed"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assessment]:
        """Name the columns as those of a report, without the large document of the edition."""
        assessments: QuerySet[Assessment] = super().get_queryset(request)
        return (
            assessments.select_related("edition")
            .defer("edition__document")
            .annotate(leader=F("suggested"), issued_at=F("submitted_at"))
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave suggestion and decision out as long as there is none."""
        return self.fieldsets if obj.issued_at else self.fieldsets[:1]

    @admin.display(description=gettext_lazy("started"), ordering="created_at")
    def started(self, assessment: Assessment) -> str:
        return time_words(assessment.created_at)

    @admin.display(description=gettext_lazy("last saved"), ordering="updated_at")
    def saved(self, assessment: Assessment) -> str:
        return time_words(assessment.updated_at)

    @admin.display(description=gettext_lazy("decided for"), ordering="chosen")
    def decided_for(self, assessment: Assessment) -> str:
        return architecture_name(assessment.edition_id, assessment.chosen)

    @admin.display(description=gettext_lazy("signatures"))
    def signed(self, assessment: Assessment) -> str:
        """Return every signature ever given, those replaced by a later one too."""
        return one_a_line(
            said_by(row, str(row.get_opinion_display())) for row in assessment.signatures.all()
        )

    @admin.display(description=gettext_lazy("review"))
    def reviewed(self, assessment: Assessment) -> str:
        return one_a_line(
            said_by(row, str(row.get_step_display())) for row in assessment.reviews.all()
        )

    @admin.display(description=gettext_lazy("owner"))
    def owner(self, assessment: Assessment) -> str:
        return described(assessment.people[0], assessment.knowledge)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the answers, the reports, and the result of the latest report."""
        assessment: Assessment = context["original"]
        reports = list(assessment.reports.order_by("-number"))
        context |= {
            "answers": answer_rows(assessment),
            "reports": [report_row(report) for report in reports],
        }
        if reports:
            context |= outcome(reports[0]) | {"links": links(assessment.pk)}
        return super().render_change_form(request, context, *args, **kwargs)


def described(respondent: Respondent, knowledge: KnowledgeBase) -> str:
    """Return name, e-mail and role in words, as far as they were given."""
    roles = {role.key: role.label for role in knowledge.question_bank.roles}
    role = roles.get(respondent.role, respondent.role)
    return ", ".join(filter(None, [respondent.name, respondent.email, role])) or str(respondent)


def said_by(row: Signature | Review, what: str) -> str:
    """Return what somebody said or did, when, and why."""
    who = ", ".join(filter(None, [row.name or gettext("Owner"), row.role]))
    line = f"{what}: {who}, {time_words(row.at)}"
    return f"{line}. {row.reason}" if row.reason else line


def one_a_line(lines: Iterable[str]) -> str:
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines)) or NOTHING


@dataclass(frozen=True)
class AnswerRow:
    """An answer in words. ``counts`` is false when its question is not asked any more."""

    group: str
    given: Given
    respondent: Respondent
    saved: str
    counts: bool


def answer_rows(assessment: Assessment) -> list[AnswerRow]:
    """Return every answer in the order of the questionnaire."""
    prefetch_related_objects([assessment], "answers__respondent")
    knowledge = assessment.knowledge
    groups = {group.key: group for group in knowledge.question_bank.groups}
    asked = questionnaire.asked(knowledge, assessment.given_answers())
    place = {key: number for number, key in enumerate(knowledge.questions)}
    return [
        AnswerRow(
            group=groups[knowledge.questions[answer.question].group].title,
            given=given(knowledge, answer.question, answer.value),
            respondent=answer.respondent,
            saved=time_words(answer.saved_at),
            counts=answer.question in asked,
        )
        for answer in sorted(assessment.answers.all(), key=lambda answer: place[answer.question])
        if answer.value is not None
    ]


# ---------------------------------------------------------------- reports


@admin.register(Report)
class ReportAdmin(ResultColumns, ReadOnlyAdmin):
    """Every report ever issued."""

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
    list_filter = [SuggestionFilter, ResultFilter, EditionFilter, "issued_at"]
    search_fields = ["initiative", "organisation", "prepared_by"]
    search_help_text = gettext_lazy("Initiative, organisation, or who prepared the report")
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
                    "sha256",
                ]
            },
        ),
        (gettext_lazy("Suggestion"), {"fields": ["architecture", "whole_score", "result_words"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """Leave out the large documents, which no list shows."""
        reports: QuerySet[Report] = super().get_queryset(request)
        return (
            reports.select_related("edition")
            .defer("edition__document", "answers", "suggestion")
            .annotate(result=F("status"))
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add what the report says."""
        report: Report = context["original"]
        context |= outcome(report) | {"links": links(report.assessment_id, report.number)}
        return super().render_change_form(request, context, *args, **kwargs)


@dataclass(frozen=True)
class Links:
    """Where to read a result, and where to get it on paper."""

    result: str
    pdf: str


def links(assessment_pk: UUID, number: int | None = None) -> Links:
    """Return the addresses of one report, without a number those of the latest."""
    query = {"report": number} if number else None
    return Links(
        reverse("result", args=[assessment_pk], query=query),
        reverse("pdf", args=[assessment_pk], query=query),
    )


@dataclass(frozen=True)
class ReportRow:
    """An issued report in words."""

    report: Report
    suggested: str
    score: str
    result: str
    issued: str
    links: Links


def report_row(report: Report) -> ReportRow:
    return ReportRow(
        report=report,
        suggested=architecture_name(report.edition_id, report.leader),
        score=score_words(report.score),
        result=result_words(report.status),
        issued=time_words(report.issued_at),
        links=links(report.assessment_id, report.number),
    )


def outcome(report: Report) -> dict[str, Any]:
    """Return the first options of a report, and how many are out of how many."""
    record = record_of(report)
    return {
        "ranking": options.ranked(record)[:FIRST_OPTIONS],
        "ruled_out": len({exclusion.architecture for exclusion in record.suggestion.excluded}),
        "options": len(record.knowledge.options),
    }


# ---------------------------------------------------------------- editions


class CountedEdition(Protocol):
    """An edition with the number of its assessments."""

    version: str
    assessment_count: int


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    """The editions of the knowledge base that assessments are pinned to."""

    list_display = ["version", "short_sha256", "loaded", "pinned"]
    fields = ["version", "sha256", "loaded", "pinned"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        """Count the assessments, and leave out the large document."""
        editions: QuerySet[Edition] = super().get_queryset(request)
        return editions.defer("document").annotate(assessment_count=Count("assessments"))

    @admin.display(description=gettext_lazy("SHA-256"), ordering="sha256")
    def short_sha256(self, edition: Edition) -> str:
        return edition.sha256[:SHORT_HASH]

    @admin.display(description=gettext_lazy("loaded"), ordering="loaded_at")
    def loaded(self, edition: Edition) -> str:
        return time_words(edition.loaded_at)

    @admin.display(description=gettext_lazy("assessments"), ordering="assessment_count")
    def pinned(self, edition: CountedEdition) -> SafeString:
        """Link to the assessments that use the edition."""
        count = edition.assessment_count
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:assessor_assessment_changelist", query={"edition": edition.version}),
            ngettext("%d assessment", "%d assessments", count) % count,
        )
