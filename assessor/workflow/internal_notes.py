"""What staff note for other staff. It can be added to, and not taken back."""

from django.db import transaction
from django.utils import timezone

from assessor.models import Assessment, InternalNote
from assessor.workflow import audit
from assessor.workflow.drafts import SECOND_CLICK


def write(assessment: Assessment, author: str, actor: str, text: str) -> InternalNote:
    """Store a note. ``author`` is the name that stands by it, ``actor`` that in the audit log.

    The same one of just now is that of a first click.
    """
    with transaction.atomic():
        notes = Assessment.objects.locked(assessment.pk).internal_notes
        lately = timezone.now() - SECOND_CLICK
        note, is_new = notes.get_or_create(author=author, text=text, written_at__gt=lately)
        if is_new:
            audit.record("internal_note.written", actor, assessment, f"internal note {note.pk}")
        return note
