"""Starting an assessment and saving answers: each is one transaction, answered after commit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from assessor import limits
from assessor.advice import questionnaire
from assessor.knowledge import Answer, Answers
from assessor.models import (
    AnswerChange,
    Assessment,
    Edition,
    GivenAnswer,
    PrivateLink,
    Report,
    Respondent,
    StoredAnswer,
)
from assessor.workflow import naming, tallying

MOMENT = timedelta(minutes=10)
"""Within it, sending a form again is a second click."""

SECOND_CLICK = timedelta(minutes=1)
"""The same again within it was sent twice, where no form says by a key that it is the same."""

_ONLY_COUNTED = Respondent.objects.only(
    "withdrawn_at", "assessment__status", "assessment__revision", "assessment__edition"
)
"""All that a save has to know of a person and the assessment."""


@dataclass(frozen=True)
class PageSave:
    """What a rendered page sends back.

    ``seen`` tells, by question, the revision of the answer the page showed (0 for none); ``form``
    is the random key of that rendering; an answer of None takes the answer back. ``automatic``:
    saved while typing. ``turn`` is which save of that rendering it is, 0 where nobody counts.
    """

    seen: Mapping[str, int]
    form: UUID
    answers: Mapping[str, Answer | None]
    automatic: bool = False
    turn: int = 0


@dataclass(frozen=True)
class Conflict:
    """An answer that was changed elsewhere after the page was rendered."""

    question: str
    theirs: Answer | None
    revision: int
    saved_at: datetime


class Refused(Exception):
    """A save or submission that was not carried out; nothing was changed."""


class Stale(Refused):
    """The same answers were changed meanwhile."""

    def __init__(self, conflicts: Mapping[str, Conflict]) -> None:
        super().__init__("Some answers were changed meanwhile")
        self.conflicts = conflicts


class AlreadyStarted(Refused):
    """The same start form was sent twice."""


class AlreadySubmitted(Refused):
    """The answers of the assessment cannot be changed now."""


class ImpossibleRevision(Refused):
    """The page claims to have shown what is not stored yet: it was tampered with."""


class Overtaken(Exception):
    """Something was not carried out that came too late, and would be nowhere on its page now.

    Not to be caught by a view: whoever did it is told on a page of its own.
    """


class NotTaken(Overtaken):
    """The edition of the assessment has no such question, or does not allow such an answer."""


class Withdrawn(Overtaken):
    """The invitation of whoever does it was withdrawn."""


@dataclass(frozen=True)
class Start:
    """What the start form says. ``creation_key`` is the random key of its rendering."""

    creation_key: UUID
    initiative: str
    organisation: str
    name: str = ""
    email: str = ""
    role: str = ""


@dataclass(frozen=True)
class Origin:
    """What an assessment is started from: another one, or a report of it."""

    assessment: Assessment
    report: Report | None = None

    @property
    def edition(self) -> Edition:
        """Return the edition of the answers; the assessment may have moved after the report."""
        return (self.report or self.assessment).edition


def start(form: Start) -> tuple[Respondent, str]:
    """Start an assessment; return its owner and the token of the owner's private link.

    Raises AlreadyStarted when the same form was sent before.
    """
    return _start(form, None, edition=Edition.objects.current())


def start_from(origin: Origin, form: Start, answers: Answers) -> tuple[Respondent, str]:
    """Start an assessment with these answers, pinned to the edition that they come from.

    Returns and raises what start() does; NotTaken besides.
    """
    return _start(
        form,
        answers,
        edition=origin.edition,
        origin=origin.assessment,
        origin_report=origin.report.number if origin.report else None,
    )


def start_imported(
    imported: Mapping[str, Any], form: Start, answers: Answers
) -> tuple[Respondent, str]:
    """Start an assessment with the answers of a file; ``imported`` is as on Assessment.

    Returns and raises what start_from() does.
    """
    return _start(form, answers, edition=Edition.objects.current(), imported=imported)


def _start(form: Start, answers: Answers | None, **more: Any) -> tuple[Respondent, str]:
    """Start it. What comes from elsewhere is the first save, even where it is no answer at all."""
    try:
        with transaction.atomic():
            owner = _begin(form, **more)
            if answers is not None:
                _refuse_what_does_not_fit(owner.assessment, answers)
                page = PageSave(seen={}, form=form.creation_key, answers=answers)
                _write(owner.assessment, owner, page, answers)
            return owner, PrivateLink.issue(owner)
    except IntegrityError as error:
        raise AlreadyStarted(form.creation_key) from error


def _begin(form: Start, **more: Any) -> Respondent:
    """Store the assessment and its owner."""
    assessment = Assessment(
        creation_key=form.creation_key,
        initiative=form.initiative,
        organisation=form.organisation,
        **more,
    )
    with tallying.kept(assessment.pk):
        assessment.save(force_insert=True)
    owner = Respondent.objects.create(
        assessment=assessment,
        name=form.name,
        email=form.email,
        role=form.role,
        is_owner=True,
    )
    naming.keep(assessment)
    return owner


def resend_link(creation_key: UUID) -> tuple[Respondent, str]:
    """Return the owner of an assessment started a moment ago, with a fresh private link.

    For the second click on "Create and continue", whose first answer the browser threw away.
    Raises Respondent.DoesNotExist when that was more than a moment ago.
    """
    owner = Respondent.objects.select_related("assessment").get(
        assessment__creation_key=creation_key,
        assessment__created_at__gt=timezone.now() - MOMENT,
        is_owner=True,
    )
    return owner, PrivateLink.issue(owner)


def save(
    respondent: Respondent, page: PageSave, read: Mapping[str, StoredAnswer] | None = None
) -> dict[str, int]:
    """Save a page of answers; return what the page has seen afterwards, by question.

    Saving what is stored already changes nothing, so sending a page twice is harmless.
    ``read`` are the answers of this person as they were read after ``respondent.assessment``:
    where nothing was saved since, they are not read again.
    Raises Stale when an answer was changed elsewhere since the page was rendered,
    AlreadySubmitted, ImpossibleRevision, NotTaken, Withdrawn or limits.TooMany; then nothing is
    saved.
    """
    with transaction.atomic():
        assessment = _still_invited(_ONLY_COUNTED.locked(respondent.pk)).assessment
        # In here it costs a statement, but no wait for the disk of its own.
        limits.take("SAVES", respondent.pk)
        try:
            return _saved(_draft(assessment), respondent, page, read)
        except (Refused, Overtaken) as error:
            refusal = error
    # Raised in there, it would take back that this save was counted.
    raise refusal


def _saved(
    assessment: Assessment,
    respondent: Respondent,
    page: PageSave,
    read: Mapping[str, StoredAnswer] | None,
) -> dict[str, int]:
    """Do what save() does. What it refuses, it refuses before it writes anything."""
    if max(page.seen.values(), default=0) > assessment.revision:
        raise ImpossibleRevision
    _refuse_what_does_not_fit(assessment, page.answers)
    is_current = assessment.revision == respondent.assessment.revision
    stored = read if read is not None and is_current else _stored(respondent, page)
    changed, conflicts = _sorted_out(respondent, page, stored)
    if conflicts:
        raise Stale(conflicts)
    if changed:
        _write(assessment, respondent, page, changed)
    unchanged = {
        key: stored[key].revision
        for key, value in page.answers.items()
        if key in stored and stored[key].value == value
    }
    return {**page.seen, **unchanged, **dict.fromkeys(changed, assessment.revision)}


def locked_person(respondent: Respondent) -> Respondent:
    """Return somebody as they are now, with the assessment, which every other save waits for.

    Whoever was let in a moment ago may have been shut out since. Raises Withdrawn.
    """
    return _still_invited(Respondent.objects.locked(respondent.pk))


def _still_invited(person: Respondent) -> Respondent:
    if person.withdrawn_at:
        raise Withdrawn
    return person


def locked_draft(assessment_id: UUID) -> Assessment:
    """Return the assessment, with every other save of it waiting until this transaction ends.

    Raises AlreadySubmitted when its answers cannot be changed now.
    """
    return _draft(Assessment.objects.locked(assessment_id))


def _refuse_what_does_not_fit(assessment: Assessment, answers: Mapping[str, Answer | None]) -> None:
    """Raise NotTaken: a moment ago the assessment may have moved to another edition."""
    given = ((key, answer) for key, answer in answers.items() if answer is not None)
    if not all(questionnaire.takes(assessment.knowledge, *each) for each in given):
        raise NotTaken


def refuse_unasked(assessment: Assessment, question: str) -> None:
    """Raise NotTaken where the edition of the assessment does not have this question."""
    if question not in assessment.knowledge.questions:
        raise NotTaken


def _draft(assessment: Assessment) -> Assessment:
    if not assessment.is_draft:
        raise AlreadySubmitted
    return assessment


def _stored(respondent: Respondent, page: PageSave) -> dict[str, StoredAnswer]:
    rows = respondent.answers.filter(question__in=page.answers).stored()
    return {row.question: row for row in rows}


def _sorted_out(
    respondent: Respondent, page: PageSave, stored: Mapping[str, StoredAnswer]
) -> tuple[dict[str, Answer | None], dict[str, Conflict]]:
    """Return what the page changes, and what was changed elsewhere since it was rendered.

    An answer that the page left as it showed it keeps the newer value from elsewhere. What a page
    saved by itself gives way to what the same page sends later, and not to what it sent before:
    that was overtaken on the way.
    """
    changed: dict[str, Answer | None] = {}
    newer: dict[str, Answer | None] = {}
    for key, value in page.answers.items():
        row = stored.get(key)
        if value == (row.value if row else None):
            continue
        was_seen = row is None or row.revision == page.seen.get(key, 0)
        (changed if was_seen else newer)[key] = value
    conflicts: dict[str, Conflict] = {}
    for key, history in _history(respondent, newer).items() if newer else ():
        latest = history[-1]
        if latest.automatic and latest.form == page.form:
            if page.turn >= (latest.turn or 0):
                changed[key] = newer[key]
        elif newer[key] != _shown(history, page.seen.get(key, 0)):
            conflicts[key] = Conflict(key, latest.value, latest.revision, latest.saved_at)
    return changed, conflicts


def _history(respondent: Respondent, keys: Iterable[str]) -> dict[str, list[AnswerChange]]:
    history: dict[str, list[AnswerChange]] = {}
    for change in respondent.changes.filter(question__in=keys):
        history.setdefault(change.question, []).append(change)
    return history


def _shown(history: list[AnswerChange], seen: int) -> Answer | None:
    """Return the answer a page showed that has seen this revision."""
    values = [change.value for change in history if change.revision <= seen]
    return values[-1] if values else None


def _write(
    assessment: Assessment,
    respondent: Respondent,
    page: PageSave,
    changed: Mapping[str, Answer | None],
) -> None:
    assessment.count_save()
    common = {
        "assessment": assessment,
        "respondent": respondent,
        "revision": assessment.revision,
        "saved_at": assessment.updated_at,
    }
    GivenAnswer.objects.bulk_create(
        [GivenAnswer(question=key, value=value, **common) for key, value in changed.items()],
        update_conflicts=True,
        unique_fields=["respondent", "question"],
        update_fields=["value", "revision", "saved_at"],
    )
    by = {"form": page.form, "automatic": page.automatic, "turn": page.turn}
    AnswerChange.objects.bulk_create(
        AnswerChange(question=key, value=value, **by, **common) for key, value in changed.items()
    )
