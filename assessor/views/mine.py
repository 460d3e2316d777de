"""My assessments: those that this browser holds links for, and those of this account."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessor import access
from assessor.access import Access
from assessor.knowledge.labels import role_label
from assessor.models import Assessment, Report


@dataclass(frozen=True)
class Mine:
    """An assessment in the list. ``address`` opens it, ``part`` is what somebody is in it.

    ``architecture`` was decided for, or else suggested last: empty before a result, and for those
    who do not see it. ``reads_all``: they can compare it, ``copies``: start another one from it.
    """

    assessment: Assessment
    part: str
    architecture: str
    address: str
    reads_all: bool
    copies: bool


@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """List them, the last changed first, as far as they match what is searched for."""
    every = access.assessments(request)
    words, status = request.GET.get("q", ""), request.GET.get("status", "")
    found = [each for each in every if _matches(each.assessment, words, status)]
    mine = list(_listed(found))
    context = {
        "mine": mine,
        "total": len(every),
        "several": sum(each.reads_all for each in mine) > 1,
        "q": words,
        "status": status,
        "statuses": Assessment.Status.choices,
    }
    return render(request, "start/assessments.html", context)


def _matches(assessment: Assessment, words: str, status: str) -> bool:
    """Say whether all words stand in the names; a status that does not exist excludes nothing."""
    if status in Assessment.Status and assessment.status != status:
        return False
    names = f"{assessment.initiative} {assessment.organisation}".casefold()
    return all(word in names for word in words.casefold().split())


def _listed(found: Iterable[Access]) -> Iterator[Mine]:
    readable = [each for each in found if _reads_all(each)]
    leaders = _suggested(each.assessment.pk for each in readable)
    for each in found:
        has_result = each.assessment.pk in leaders
        yield Mine(
            assessment=each.assessment,
            part=_part(each),
            architecture=_architecture(each.assessment, leaders) if has_result else "",
            address=_address(each, has_result=has_result),
            reads_all=_reads_all(each),
            copies=each.respondent is not None and _reads_all(each),
        )


def _reads_all(each: Access) -> bool:
    return each.respondent is None or each.respondent.reads_all


def _suggested(assessments: Iterable[UUID]) -> dict[UUID, str]:
    """Return what the latest report of each suggests; empty where no option is left."""
    reports = Report.objects.filter(assessment__in=list(assessments)).order_by("number")
    return dict(reports.values_list("assessment_id", "leader"))


def _architecture(assessment: Assessment, leaders: dict[UUID, str]) -> str:
    """Return the name of what was decided for, else suggested.

    A draft may have been moved to an edition that has it no more; then its key has to do.
    """
    key = assessment.chosen or leaders[assessment.pk]
    option = assessment.knowledge.options.get(key)
    return option.short_name if option else key or _("None is left")


def _part(each: Access) -> str:
    if each.respondent is None:
        return _("Reads the result")
    if each.respondent.is_owner:
        return _("Owner")
    role = role_label(each.assessment.knowledge, each.respondent.role)
    return _("Invited as %(role)s") % {"role": role} if role else _("Invited")


def _address(each: Access, *, has_result: bool) -> str:
    """Return where to go on: the result once there is one to read, else the hub.

    Nowhere for those who only read results, before there is one.
    """
    if each.respondent is None:
        return reverse("result", args=[each.assessment.pk]) if has_result else ""
    to_result = each.is_owner and not each.assessment.is_draft
    return reverse("result" if to_result else "hub", args=[each.assessment.pk])
