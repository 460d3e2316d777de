"""The settings of the organisation: a form that makes a draft of a derived edition."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from assessor import access
from assessor.forms.editions import SettingsForm
from assessor.knowledge import KnowledgeBase, read_document
from assessor.knowledge.overlay import Settings, base_of
from assessor.knowledge.reading import Finding
from assessor.models import EditionDraft
from assessor.views.methods import LOOK_AND_SEND
from assessor.views.staff import editions_checking
from assessor.views.staff.editions import kept
from assessor.workflow import publishing

CHANGED = gettext_noop(
    "Another edition was published after you opened this page, perhaps with other settings. "
    "Nothing was overwritten: below you see where yours differ. Sent again, yours are taken."
)


@dataclass(frozen=True)
class Over:
    """What settings are laid over, what is set so far, and how often that was done over it.

    ``seen`` is the hash of the edition that says what is set so far.
    """

    base: KnowledgeBase
    current: Settings | None
    revision: int
    seen: str


@require_http_methods(LOOK_AND_SEND)
def settings(request: HttpRequest) -> HttpResponse:
    """Take the settings, over the current edition or over the draft named with ?over=."""
    editor = access.editing(request)
    over = _over(request)
    if over is None:
        return redirect("upload_edition")
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = SettingsForm(*sent, base=over.base, current=over.current)
    if form.is_bound and request.POST.get("seen") != over.seen:
        return _page(request, over, form, status=409, error=_(CHANGED), differing=form.differing())
    if not form.is_valid():
        return _page(request, over, form, status=422 if form.is_bound else 200)
    wanted = form.settings()

    def refuse(
        request: HttpRequest, error: str, findings: tuple[Finding, ...] = (), status: int = 422
    ) -> HttpResponse:
        return _page(request, over, form, error=error, findings=findings, status=status)

    return kept(
        request,
        editor,
        lambda: editions_checking.settings(over.base.document, wanted, over.revision),
        refuse,
    )


def _page(
    request: HttpRequest, over: Over, form: SettingsForm, status: int, **problem: Any
) -> HttpResponse:
    context = {"over": over, "form": form, **problem}
    return render(request, "staff/editions/settings.html", context, status=status)


def _over(request: HttpRequest) -> Over | None:
    """Return what the settings are laid over; None before the first edition. Raises Http404."""
    current = publishing.current()
    if current is None:
        return None
    organisation = current.knowledge.organisation
    so_far = organisation.settings if organisation else None
    if wanted := request.GET.get("over", ""):
        return Over(_draft(wanted), so_far, revision=1, seen=current.sha256)
    base = read_document(base_of(current.knowledge.document)) if organisation else current.knowledge
    revision = organisation.revision + 1 if organisation else 1
    return Over(base, so_far, revision, seen=current.sha256)


def _draft(text: str) -> KnowledgeBase:
    """Return an open draft without settings by its number. Raises Http404."""
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise Http404
    draft = EditionDraft.objects.filter(pk=text, state=EditionDraft.State.OPEN).first()
    if draft is None or draft.knowledge.organisation:
        raise Http404
    return draft.knowledge
