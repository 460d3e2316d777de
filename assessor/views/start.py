"""Coming in: the landing page, a new assessment, private links."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessor import access, going_on, limits
from assessor.forms.start import StartForm
from assessor.knowledge import KnowledgeBase
from assessor.knowledge.question_bank import Group, Question
from assessor.models import Edition, PrivateLink, Respondent, SharedLink
from assessor.views.links import Cookie, show_once
from assessor.views.methods import LOOK_AND_SEND
from assessor.workflow import drafts

View = Callable[[HttpRequest], HttpResponse]


def needs_edition(view: Callable[[HttpRequest, KnowledgeBase], HttpResponse]) -> View:
    """Give a view the current edition; where none is loaded yet, say what is to be done."""

    @wraps(view)
    def with_edition(request: HttpRequest) -> HttpResponse:
        try:
            knowledge = Edition.objects.current().knowledge
        except Edition.DoesNotExist:
            return render(request, "errors/no_edition.html", status=503)
        return view(request, knowledge)

    return with_edition


@require_safe
@needs_edition
def landing(request: HttpRequest, knowledge: KnowledgeBase) -> HttpResponse:
    """Say what the product does and what will be asked."""
    context = {
        "groups": [_about(knowledge, group) for group in knowledge.question_bank.groups],
        "total": len(knowledge.questions),
        "minutes": knowledge.question_bank.meta.target_minutes,
        "options": knowledge.options,
    }
    return render(request, "start/landing.html", context)


def _about(knowledge: KnowledgeBase, group: Group) -> tuple[Group, list[Question], list[str]]:
    """Return a group with its questions and the roles that most often know the answers."""
    questions = [
        question for question in knowledge.questions.values() if question.group == group.key
    ]
    first = Counter(question.answered_by[0] for question in questions)
    return group, questions, [knowledge.roles[role].label for role, _times in first.most_common(3)]


@require_http_methods(LOOK_AND_SEND)
@needs_edition
def new(request: HttpRequest, knowledge: KnowledgeBase) -> HttpResponse:
    """Start an assessment."""
    form = StartForm(request.POST or None, knowledge=knowledge)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "start/new.html", {"form": form}, status=status)
    count_start(request)
    try:
        owner, token = drafts.start(form.start())
    except drafts.AlreadyStarted:
        return second_click(request, form)
    return into_hub(request, owner, token)


def count_start(request: HttpRequest) -> None:
    """Count a new assessment. Raises limits.TooMany."""
    limits.take("STARTS", limits.network(request))


def second_click(request: HttpRequest, form: StartForm) -> HttpResponse:
    """Open what the first click started, or offer a fresh form."""
    try:
        owner, token = drafts.resend_link(form.cleaned_data["creation_key"])
    except Respondent.DoesNotExist:
        messages.info(request, _("That form was already used. This is a fresh one."))
        return redirect("new")
    return into_hub(request, owner, token)


def into_hub(request: HttpRequest, owner: Respondent, token: str) -> HttpResponse:
    """Open the hub, which shows the private link once more while the cookie lasts."""
    access.remember(request, token)
    response = redirect("hub", owner.assessment_id)
    show_link(response, owner, token)
    return response


def show_link(response: HttpResponse, respondent: Respondent, token: str) -> None:
    """Hand a new token to the hub."""
    path = reverse("hub", args=[respondent.assessment_id])
    show_once(response, Cookie.HUB, token, path)


@require_http_methods(LOOK_AND_SEND)
def redeem(request: HttpRequest, token: str) -> HttpResponse:
    """Open an assessment by a link. Looking at the link alone does nothing."""
    with _guesses_counted(request):
        if request.method == "POST":
            return redirect("hub", access.remember(request, token))
        link = access.link_of(token)
    response = render(request, "start/redeem.html", _about_link(request, link))
    response["Referrer-Policy"] = "strict-origin"
    going_on.forget(response)
    return response


@contextmanager
def _guesses_counted(request: HttpRequest) -> Iterator[None]:
    """Count a token that opens nothing. Raises limits.TooMany for whoever tried many lately."""
    network = limits.network(request)
    limits.check("LINKS", network)
    try:
        yield
    except Http404:
        _sound_alarm_at_many()
        limits.take("LINKS", network)
        raise


def _sound_alarm_at_many() -> None:
    """Let the log tell when many networks try; nobody is kept out for what others do."""
    with suppress(limits.TooMany):
        limits.take("LINKS_EVERYWHERE")


def _about_link(request: HttpRequest, link: PrivateLink | SharedLink) -> dict[str, Any]:
    """Return what somebody should know before they open it: whose it is, and who can read what.

    And whom it would take the place of: a browser is one person in each assessment.
    """
    if isinstance(link, SharedLink):
        return {"assessment": link.assessment, "respondent": None}
    person = link.respondent
    here = access.respondent_here(request, person.assessment_id)
    return {
        "assessment": person.assessment,
        "respondent": person,
        "until": link.expires_at,
        "replaced": here if here != person else None,
    }
