"""Private links in the administration: who has one, and a new one for somebody who lost theirs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from assessor.access import VIEW_PERMISSION
from assessor.admin.lists import time_words
from assessor.forms.people import asked_in_words
from assessor.knowledge.labels import role_label
from assessor.models import Assessment, Respondent
from assessor.views.links import (
    Cookie,
    address_of,
    person_link_just_made,
    show_once,
    token_just_made,
)
from assessor.workflow import audit, inviting

PERMISSIONS = (VIEW_PERMISSION, "assessor.reissue_link")


@dataclass(frozen=True)
class PersonRow:
    """Somebody who takes part, in words; ``renewal`` is where to make a new link, or nothing."""

    person: Respondent
    role: str
    asked: str
    opened: str
    link: str
    renewal: str


def person_rows(assessment: Assessment, *, may_renew: bool) -> Iterator[PersonRow]:
    """Yield all who take part, the owner first."""
    works_until = inviting.open_until(assessment)
    for person in assessment.people:
        yield PersonRow(
            person=person,
            role=role_label(assessment.knowledge, person.role),
            asked=asked_in_words(assessment.knowledge, person.asked),
            opened=time_words(person.opened_at) if person.opened_at else _("Never"),
            link=_link_words(person, time_words(works_until.get(person.pk))),
            renewal=_renewal(person) if may_renew and not person.withdrawn_at else "",
        )


def _link_words(person: Respondent, works_until: str) -> str:
    if person.withdrawn_at:
        return _("Withdrawn %s") % time_words(person.withdrawn_at)
    return works_until


def _renewal(person: Respondent) -> str:
    return reverse("admin:assessor_assessment_renew", args=[person.assessment_id, person.pk])


class RenewsLinks(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows who takes part in an assessment, and asks before it makes a new link for somebody."""

    def get_urls(self) -> list[URLPattern]:
        address = path(
            "<uuid:assessment_id>/people/<int:person_pk>/link/",
            self.admin_site.admin_view(self.renew),
            name="assessor_assessment_renew",
        )
        return [address, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the people, and the link that was made a moment ago."""
        assessment: Assessment = context["original"]
        may_renew = request.user.has_perms(PERMISSIONS)
        context |= {
            "people": list(person_rows(assessment, may_renew=may_renew)),
            "may_renew": may_renew,
            "new_link": person_link_just_made(request, Cookie.ADMINISTRATION, assessment.pk),
            "new_address": address_of(token_just_made(request, Cookie.ADMINISTRATION)),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def renew(self, request: HttpRequest, assessment_id: UUID, person_pk: int) -> HttpResponse:
        """Ask, then make the link and show it once on the page of the assessment."""
        if not request.user.has_perms(PERMISSIONS):
            raise PermissionDenied
        people = Respondent.objects.select_related("assessment")
        person = get_object_or_404(people, pk=person_pk, assessment_id=assessment_id)
        if request.method != "POST":
            return self._ask_about_link(request, person)
        page = reverse("admin:assessor_assessment_change", args=[assessment_id])
        response = redirect(page)
        try:
            token = inviting.renew_link(person, audit.account(request.user))
        except inviting.InvitationEnded:
            words = _("The invitation of %s has ended already.") % person
            self.message_user(request, words, messages.ERROR)
        else:
            show_once(response, Cookie.ADMINISTRATION, token, page)
        return response

    def _ask_about_link(self, request: HttpRequest, person: Respondent) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Make a new private link"),
            "opts": self.opts,
            "assessment": person.assessment,
            "person": person,
        }
        return render(request, "admin/assessor/assessment/renew.html", context)
