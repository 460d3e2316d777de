"""Bundles of PDFs: made by a worker, or one PDF a request where there is none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessor import access
from assessor.jobs import bundles, tasks, workers
from assessor.models import Bundle, BundleItem
from assessor.views.files import to_keep
from assessor.views.staff.zipping import Archive, Packed
from assessor.workflow import audit, bundling
from assessor.workflow.bundling import Progress

MOST_PROBLEMS = 10


@dataclass(frozen=True)
class Listed:
    """A bundle with how far it is."""

    bundle: Bundle
    progress: Progress


def _bundle(request: HttpRequest, bundle_id: UUID) -> Bundle:
    """Return a bundle of this account. Raises Http404: nobody needs the bundles of others."""
    user = access.staff(request, access.EXPORT_PERMISSION)
    return get_object_or_404(Bundle, pk=bundle_id, made_by=user)


@require_safe
def every(request: HttpRequest) -> HttpResponse:
    """List the bundles of this account. Old ones are forgotten when another is made."""
    user = access.staff(request, access.EXPORT_PERMISSION)
    listed = [Listed(bundle, found) for bundle, found in bundling.bundles_of(user)]
    return render(request, "staff/bundles.html", {"bundles": listed, "kept": bundling.KEPT.days})


@require_safe
def page(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """Show how far a bundle is; with script the page goes on by itself."""
    bundle = _bundle(request, bundle_id)
    return render(request, "staff/bundle.html", _context(bundle))


@require_POST
def make_next(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """Move a bundle on. To script only the part of the page is sent that tells how far it is."""
    bundle = _bundle(request, bundle_id)
    waits = False
    if workers.are_present():
        tasks.ask_unless_in_hand(tasks.continue_bundle, str(bundle.pk))
    else:
        waits = not bundles.make_next(bundle)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("bundle", bundle.pk)
    context = _context(bundle) | {"is_part": True, "waits": waits}
    return render(request, "staff/_bundle_progress.html", context)


@require_POST
def stop(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """Make no more PDFs for this bundle."""
    bundling.stop(_bundle(request, bundle_id))
    messages.info(request, _("Stopped. The PDFs made so far stay, and you can go on later."))
    return redirect("bundle", bundle_id)


@require_POST
def go_on(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """Go on with a bundle that was stopped, and try again what could not be made."""
    bundling.go_on(_bundle(request, bundle_id))
    return redirect("bundle", bundle_id)


@require_safe
def archive(request: HttpRequest, bundle_id: UUID) -> HttpResponseBase:
    """Send the ZIP, while it is being made. Raises Http404 as long as there is no PDF in it."""
    bundle = _bundle(request, bundle_id)
    progress = bundling.progress(bundle)
    if not progress.done or (progress.left and bundle.stopped_at is None):
        raise Http404
    if request.method == "GET":
        made = bundle.items.filter(pdf__isnull=False).values_list("report", flat=True)
        bundling.note_taken(audit.account(bundle.made_by), f"bundle {bundle.pk}", made)
    pieces = Archive(progress.total).pieces(packed(bundle))
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    name = f"assessor-reports-{localtime(bundle.made_at):%Y-%m-%d-%H%M}.zip"
    return to_keep(response, name)


def packed(bundle: Bundle) -> Iterator[Packed]:
    """Yield the reports of a bundle with their PDFs, one in memory at a time."""
    items = bundle.items.select_related("report", "pdf")
    large = ("report__answers", "report__suggestion", "report__voices", "report__sign_off")
    for item in items.defer(*large, "pdf__content").iterator(chunk_size=100):
        yield Packed(item.report, item.pdf, item.problem)


def _context(bundle: Bundle) -> dict[str, Any]:
    progress = bundling.progress(bundle)
    is_running = bool(progress.left) and bundle.stopped_at is None
    problems: Iterable[BundleItem] = ()
    if progress.failed:
        failed = bundle.items.exclude(problem="").select_related("report")
        problems = failed.defer("report__answers", "report__suggestion")[:MOST_PROBLEMS]
    return {
        "bundle": bundle,
        "progress": progress,
        "problems": problems,
        "is_running": is_running,
        "has_workers": is_running and workers.are_present(),
        "kept": bundling.KEPT.days,
    }
