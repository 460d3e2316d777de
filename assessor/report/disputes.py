"""Who answered, and where people disagree, in words: what to settle, and what can be skipped."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from assessor import evidence
from assessor.advice.disagreements import Disagreement, Stand
from assessor.evidence import Person, Voices
from assessor.knowledge import Answer, KnowledgeBase
from assessor.knowledge.labels import answer_labels, role_label

WORTH_NAMING = 0.05
"""The least share of draws with which an option is named."""


@dataclass(frozen=True)
class Speaker:
    """Somebody who answered, with their role in words."""

    name: str
    role: str
    is_owner: bool
    answered: int
    finished_at: datetime | None
    counts: bool

    @property
    def label(self) -> str:
        return f"{self.name} ({self.role})" if self.role else self.name


@dataclass(frozen=True)
class Side:
    """An answer in words, who gave it, and what would come first if it counted.

    ``leader`` is empty where no option would be left. ``changes``: that is another leader.
    """

    words: tuple[str, ...]
    people: tuple[Speaker, ...]
    counts: bool
    leader: str
    score: float | None
    changes: bool


@dataclass(frozen=True)
class Settlement:
    """How the owner settled a question."""

    words: tuple[str, ...]
    reason: str
    name: str
    at: datetime


@dataclass(frozen=True)
class Dispute:
    """A question with different answers. ``effect`` is ``decides``, ``together`` or ``none``.

    ``agreement``: the share of equal pairs of answers. ``holder`` is who of Legal or Security
    holds the answer that counts because of what it rules out, with ``ruled_out`` by name.
    """

    question: str
    text: str
    effect: str
    agreement: float
    sides: tuple[Side, ...]
    settled: Settlement | None
    holder: Speaker | None
    ruled_out: tuple[str, ...]


@dataclass(frozen=True)
class OwnSuggestion:
    """What comes first by one person's answers; empty where no option is left."""

    speaker: Speaker
    leader: str
    score: float | None
    same: bool


@dataclass(frozen=True)
class Together:
    """What several people's answers come to. ``leader`` is empty where no option is left.

    ``share``: of the draws in which people and weights vary, how many the leader wins; None
    without a leader. ``shares``: those of the others that win often. ``exhaustive``: every
    combination of the disputed answers was tried.
    """

    speakers: tuple[Speaker, ...]
    leader: str
    disputes: tuple[Dispute, ...]
    own: tuple[OwnSuggestion, ...]
    consensus: bool
    share: float | None
    shares: tuple[tuple[str, float], ...]
    draws: int
    exhaustive: bool
    alike: int
    several: int

    @cached_property
    def deciding(self) -> tuple[Dispute, ...]:
        return self._with_effect("decides")

    @cached_property
    def joint(self) -> tuple[Dispute, ...]:
        return self._with_effect("together")

    @cached_property
    def idle(self) -> tuple[Dispute, ...]:
        return self._with_effect("none")

    def _with_effect(self, effect: str) -> tuple[Dispute, ...]:
        return tuple(dispute for dispute in self.disputes if dispute.effect == effect)


def together(knowledge: KnowledgeBase, voices: Voices | None) -> Together | None:
    """Return who answered and where they differ; None where one person answered alone."""
    if voices is None or voices.agreement is None:
        return None
    found = voices.agreement
    names = _Names(knowledge, voices)
    alike = [each for each in found.questions if each.agreement == 1]
    return Together(
        speakers=tuple(names.speakers.values()),
        leader=names.option(found.leader),
        disputes=tuple(names.dispute(each, found.leader) for each in found.disagreements),
        own=tuple(
            OwnSuggestion(
                speaker=names.speakers[each.voice],
                leader=names.option(each.leader),
                score=each.score,
                same=each.leader == found.leader,
            )
            for each in found.alone
        ),
        consensus=found.consensus,
        share=found.leader_share,
        shares=tuple(
            (names.option(key), share)
            for key, share in sorted(found.shares.items(), key=lambda entry: -entry[1])
            if share >= WORTH_NAMING and key != found.leader
        ),
        draws=found.draws,
        exhaustive=found.exhaustive,
        alike=len(alike),
        several=len(found.questions),
    )


@dataclass(frozen=True)
class _Names:
    """Puts keys in the words of the edition and the names of people."""

    knowledge: KnowledgeBase
    voices: Voices

    @cached_property
    def speakers(self) -> dict[str, Speaker]:
        return {person.key: self._speaker(person) for person in self.voices.people}

    def _speaker(self, person: Person) -> Speaker:
        return Speaker(
            name=person.name,
            role=role_label(self.knowledge, person.role),
            is_owner=person.is_owner,
            answered=len(person.answers),
            finished_at=person.finished_at,
            counts=person.counts,
        )

    def option(self, key: str | None) -> str:
        return self.knowledge.options[key].short_name if key else ""

    def words(self, question: str, answer: Answer) -> tuple[str, ...]:
        return tuple(answer_labels(self.knowledge, self.knowledge.questions[question], answer))

    def dispute(self, found: Disagreement, leader: str | None) -> Dispute:
        key = found.question
        held = next((each for each in self.voices.held if each.question == key), None)
        agreement = self.voices.agreement
        equal = {each.question: each.agreement for each in agreement.questions} if agreement else {}
        return Dispute(
            question=key,
            text=self.knowledge.questions[key].text,
            effect=found.effect,
            agreement=equal.get(key, 1.0),
            sides=tuple(self._sides(key, found.stands, leader)),
            settled=self._settlement(key),
            holder=self.speakers[held.voice] if held else None,
            ruled_out=tuple(map(self.option, held.architectures)) if held else (),
        )

    def _sides(
        self, question: str, stands: tuple[Stand, ...], leader: str | None
    ) -> Iterator[Side]:
        for stand in stands:
            yield Side(
                words=self.words(question, stand.answer),
                people=tuple(self.speakers[voice] for voice in stand.voices),
                counts=stand.is_working,
                leader=self.option(stand.leader),
                score=stand.score,
                changes=stand.leader != leader,
            )

    def _settlement(self, question: str) -> Settlement | None:
        settled = self.voices.settled.get(question)
        if settled is None:
            return None
        return Settlement(
            words=self.words(question, settled.answer),
            reason=settled.reason,
            name=settled.name,
            at=settled.at,
        )


# ---------------------------------------------------------------- notes for the report


@dataclass(frozen=True)
class Remark:
    """A note that its author wanted in the report, and the replies to it (without their own)."""

    text_of_question: str
    name: str
    at: datetime
    text: str
    resolved: bool
    replies: tuple["Remark", ...]


def remarks(knowledge: KnowledgeBase, voices: Voices | None) -> tuple[Remark, ...]:
    """Return the notes for the report, by question in the order of the questionnaire.

    A report may hold one on a question that its edition does not have: it stands there last.
    """
    if voices is None:
        return ()
    place = {key: number for number, key in enumerate(knowledge.questions)}
    ordered = sorted(voices.remarks, key=lambda remark: place.get(remark.question, len(place)))
    return tuple(_remark(knowledge, remark) for remark in ordered)


def _remark(knowledge: KnowledgeBase, remark: evidence.Remark) -> Remark:
    question = knowledge.questions.get(remark.question)
    return Remark(
        text_of_question=question.text if question else remark.question,
        name=remark.name,
        at=remark.at,
        text=remark.text,
        resolved=remark.resolved,
        replies=tuple(_remark(knowledge, reply) for reply in remark.replies),
    )
