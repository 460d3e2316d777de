"""Moving a draft assessment to the current edition: first what that changes, then the move.

An answer that the edition does not take is taken back, with its history; what was issued stays.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from assessor.advice import questionnaire
from assessor.advice.standing import standing
from assessor.advice.voices import Voice, working
from assessor.carrying_over import CarriedOver, carried_over, in_words
from assessor.knowledge import Answer, Answers, KnowledgeBase
from assessor.knowledge.question_bank import Question
from assessor.models import (
    AnswerChange,
    Assessment,
    Edition,
    Note,
    Respondent,
    Settlement,
)
from assessor.workflow import audit, inviting, tallying
from assessor.workflow.drafts import Refused, locked_draft


class MovedOn(Refused):
    """Answers or editions changed after the page was shown on which somebody moves."""


@dataclass(frozen=True)
class Lost:
    """What somebody answered that the edition does not take."""

    person: Respondent
    carried: CarriedOver


@dataclass(frozen=True)
class Outcome:
    """Where the answers lead under one edition. ``missing`` questions keep it from being told.

    ``leader`` is None where nothing is left.
    """

    knowledge: KnowledgeBase
    leader: str | None
    missing: tuple[Question, ...]

    @property
    def name(self) -> str:
        """Return the name of the leader, empty where nothing is left."""
        return self.knowledge.options[self.leader].short_name if self.leader else ""


@dataclass(frozen=True)
class Move:
    """What moving to ``edition`` changes.

    ``asked``: questions that the earlier edition did not ask and that would have no answer;
    ``reworded``: questions with an answer whose text, or the words of the answer, are others;
    ``unprinted``: notes on questions that are gone, which no report prints any more; ``unasked``:
    colleagues whose group or role is gone, and who are asked nothing until they are invited anew.
    """

    assessment: Assessment
    edition: Edition
    lost: tuple[Lost, ...]
    asked: tuple[Question, ...]
    reworded: tuple[tuple[Question, Question], ...]
    unprinted: int
    unasked: tuple[Respondent, ...]
    then: Outcome
    now: Outcome


def newer(assessment: Assessment) -> Edition | None:
    """Return the edition a draft can be moved to, without its document; None where there is none.

    The current one was published last, so that any other is older.
    """
    if not assessment.is_draft:
        return None
    current = Edition.objects.current()
    return None if current.pk == assessment.edition_id else current


def preview(assessment: Assessment, edition: Edition) -> Move:
    """Return what moving changes, and change nothing."""
    then, now = assessment.knowledge, edition.knowledge
    before = assessment.given_answers()
    after = _answers_under(assessment, now)
    return Move(
        assessment=assessment,
        edition=edition,
        lost=tuple(_lost(assessment, now)),
        asked=tuple(_asked(then, now, after)),
        reworded=tuple(_reworded(then, now, after)),
        unprinted=_printed_on_gone(assessment, now).count(),
        unasked=tuple(_unasked(assessment, now)),
        then=_outcome(then, before),
        now=_outcome(now, after),
    )


def move(owner: Respondent, version: str, revision: int) -> Assessment:
    """Pin a draft to the current edition.

    ``version`` and ``revision`` are what the person has seen: of the edition, and of the answers.
    Moving twice is harmless. Raises AlreadySubmitted or MovedOn.
    """
    with transaction.atomic():
        assessment = locked_draft(owner.assessment_id)
        edition = newer(assessment)
        if edition is None and assessment.edition.version == version:
            return assessment
        if edition is None or (edition.version, assessment.revision) != (version, revision):
            raise MovedOn
        _take_back(assessment, edition.knowledge)
        _let_go(assessment, edition.knowledge)
        with tallying.kept(assessment.pk):
            assessment.edition = edition
            assessment.save(update_fields=["edition"])
            named = f"edition {edition.version}"
            audit.record("assessment.moved", audit.actor_of(owner), assessment, named)
        return assessment


# ---------------------------------------------------------------- what is taken, and what is not


def _carried(assessment: Assessment, person: Respondent, now: KnowledgeBase) -> CarriedOver:
    return carried_over(now, assessment.given_by(person), assessment.knowledge)


def _lost(assessment: Assessment, now: KnowledgeBase) -> Iterator[Lost]:
    for person in assessment.people:
        carried = _carried(assessment, person, now)
        if carried.refused:
            yield Lost(person, carried)


def _answers_under(assessment: Assessment, now: KnowledgeBase) -> dict[str, Answer]:
    """Return the answers that would count under another edition."""
    voices = [
        Voice(
            key=str(person.pk),
            role=person.role,
            is_owner=person.is_owner,
            answers=dict(_carried(assessment, person, now).answers),
        )
        for person in assessment.people
        if person.counts
    ]
    alone = len(assessment.people) == 1
    settled = {} if alone else {key: row.value for key, row in assessment.settled.items()}
    return working(now, voices, carried_over(now, settled, None).answers).answers


def _asked(then: KnowledgeBase, now: KnowledgeBase, answers: Answers) -> Iterator[Question]:
    for question in questionnaire.questions_shown(now, answers):
        if question.key not in answers and question.key not in then.questions:
            yield question


def _reworded(
    then: KnowledgeBase, now: KnowledgeBase, answers: Answers
) -> Iterator[tuple[Question, Question]]:
    for key, answer in answers.items():
        if key in then.questions:
            before, after = then.questions[key], now.questions[key]
            words = in_words(then, key, answer), in_words(now, key, answer)
            if before.text != after.text or words[0] != words[1]:
                yield before, after


def _unasked(assessment: Assessment, now: KnowledgeBase) -> Iterator[Respondent]:
    askable = inviting.askable(now)
    for person in assessment.people:
        if person.asked not in askable and not person.withdrawn_at:
            yield person


def _outcome(knowledge: KnowledgeBase, answers: Mapping[str, Answer]) -> Outcome:
    missing = questionnaire.unanswered(knowledge, answers)
    leader = None if missing else standing(knowledge, answers).leader
    return Outcome(knowledge, leader.key if leader else None, missing)


# ---------------------------------------------------------------- the rows


def _take_back(assessment: Assessment, now: KnowledgeBase) -> None:
    """Take back, in one save, every answer that does not fit, and settlements on what is gone."""
    gone = [
        (person, key)
        for person in assessment.people
        for key, answer in assessment.given_by(person).items()
        if not questionnaire.takes(now, key, answer)
    ]
    assessment.count_save()
    form = uuid.uuid4()
    for person, key in gone:
        change = AnswerChange(
            assessment=assessment,
            respondent=person,
            question=key,
            value=None,
            revision=assessment.revision,
            saved_at=assessment.updated_at,
            form=form,
        )
        change.save()
        person.answers.filter(question=key).update(
            value=None, revision=change.revision, saved_at=change.saved_at
        )
    for key, row in assessment.settled.items():
        if not questionnaire.takes(now, key, row.value):
            Settlement.objects.filter(pk=row.pk).delete()


def _let_go(assessment: Assessment, now: KnowledgeBase) -> None:
    """Let nothing name what the edition does not know: notes are not printed, people not asked.

    Whom the owner showed a part is not shown the whole because that part is gone.
    """
    _printed_on_gone(assessment, now).update(in_report=False)
    gone = assessment.respondents.exclude(asked__in=inviting.askable(now))
    gone.update(asked=Respondent.NONE)


def _printed_on_gone(assessment: Assessment, now: KnowledgeBase) -> QuerySet[Note]:
    return assessment.notes.filter(in_report=True).exclude(question__in=now.questions)
