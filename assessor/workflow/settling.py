"""Questions on which people disagree: the owner settles one, with a reason; dissent stays."""

from django.db import transaction
from django.utils import timezone

from assessor.knowledge import Answer
from assessor.models import GivenAnswer, Respondent, Settlement
from assessor.workflow import audit
from assessor.workflow.drafts import Refused, locked_draft


class NobodySaidSo(Refused):
    """An answer that nobody has given cannot settle a question."""


def settle(owner: Respondent, question: str, answer: Answer, reason: str) -> None:
    """Let this answer count, whoever gave it. Raises NobodySaidSo or AlreadySubmitted."""
    with transaction.atomic():
        assessment = locked_draft(owner.assessment_id)
        given = GivenAnswer.objects.filter(assessment=assessment, question=question)
        if answer not in given.values_list("value", flat=True):
            raise NobodySaidSo
        Settlement.objects.update_or_create(
            assessment=assessment,
            question=question,
            defaults={
                "value": answer,
                "reason": reason,
                "settled_by": owner,
                "settled_at": timezone.now(),
            },
        )
        assessment.count_save()
        audit.record("question.settled", audit.actor_of(owner), assessment, f"question {question}")


def unsettle(owner: Respondent, question: str) -> None:
    """Let the usual rule decide again whose answer counts. Raises AlreadySubmitted."""
    with transaction.atomic():
        assessment = locked_draft(owner.assessment_id)
        if Settlement.objects.filter(assessment=assessment, question=question).delete()[0]:
            assessment.count_save()
            audit.record(
                "question.opened", audit.actor_of(owner), assessment, f"question {question}"
            )
