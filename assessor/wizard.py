"""All of django-formtools: which page comes next, over a storage that keeps answers in rows.

formtools gives the order of pages and the conditions on them. It never holds an answer: its own
storages lose acknowledged answers, wipe on GET and trust the page named in the body.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from formtools.wizard.storage.base import BaseStorage
from formtools.wizard.views import NamedUrlWizardView

from assessor import access
from assessor.advice import questionnaire
from assessor.discussion import talks
from assessor.forms.page import PageForm, seen_text
from assessor.knowledge import Answers
from assessor.pages import Page
from assessor.rows import sections_of
from assessor.viewpoint import Viewpoint
from assessor.views.errors import already_submitted, bad_page
from assessor.workflow import drafts
from assessor.workflow.drafts import AlreadySubmitted, Conflict, PageSave, Refused, Stale


class AnsweringRequest(HttpRequest):
    """A request by someone who answers."""

    viewpoint: Viewpoint


class DraftStorage(BaseStorage):
    """Keeps nothing itself: a page's answers are saved as rows, the page comes from the address."""

    request: AnsweringRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.init_data()

    def reset(self) -> None:
        """Keep every answer: nothing in the wizard may wipe them."""

    def set_step_data(self, step: str, cleaned_data: PageSave) -> None:
        """Save a page, and remember what it has seen then. Raises what drafts.save raises."""
        viewpoint = self.request.viewpoint
        self.seen = drafts.save(viewpoint.respondent, cleaned_data, viewpoint.mine)

    def update_response(self, response: HttpResponse) -> None:
        """Leave the response alone: there is nothing to carry in it."""


class AssessmentWizard(NamedUrlWizardView):
    """The pages of questions of one assessment."""

    storage_name = "assessor.wizard.DraftStorage"
    template_name = "wizard/step.html"
    http_method_names = ["get", "post", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Fetch the assessment, and refuse a page that there is not."""
        self.respondent = access.answering(request, kwargs["assessment_id"])
        self.assessment = self.respondent.assessment
        if not self.assessment.is_draft:
            return already_submitted(request, self.respondent)
        self.knowledge = self.assessment.knowledge
        self.viewpoint = cast("AnsweringRequest", request).viewpoint = Viewpoint(self.respondent)
        self.pages = self.viewpoint.pages
        if kwargs["step"] not in self.pages:
            raise Http404
        self.form_list = dict.fromkeys(self.pages, PageForm)
        self._decide_pages(self.viewpoint.counting.sets({}))
        self.conflicts: Mapping[str, Conflict] = {}
        if kwargs["step"] not in self.get_form_list():
            messages.info(request, _("That page has no questions for this assessment."))
            return redirect("hub", self.assessment.pk)
        return cast("HttpResponse", super().dispatch(request, *args, **kwargs))

    def _decide_pages(self, sets: Iterable[Answers]) -> None:
        counting = [questionnaire.asked(self.knowledge, answers) for answers in sets]
        self.condition_dict = {
            key: any(page.applies(answers) for answers in counting)
            for key, page in self.pages.items()
        }

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page in the address. Changes nothing, whatever the query says."""
        self.storage.current_step = kwargs["step"]
        return self.render(self.get_form())

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the page in the address, and go on; or say why it was not saved.

        formtools' own version takes the page from the body and can drop what was typed.
        """
        self.storage.current_step = kwargs["step"]
        form = self.get_form(data=self.request.POST)
        named = self.request.POST.get(f"{self.prefix}-current_step")
        if form.is_tampered or named != kwargs["step"]:
            return bad_page(self.request, self.assessment)
        if form.errors and not self._finish_later:
            return self.render(form)
        try:
            self.storage.set_step_data(kwargs["step"], form.as_save())
        except Refused as refusal:
            return self._refused(form, refusal)
        if form.errors:
            return self.render(self._sent_again(self.storage.seen))
        return self.go_on(form)

    def go_on(self, form: PageForm) -> HttpResponse:
        """Lead to the next page, or back to where the person came from."""
        if self._finish_later:
            messages.success(self.request, _("Saved. You can go on whenever you like."))
            return redirect("hub", self.assessment.pk)
        self._decide_pages(form.answer_sets())
        if self._came_from_check or self.steps.next is None:
            return redirect("check" if self.respondent.is_owner else "hub", self.assessment.pk)
        return redirect("step", self.assessment.pk, self.steps.next)

    # ------------------------------------------------------------ what formtools asks for

    @property
    def page(self) -> Page:
        return self.pages[self.steps.current]

    def get_form_prefix(self, step: str | None = None, form: Any = None) -> None:
        """Name the controls after their questions."""

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        return {
            "page": self.page,
            "knowledge": self.knowledge,
            "counting": self.viewpoint.counting,
            "partial": self._finish_later or not self.respondent.is_owner,
        }

    def get_form_initial(self, step: str) -> dict[str, Any]:
        mine = self.viewpoint.mine
        seen = {
            question.key: mine[question.key].revision if question.key in mine else 0
            for question in self.pages[step].questions
        }
        return {**self.viewpoint.given, "seen": seen, "form_key": uuid.uuid4(), "turn": 0}

    def render(self, form: PageForm, status: int | None = None, **kwargs: Any) -> HttpResponse:
        """Render the page: 200, or 422 when something has to be mended first."""
        status = status or (422 if form.errors else 200)
        return render(self.request, self.template_name, self.context(form), status=status)

    def context(self, form: PageForm) -> dict[str, Any]:
        """Return what the page shows."""
        pages = [self.pages[key] for key in self.get_form_list()]
        groups = self.knowledge.question_bank.groups
        siblings = [page for page in pages if page.group == self.page.group]
        return {
            "assessment": self.assessment,
            "respondent": self.respondent,
            "form": form,
            "page": self.page,
            "siblings": siblings,
            "place": siblings.index(self.page) + 1,
            "groups": groups,
            "rail": [
                (group, there)
                for group in groups
                if (there := [page for page in pages if page.group == group])
            ],
            "sections": sections_of(form, self.conflicts, talks(self.respondent)),
            "conflicts": self.conflicts,
            "management_name": f"{self.prefix}-current_step",
            "previous": self.steps.prev,
            "next": "check" if self._came_from_check else "",
        }

    # ------------------------------------------------------------ particulars

    @property
    def _finish_later(self) -> bool:
        return bool(self.request.POST.get("action") == "later")

    @property
    def _came_from_check(self) -> bool:
        asked = (self.request.GET.get("next"), self.request.POST.get("next"))
        return self.respondent.is_owner and "check" in asked

    def _refused(self, form: PageForm, refusal: Refused) -> HttpResponse:
        match refusal:
            case Stale(conflicts=conflicts):
                return self._show_both(form, conflicts)
            case AlreadySubmitted():
                return already_submitted(self.request, self.respondent)
            case _:
                return bad_page(self.request, self.assessment)

    def _show_both(self, form: PageForm, conflicts: Mapping[str, Conflict]) -> HttpResponse:
        """Show what was typed beside what was saved meanwhile; sent again, it is kept."""
        self.conflicts = conflicts
        now_seen = {key: conflict.revision for key, conflict in conflicts.items()}
        return self.render(self._sent_again({**form.cleaned_data["seen"], **now_seen}), status=409)

    def _sent_again(self, seen: dict[str, int]) -> PageForm:
        """Return the form as it was sent, for a page that has seen these revisions."""
        data = self.request.POST.copy()
        data["seen"] = seen_text(seen)
        form = cast("PageForm", self.get_form(data=data))
        form.full_clean()
        return form
