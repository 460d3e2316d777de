"""Continuing from an earlier report: its PDF, or the JSON file in it, becomes a new draft."""

from datetime import datetime
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessor import limits
from assessor.carrying_over import CarriedOver, carried_over
from assessor.forms.start import StartForm
from assessor.knowledge import KnowledgeBase
from assessor.models import Edition
from assessor.report.report_file import Received
from assessor.report.uploads import Busy, Refused, report_in
from assessor.uploads import TooLarge, sent_file
from assessor.views.methods import LOOK_AND_SEND
from assessor.views.start import count_start, into_hub, needs_edition, second_click
from assessor.workflow import drafts

SALT = "import"
ONE_DAY = 24 * 60 * 60

Import = dict[str, Any]
"""What the second page sends back: ``answers``, ``edition_sha256``, ``about`` and ``source``."""


@require_http_methods(LOOK_AND_SEND)
@needs_edition
def start_from_file(request: HttpRequest, knowledge: KnowledgeBase) -> HttpResponse:
    """Take a file, show what can be taken over, then start the draft."""
    if request.method != "POST":
        return render(request, "start/import.html")
    if "import" in request.POST:
        return _start(request, knowledge)
    try:
        sent = sent_file(request, "file")
        if sent is None:
            return _ask_again(request, _("Choose the PDF or JSON file of a report."))
        limits.take("UPLOADS", limits.network(request))
        imported = _import_of(report_in(sent))
    except TooLarge:
        return _ask_again(request, _("The file is larger than 1 MB."), status=413)
    except Refused as refused:
        return _ask_again(request, str(refused), 503 if isinstance(refused, Busy) else 422)
    form = StartForm(knowledge=knowledge, initial=imported["about"])
    return _review(request, knowledge, imported, form)


def _ask_again(request: HttpRequest, error: str, status: int = 422) -> HttpResponse:
    return render(request, "start/import.html", {"error": error}, status=status)


def _import_of(received: Received) -> Import:
    content = received.file.content
    return {
        "answers": content.answers,
        "edition_sha256": content.suggestion.edition_sha256,
        "about": {
            "initiative": content.initiative,
            "organisation": content.organisation,
            "name": content.prepared_by,
        },
        "source": {
            "initiative": content.initiative,
            "number": content.number,
            "issued_at": content.issued_at.isoformat(),
            "edition": content.suggestion.edition,
            "is_intact": received.is_intact,
        },
    }


def _review(
    request: HttpRequest, knowledge: KnowledgeBase, imported: Import, form: StartForm
) -> HttpResponse:
    """Show what is taken over and what is not, before anything is stored."""
    context = {
        "form": form,
        "signed": signing.dumps(imported, salt=SALT, compress=True),
        "source": imported["source"],
        "issued_at": datetime.fromisoformat(imported["source"]["issued_at"]),
        "sorted": _sorted(knowledge, imported),
        "edition": knowledge.version,
    }
    status = 422 if form.is_bound else 200
    return render(request, "start/import_review.html", context, status=status)


def _sorted(knowledge: KnowledgeBase, imported: Import) -> CarriedOver:
    earlier = Edition.objects.filter(sha256=imported["edition_sha256"]).only("pk").first()
    return carried_over(knowledge, imported["answers"], earlier.knowledge if earlier else None)


def _start(request: HttpRequest, knowledge: KnowledgeBase) -> HttpResponse:
    """Start the draft that was reviewed."""
    try:
        imported = signing.loads(request.POST["import"], salt=SALT, max_age=ONE_DAY)
    except signing.BadSignature:
        return _ask_again(request, _("That page was open too long. Choose the file again."))
    form = StartForm(request.POST, knowledge=knowledge)
    if not form.is_valid():
        return _review(request, knowledge, imported, form)
    answers = _sorted(knowledge, imported).answers
    count_start(request)
    try:
        owner, token = drafts.start_imported(imported["source"], form.start(), answers)
    except drafts.AlreadyStarted:
        return second_click(request, form)
    return into_hub(request, owner, token)
