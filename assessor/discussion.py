"""A question as people discuss it, in words: who says what, which answer counts and why, notes.

Everything is read a table at a time: many people cost no more queries than one.
"""

import json
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal

from django.utils.translation import gettext as _

from assessor.advice.questionnaire import is_unknown, questions_shown
from assessor.advice.voices import Voice, Working, meaning
from assessor.carrying_over import in_words
from assessor.knowledge import Answer, KnowledgeBase
from assessor.knowledge.labels import role_label
from assessor.knowledge.question_bank import Question
from assessor.models import Assessment, Note, Respondent, StoredAnswer
from assessor.viewpoint import is_asked

Why = Literal["nobody", "settled", "held", "unknown", "only", "same", "role", "owner", "first"]
"""See voices.working()."""


@dataclass(frozen=True)
class Said:
    """Somebody's answer in words. ``counts``: it says the same as the answer that counts."""

    person: Respondent
    title: str
    answer: Answer
    labels: list[str]
    is_unknown: bool
    saved_at: datetime
    counts: bool = False


@dataclass(frozen=True)
class Stand:
    """An answer to settle on, and who gives it. ``key`` stands for the answer in a form."""

    key: str
    answer: Answer
    labels: list[str]
    people: list[Said]


@dataclass(frozen=True)
class Counting:
    """The answer that counts, and why.

    ``by`` gave it; None where it was settled and nobody says so any more. ``has_rivals``: others in
    the same role say otherwise. ``ruled_out`` names what a hard constraint rules out. ``is_asked``:
    under the answers that count, the question is asked.
    """

    why: Why
    labels: list[str]
    is_unknown: bool
    by: Said | None
    has_rivals: bool
    ruled_out: list[str]
    is_asked: bool


@dataclass(frozen=True)
class Settled:
    """What the owner settled on.

    ``counts``: no hard constraint holds over it. ``stamp`` is as on Settlement.
    """

    labels: list[str]
    reason: str
    name: str
    at: datetime
    counts: bool
    stamp: str


@dataclass(frozen=True)
class Written:
    """A note, and as what its author takes part."""

    note: Note
    title: str


@dataclass(frozen=True)
class Thread:
    """A note and the replies to it, as they were written."""

    first: Written
    replies: list[Written]


@dataclass(frozen=True)
class Discussion:
    """What is said about a question. ``only``: whose answers are shown, None for everybody's."""

    assessment: Assessment
    question: Question
    only: Respondent | None = None

    @property
    def knowledge(self) -> KnowledgeBase:
        return self.assessment.knowledge

    @property
    def best_placed(self) -> list[str]:
        """Return the roles that are best placed to answer, in words."""
        return [role_label(self.knowledge, role) for role in self.question.answered_by]

    @cached_property
    def people(self) -> dict[int, Respondent]:
        return {person.pk: person for person in self.assessment.people}

    @cached_property
    def rows(self) -> dict[int, StoredAnswer]:
        """Return the rows of the answers that are shown by person, those taken back too."""
        rows = {
            row.respondent_id: row
            for row in self.assessment.stored_answers
            if row.question == self.question.key
        }
        shown = self.people if self.only is None else [self.only.pk]
        return {pk: rows[pk] for pk in shown if pk in rows}

    # ------------------------------------------------------------ who says what

    @cached_property
    def said(self) -> list[Said]:
        """Return the answers there are, the one that counts first, the owner's before others'."""
        given = [
            self._said(self.people[pk], row.value, row.saved_at)
            for pk, row in self.rows.items()
            if row.value is not None
        ]
        return sorted(given, key=lambda said: not said.counts)

    @property
    def silent(self) -> list[Respondent]:
        """Return who is asked and has no answer."""
        answered = {said.person.pk for said in self.said}
        return [
            person
            for pk, person in self.people.items()
            if pk not in answered and not person.withdrawn_at and is_asked(person, self.question)
        ]

    @cached_property
    def stands(self) -> list[Stand]:
        """Return the different answers that are known, among those that count."""
        camps: dict[Hashable, list[Said]] = {}
        for said in self.said:
            if said.person.counts and not said.is_unknown:
                camps.setdefault(meaning(self.question, said.answer), []).append(said)
        return [
            Stand(json.dumps(people[0].answer), people[0].answer, people[0].labels, people)
            for people in camps.values()
        ]

    def _said(self, person: Respondent, answer: Answer, saved_at: datetime) -> Said:
        said = said_by(person, self.question, answer, saved_at)
        return replace(said, counts=person.counts and self._is_working(answer))

    def _is_working(self, answer: Answer) -> bool:
        now = None if self.only else self._now.answers.get(self.question.key)
        return now is not None and meaning(self.question, now) == meaning(self.question, answer)

    def words(self, answer: Answer | None) -> list[str]:
        """Return an answer in words, also one from before the assessment moved."""
        return in_words(self.knowledge, self.question.key, answer)

    # ------------------------------------------------------------ what counts

    @cached_property
    def _now(self) -> Working:
        return self.assessment.working()

    @cached_property
    def counting(self) -> Counting:
        """Return what counts. It tells what others say: not to be shown to everybody."""
        key = self.question.key
        answer = self._now.answers.get(key)
        speaker = self._now.by.get(key)
        by = next((said for said in self.said if str(said.person.pk) == speaker), None)
        return Counting(
            why=self._why(),
            labels=self.words(answer),
            is_unknown=answer is not None and is_unknown(self.question, answer),
            by=by,
            has_rivals=by is not None and any(self._is_rival(said, by) for said in self.said),
            ruled_out=self._ruled_out(),
            is_asked=self.question in questions_shown(self.knowledge, self._now.answers),
        )

    def _why(self) -> Why:
        if self.settled is not None and self.settled.counts:
            return "settled"
        return why_it_counts(self.question, self.assessment.voices(), self._now)

    def _is_rival(self, said: Said, speaker: Said) -> bool:
        is_peer = said.person.counts and said.person.role == speaker.person.role
        return is_peer and not (said.counts or said.is_unknown)

    def _ruled_out(self) -> list[str]:
        held = next((held for held in self._now.held if held.question == self.question.key), None)
        options = held.architectures if held else ()
        return [self.knowledge.options[option].short_name for option in options]

    @cached_property
    def settled(self) -> Settled | None:
        """Return what the question was settled on, None where it was not."""
        row = self.assessment.settled.get(self.question.key)
        if row is None:
            return None
        return Settled(
            labels=self.words(row.value),
            reason=row.reason,
            name=str(self.people[row.settled_by_id]),
            at=row.settled_at,
            counts=self._is_working(row.value),
            stamp=row.stamp,
        )

    # ------------------------------------------------------------ notes

    @cached_property
    def threads(self) -> list[Thread]:
        """Return the threads on the question, the oldest first."""
        threads: dict[int, Thread] = {}
        for note in self.assessment.notes.filter(question=self.question.key).order_by("pk"):
            if note.thread_id is None:
                threads[note.pk] = Thread(self._written(note), [])
            else:
                threads[note.thread_id].replies.append(self._written(note))
        return list(threads.values())

    def _written(self, note: Note) -> Written:
        author = self.people.get(note.author_id or 0)
        return Written(note, title_of(author) if author else _("Reviewer"))


