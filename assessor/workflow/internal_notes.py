"""What staff note for other staff. It can be added to, and not taken back."""

from django.db import transaction

from assessor.models import Assessment, InternalNote
from assessor.workflow import audit


def write(assessment: Assessment, author: str, actor: str, text: str) -> InternalNote:
    """Store a note. ``author`` is the name that stands by it, ``actor`` that in the audit log."""
    with transaction.atomic():
        note = InternalNote.objects.create(assessment=assessment, author=author, text=text)
        audit.record("internal_note.written", actor, assessment, f"internal note {note.pk}")
        return note
