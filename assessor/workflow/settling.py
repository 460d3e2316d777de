"""Questions on which people disagree: the owner settles one, with a reason; dissent stays."""

from django.db import transaction
from django.utils import timezone

from assessor.knowledge import Answer
from assessor.models import GivenAnswer, Respondent, Settlement
from assessor.workflow import audit
from assessor.workflow.drafts import Refused, locked_draft, refuse_unasked


class NobodySaidSo(Refused):
    """An answer that nobody has given cannot settle a question."""


class SettledMeanwhile(Refused):
    """The question was settled, or opened again, after the page was shown."""


def settle(owner: Respondent, question: str, answer: Answer, reason: str, seen: str = "") -> None:
    """Let this answer count, whoever gave it.

    ``seen`` is the stamp of the settlement that the page showed, empty where it showed none.
    Settling as it is settled already changes nothing, so sending a page twice is harmless.
    Raises SettledMeanwhile, NobodySaidSo, NotTaken or AlreadySubmitted.
    """
    with transaction.atomic():
        assessment = locked_draft(owner.assessment_id)
        refuse_unasked(assessment, question)
        stored = assessment.settlements.filter(question=question).first()
        if stored is not None and (stored.value, stored.reason) == (answer, reason):
            return
        _refuse_unseen(stored, seen)
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


def unsettle(owner: Respondent, question: str, seen: str) -> None:
    """Let the usual rule decide again whose answer counts; ``seen`` is as in settle().

    Does nothing where nothing is settled. Raises SettledMeanwhile or AlreadySubmitted.
    """
    with transaction.atomic():
        assessment = locked_draft(owner.assessment_id)
        stored = assessment.settlements.filter(question=question).first()
        if stored is None:
            return
        _refuse_unseen(stored, seen)
        stored.delete()
        assessment.count_save()
        audit.record("question.opened", audit.actor_of(owner), assessment, f"question {question}")


def _refuse_unseen(stored: Settlement | None, seen: str) -> None:
    if (stored.stamp if stored else "") != seen:
        raise SettledMeanwhile
