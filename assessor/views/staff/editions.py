"""Editions for those who own the content: upload, look at what changes, publish or discard."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from assessor import access, limits
from assessor.advice.examination import Examined
from assessor.knowledge.archive import FORMATS, packed
from assessor.knowledge.reading import Finding
from assessor.models import Edition, EditionDraft
from assessor.uploads import LARGEST, SeveralInMemory, TooLarge, sent_files
from assessor.views.files import to_keep
from assessor.views.methods import LOOK_AND_SEND
from assessor.views.staff import editions_checking
from assessor.views.staff.editions_checking import Busy, TooMuch
from assessor.views.staff.editions_words import parts
from assessor.workflow import audit, publishing
from assessor.workflow.publishing import Editor

MOST_DISCARDED = 20
TYPES = {"zip": "application/zip", "json": "application/json"}


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """List what is published, what is in preparation, and what was discarded lately."""
    access.editing(request)
    drafts = EditionDraft.objects.defer("document", "notes")
    published = Edition.objects.select_related("draft").newest_first()
    context = {
        "editions": published.defer("document", "draft__document", "draft__notes"),
        "current": publishing.current(),
        "drafts": drafts.filter(state=EditionDraft.State.OPEN).select_related("rerun"),
        "discarded": drafts.filter(state=EditionDraft.State.DISCARDED)[:MOST_DISCARDED],
    }
    return render(request, "staff/editions/editions.html", context)


# ---------------------------------------------------------------- uploading


@csrf_exempt  # Only because files of this page are counted before the token is read: see _upload.
@require_http_methods(LOOK_AND_SEND)
def upload(request: HttpRequest) -> HttpResponse:
    """Take the files of an edition, prove it, and keep it as a draft."""
    access.editing(request)
    request.upload_handlers = [SeveralInMemory(request)]
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    editor = access.editing(request)
    if request.method != "POST":
        return render(request, "staff/editions/upload.html")
    try:
        sent = sent_files(request, "files")
    except TooLarge:
        most = {"megabytes": LARGEST // 1024**2}
        error = _("A file is larger than %(megabytes)s MB.") % most
        return _ask_again(request, error, status=413)
    names = [name for name, _content in sent]
    if not names:
        return _ask_again(request, _("Choose a ZIP file, or the YAML files."))
    if len(set(names)) < len(names):
        return _ask_again(request, _("Two of the files have the same name."))
    limits.take("UPLOADS", editor.actor)
    return kept(request, editor, lambda: editions_checking.files(dict(sent)), _ask_again)


Refuse = Callable[..., HttpResponse]


def kept(
    request: HttpRequest, editor: Editor, examine: Callable[[], Examined], refuse: Refuse
) -> HttpResponse:
    """Keep what was examined as a draft and show it, or refuse it with everything to be mended."""
    try:
        examined = examine()
    except Busy:
        busy = _("Another edition is being checked at this moment. Try again in a minute.")
        return refuse(request, busy, status=503)
    except TooMuch:
        return refuse(request, _("Checking this edition took too long, so it was stopped."))
    if examined.errors:
        return refuse(request, _("This edition cannot be used."), examined.errors)
    try:
        draft = publishing.upload(examined.knowledge, examined.notes, editor)
    except publishing.VersionTaken as taken:
        return refuse(request, taken_words(str(taken)))
    except publishing.NoVersion as wrong:
        return refuse(request, no_version_words(str(wrong)))
    messages.success(request, _("Draft %(version)s is stored.") % {"version": draft.version})
    return redirect("edition_draft", draft.pk)


def _ask_again(
    request: HttpRequest, error: str, findings: tuple[Finding, ...] = (), status: int = 422
) -> HttpResponse:
    context = {"error": error, "findings": findings}
    return render(request, "staff/editions/upload.html", context, status=status)


def taken_words(version: str) -> str:
    return _(
        "Edition %(version)s is published already, and editions never change. "
        "Give the new content a new content_version."
    ) % {"version": version}


def no_version_words(version: str) -> str:
    return _("“%(version)s” is no version. Write one such as 2026.12 or 2026.11.3.") % {
        "version": version
    }


# ---------------------------------------------------------------- looking at one


@require_safe
def draft(request: HttpRequest, draft_pk: int) -> HttpResponse:
    """Show what a draft changes, and what can be done with it."""
    access.editing(request)
    found = draft_or_404(draft_pk)
    if found.edition_id is not None:
        return redirect("edition", found.edition_id)
    before = publishing.current()
    context = {
        "draft": found,
        "notes": [Finding(*note) for note in found.notes],
        "before": before,
        "later": _can_follow(found, before),
        "parts": parts(before.knowledge, found.knowledge) if before and found.is_open else (),
        "lacks_settings": _lacks_settings(found, before),
        "rerun": getattr(found, "rerun", None),
    }
    return render(request, "staff/editions/draft.html", context)


def draft_or_404(draft_pk: int) -> EditionDraft:
    drafts = EditionDraft.objects.defer("document").select_related("rerun")
    return get_object_or_404(drafts, pk=draft_pk)


def _can_follow(draft: EditionDraft, before: Edition | None) -> bool:
    try:
        publishing.refuse_earlier(draft.version, before)
    except (publishing.VersionTaken, publishing.NotLater):
        return False
    return True


def _lacks_settings(draft: EditionDraft, before: Edition | None) -> bool:
    """Say whether publishing would end the settings of the organisation."""
    if before is None or not draft.is_open:
        return False
    return bool(before.knowledge.organisation) and not draft.knowledge.organisation


@require_safe
def edition(request: HttpRequest, edition_pk: int) -> HttpResponse:
    """Show who published an edition and when, and what it changed."""
    access.editing(request)
    found = get_object_or_404(Edition, pk=edition_pk)
    earlier = _before(found).last()
    context = {
        "edition": found,
        "is_current": publishing.current() == found,
        "draft": EditionDraft.objects.defer("document").filter(edition=found).first(),
        "before": earlier,
        "parts": parts(earlier.knowledge, found.knowledge) if earlier else (),
    }
    return render(request, "staff/editions/edition.html", context)


def _before(edition: Edition) -> QuerySet[Edition]:
    """Return the editions that were published before, the last of them last."""
    others = Edition.objects.exclude(pk=edition.pk)
    return others.filter(loaded_at__lte=edition.loaded_at).order_by("loaded_at", "pk")


@require_safe
def download(request: HttpRequest, edition_pk: int, kind: str) -> HttpResponse:
    """Send an edition as a file that can be uploaded again: the same hash comes back."""
    editor = access.editing(request)
    found = get_object_or_404(Edition, pk=edition_pk)
    return _file(request, editor, found, kind)


@require_safe
def download_draft(request: HttpRequest, draft_pk: int, kind: str) -> HttpResponse:
    """Send a draft as a file, as long as it is there."""
    editor = access.editing(request)
    open_drafts = EditionDraft.objects.filter(state=EditionDraft.State.OPEN)
    return _file(request, editor, get_object_or_404(open_drafts, pk=draft_pk), kind)


def _file(
    request: HttpRequest, editor: Editor, of: Edition | EditionDraft, kind: str
) -> HttpResponse:
    if kind not in FORMATS:
        raise Http404
    if request.method == "GET":
        audit.record("edition.downloaded", editor.actor, of=f"edition {of.version}")
    response = HttpResponse(packed(of.knowledge.document, kind), content_type=TYPES[kind])
    return to_keep(response, f"edition-{of.version}.{kind}")


# ---------------------------------------------------------------- publishing and discarding


@require_http_methods(LOOK_AND_SEND)
def publish(request: HttpRequest, draft_pk: int) -> HttpResponse:
    """Say what publishing does, then publish."""
    editor = access.editing(request)
    found = draft_or_404(draft_pk)
    if request.method != "POST":
        return _confirm(request, found)
    try:
        published = publishing.publish(found, editor, request.POST.get("seen", ""))
    except publishing.Closed:
        return closed_meanwhile(request, draft_pk)
    except publishing.CurrentChanged:
        changed = _("Another edition was published meanwhile. Look again before you publish.")
        return _confirm(request, found, changed)
    except publishing.VersionTaken as taken:
        return _confirm(request, found, taken_words(str(taken)))
    except publishing.NotLater:
        return _confirm(request, found, _("The current edition has a later version."))
    messages.success(request, _("Edition %s is published.") % published.version)
    return redirect("edition", published.pk)


def _confirm(request: HttpRequest, draft: EditionDraft, error: str = "") -> HttpResponse:
    if not draft.is_open:
        return closed_meanwhile(request, draft.pk)
    before = publishing.current()
    context: dict[str, Any] = {
        "draft": draft,
        "before": before,
        "later": _can_follow(draft, before),
        "lacks_settings": _lacks_settings(draft, before),
        "rerun": getattr(draft, "rerun", None),
        "error": error,
    }
    status = 409 if error else 200
    return render(request, "staff/editions/publish.html", context, status=status)


@require_http_methods(LOOK_AND_SEND)
def discard(request: HttpRequest, draft_pk: int) -> HttpResponse:
    """Say what is forgotten, then forget it."""
    editor = access.editing(request)
    found = draft_or_404(draft_pk)
    if not found.is_open:
        return closed_meanwhile(request, draft_pk)
    if request.method != "POST":
        return render(request, "staff/editions/discard.html", {"draft": found})
    try:
        publishing.discard(found, editor)
    except publishing.Closed:
        return closed_meanwhile(request, draft_pk)
    messages.success(request, _("Draft %s is discarded.") % found.version)
    return redirect("editions")


def closed_meanwhile(request: HttpRequest, draft_pk: int) -> HttpResponse:
    """Say that somebody has published or discarded a draft; who only looks goes to see it."""
    found = draft_or_404(draft_pk)
    if request.method in {"GET", "HEAD"}:
        return redirect("edition_draft", draft_pk)
    return render(request, "staff/editions/closed.html", {"draft": found}, status=409)
