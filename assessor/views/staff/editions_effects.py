"""What a draft would change: everything that was submitted, worked out again a little at a time.

A worker does it. Where there is none, the page goes on by itself with script, one chunk for each
request; without script, by a button.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessor import access
from assessor.advice.effects import Cause
from assessor.jobs import tasks, workers
from assessor.knowledge import KnowledgeBase
from assessor.models import Assessment, EditionDraft, Rerun, RerunEffect
from assessor.views import trail
from assessor.views.methods import LOOK_AND_SEND
from assessor.views.staff.editions import closed_meanwhile, draft_or_404
from assessor.views.staff.editions_words import architecture, questions
from assessor.views.staff.effects_words import reasons
from assessor.workflow import rerunning

PER_PAGE = 50
BY_HAND = 10
"""Chunks that one press of the button works out where no script presses it again."""

NOBODY = "none"
"""In the address, for no option left."""


@dataclass(frozen=True)
class Change:
    """How many go from one leader to another, and the address that lists them."""

    then: str
    now: str
    count: int
    query: dict[str, str]


@dataclass(frozen=True)
class Changed:
    """One assessment with another leader. ``assessment`` is None for who may not see whose.

    ``lost``: answers that are not taken over, beside those among the reasons.
    """

    assessment: Assessment | None
    number: str
    edition: str
    then: str
    now: str
    reasons: list[str]
    lost: list[str]


@require_http_methods(LOOK_AND_SEND)
def effects(request: HttpRequest, draft_pk: int) -> HttpResponse:
    """Show what was found so far; start, go on, stop, or start again."""
    editor = access.editing(request)
    draft = draft_or_404(draft_pk)
    if draft.state == EditionDraft.State.DISCARDED:
        return closed_meanwhile(request, draft_pk)
    if request.method == "POST":
        return _done(request, draft, editor.actor)
    if access.names_assessments(request):
        trail.viewed(request, "effects.viewed", of=draft.subject)
    return _page(request, draft, Rerun.objects.filter(draft=draft).first())


def _done(request: HttpRequest, draft: EditionDraft, actor: str) -> HttpResponse:
    """Do what was asked for; a script gets the page at once, everybody else is led to it."""
    if not _can_run(draft):
        return closed_meanwhile(request, draft.pk)
    do = request.POST.get("do", "")
    if do == "again":
        return render(request, "staff/editions/again.html", {"draft": draft})
    by_script = "HX-Request" in request.headers
    steps: dict[str, Callable[[EditionDraft], object]] = {
        "start": partial(rerunning.start, actor=actor),
        "stop": rerunning.stop,
        "again_for_sure": partial(rerunning.start_again, actor=actor),
    }
    if not workers.are_present():
        steps["go_on"] = partial(_go_on, chunks=1 if by_script else BY_HAND)
    step = steps.get(do)
    if step:
        step(draft)
        tasks.ask_for_what_is_left()
    if by_script:
        return _page(request, draft, Rerun.objects.filter(draft=draft).first())
    return redirect("edition_effects", draft.pk)


def _can_run(draft: EditionDraft) -> bool:
    return rerunning.can_run().filter(pk=draft.pk).exists()


def _go_on(draft: EditionDraft, *, chunks: int) -> None:
    for _chunk in range(chunks):
        rerun = rerunning.go_on(draft)
        if rerun is None or rerun.state != Rerun.State.RUNNING:
            return


def _page(request: HttpRequest, draft: EditionDraft, rerun: Rerun | None) -> HttpResponse:
    context: dict[str, Any] = {
        "draft": draft,
        "rerun": rerun,
        "can_run": _can_run(draft),
        "names_them": access.names_assessments(request),
    }
    if rerun is not None and rerun.state == Rerun.State.RUNNING:
        context["has_workers"] = workers.are_present()
    elif rerun is not None:
        listed = _listed(request, draft, rerun)
        context |= {
            "changes": list(_changes(draft, rerun)),
            "effects": listed,
            "shown": list(_shown(request, draft.knowledge, listed)),
            "then": request.GET.get("then"),
            "now": request.GET.get("now"),
        }
    return render(request, "staff/editions/effects.html", context)


def _changes(draft: EditionDraft, rerun: Rerun) -> Iterator[Change]:
    """Yield from whom to whom, the most frequent first."""
    counted = rerun.effects.order_by().values("then", "now").annotate(count=Count("pk"))
    for row in counted.order_by("-count", "then", "now"):
        then, now = row["then"], row["now"]
        editions = _editions_of(rerun, then)
        yield Change(
            then=architecture(then, draft.knowledge, *editions),
            now=architecture(now, draft.knowledge),
            count=row["count"],
            query={"then": then or NOBODY, "now": now or NOBODY},
        )


def _editions_of(rerun: Rerun, then: str) -> list[KnowledgeBase]:
    """Return an edition that knows an architecture, for where the draft does not."""
    found = rerun.effects.filter(then=then).select_related("edition").defer("edition__document")
    first = found.first()
    return [first.edition.knowledge] if first else []


def _listed(request: HttpRequest, draft: EditionDraft, rerun: Rerun) -> "Page[RerunEffect]":
    rows: QuerySet[RerunEffect] = rerun.effects.select_related("edition", "assessment")
    for name in ("then", "now"):
        # PostgreSQL compares with no text that has a null in it.
        wanted = request.GET.get(name, "").replace("\0", "")
        if wanted:
            rows = rows.filter(**{name: "" if wanted == NOBODY else wanted[:60]})
    rows = rows.defer("edition__document").order_by("pk")
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def _shown(
    request: HttpRequest, now: KnowledgeBase, rows: Iterable[RerunEffect]
) -> Iterator[Changed]:
    names_them = access.names_assessments(request)
    for row in rows:
        then = row.edition.knowledge
        causes = [Cause.model_validate(cause) for cause in row.causes]
        named = {key for cause in causes for key in cause.lost}
        yield Changed(
            assessment=row.assessment if names_them else None,
            number=str(row.assessment_id)[:8],
            edition=row.edition.version,
            then=architecture(row.then, then),
            now=architecture(row.now, now),
            reasons=reasons(causes, then, now),
            lost=list(questions((key for key in row.lost if key not in named), then)),
        )