def said_by(person: Respondent, question: Question, answer: Answer, saved_at: datetime) -> Said:
    """Return in words what somebody answers; ``person.assessment`` should be fetched already."""
    return Said(
        person=person,
        title=title_of(person),
        answer=answer,
        labels=in_words(person.assessment.knowledge, question.key, answer),
        is_unknown=is_unknown(question, answer),
        saved_at=saved_at,
    )


def title_of(person: Respondent) -> str:
    """Return as what somebody takes part: the owner, a role, or both."""
    role = role_label(person.assessment.knowledge, person.role)
    owner = _("Owner") if person.is_owner and person.name else ""
    return " · ".join(filter(None, [owner, role]))


def why_it_counts(question: Question, voices: Sequence[Voice], now: Working) -> Why:
    """Return why an answer counts that nobody settled on, in the order in which the rules apply."""
    if question.key not in now.answers:
        return "nobody"
    if any(held.question == question.key for held in now.held):
        return "held"
    return _why_nobody_else(question, voices) or _why_the_speaker(question, voices, now)


def _why_nobody_else(question: Question, voices: Sequence[Voice]) -> Why | None:
    given = [voice.answers[question.key] for voice in voices if question.key in voice.answers]
    known = [answer for answer in given if not is_unknown(question, answer)]
    if not known:
        return "unknown"
    if len(known) == 1:
        return "only"
    return "same" if len({meaning(question, answer) for answer in known}) == 1 else None


def _why_the_speaker(question: Question, voices: Sequence[Voice], now: Working) -> Why:
    speaker = next(voice for voice in voices if voice.key == now.by[question.key])
    if speaker.role in question.answered_by:
        return "role"
    return "owner" if speaker.is_owner else "first"


# ---------------------------------------------------------------- beside the questions of a page


@dataclass(frozen=True)
class Talk:
    """What else there is on a question: threads not resolved, and others' answers, if seen."""

    open_notes: int
    others: list[Said]


def talks(viewer: Respondent) -> dict[str, Talk]:
    """Return, for every question, what this person sees that others say."""
    assessment = viewer.assessment
    notes = open_notes(assessment)
    others = _others_answers(viewer) if viewer.reads_all else {}
    return {
        key: Talk(notes.get(key, 0), others.get(key, [])) for key in assessment.knowledge.questions
    }


def open_notes(assessment: Assessment) -> Counter[str]:
    """Return how many threads are not resolved, by question."""
    return Counter(
        note.question
        for note in assessment.all_notes
        if note.thread_id is None and note.resolved_at is None
    )


def _others_answers(viewer: Respondent) -> dict[str, list[Said]]:
    """Return what others answer by question, in the order of the people."""
    assessment = viewer.assessment
    if assessment.only_heard(viewer):
        return {}
    others = [person for person in assessment.people if person.counts and person.pk != viewer.pk]
    place = {person.pk: place for place, person in enumerate(others)}
    rows = [row for row in assessment.stored_answers if row.respondent_id in place]
    answers: dict[str, list[Said]] = {}
    for row in sorted(rows, key=lambda row: place[row.respondent_id]):
        if row.value is not None:
            person = others[place[row.respondent_id]]
            question = assessment.knowledge.questions[row.question]
            said = said_by(person, question, row.value, row.saved_at)
            answers.setdefault(row.question, []).append(said)
    return answers
