"""Deleting an assessment for good. What stays is a line in the audit log, without content."""

from django.db import transaction

from assessor.models import Assessment, Report, ReportPdf, Review, Signature
from assessor.workflow import audit, tallying
from assessor.workflow.drafts import Refused


class Approved(Refused):
    """What was approved is evidence: only an administrator deletes it."""


def erase(assessment: Assessment, actor: str, *, even_approved: bool = False) -> list[str]:
    """Delete an assessment with everything in it; return the SHA-256 of the PDFs that are gone.

    Assessments started from it stay, and forget where they come from. Raises Approved,
    and Http404 where somebody else was faster.
    """
    with transaction.atomic():
        locked = Assessment.objects.locked(assessment.pk)
        if locked.status == Assessment.Status.APPROVED and not even_approved:
            raise Approved
        reports = Report.objects.filter(assessment=locked)
        # A PDF that is made meanwhile waits for them, and then finds them gone.
        list(reports.select_for_update().values_list("pk"))
        pdfs = ReportPdf.objects.filter(report__assessment=locked)
        hashes = list(pdfs.values_list("sha256", flat=True))
        # In the order in which they hold on to each other.
        pdfs.delete()
        Signature.objects.filter(assessment=locked).delete()
        Review.objects.filter(assessment=locked).delete()
        reports.delete()
        audit.record("assessment.deleted", actor, locked)
        with tallying.kept(locked.pk):
            locked.delete()
        return hashes
