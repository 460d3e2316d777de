"""Everything of an assessment as one file, for its owner."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessor import access, exporting, limits
from assessor.models import Assessment
from assessor.views.downloads import DATA, Kind, download
from assessor.views.result import start_of_name
from assessor.workflow import audit

EXPORT = Kind(DATA.media_type, "-export.json")


@require_safe
def export(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Send everything there is of an assessment, and write down that it was sent."""
    owner = access.owning(request, assessment_id)
    limits.take("EXPORTS", assessment_id)
    with transaction.atomic():
        # Nobody changes anything while its parts are gathered.
        every = Assessment.objects.select_for_update()
        assessment = get_object_or_404(every, pk=assessment_id)
        content = exporting.written(assessment)
        if request.method == "GET":
            audit.record("assessment.exported", audit.actor_of(owner), assessment)
    return download(content, EXPORT, start_of_name(assessment.initiative, timezone.now()))
