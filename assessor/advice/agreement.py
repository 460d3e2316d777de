"""How far several people agree, and which of their disagreements matter (METHOD 3.8 c to f)."""

from collections.abc import Iterator, Mapping, Sequence
from math import comb

from pydantic import Field

from assessor.advice.camps import Camp, camps, disputed
from assessor.advice.confidence import DRAWS, seed_of
from assessor.advice.disagreements import Disagreement, disagreements
from assessor.advice.questionnaire import is_unknown
from assessor.advice.respondents import first_places
from assessor.advice.standing import standing
from assessor.advice.voices import Voice, Working
from assessor.knowledge.conditions import Answer, Fact
from assessor.knowledge.schema import KnowledgeBase


class QuestionAgreement(Fact):
    """``agreement``: the share of equal pairs among the known answers to a question, 0–1."""

    question: str
    agreement: float


class Alone(Fact):
    """What one voice's own answers come to; None where nothing is left, or no second.

    A person who was asked only some questions has the rest filled by the working answers, and so
    has one who does not know. A settlement makes nobody change their mind.
    """

    voice: str
    leader: str | None
    score: float | None
    runner_up: str | None


class Agreement(Fact):
    """What several people's answers have in common, and what they have to talk about."""

    leader: str | None = Field(description="Under the working answers; None: nothing is left.")
    questions: tuple[QuestionAgreement, ...] = Field(
        description="Every question that two or more voices know an answer to."
    )
    alone: tuple[Alone, ...] = Field(description="One for each voice with answers.")
    consensus: bool = Field(description="All of these have the same leader.")
    disagreements: tuple[Disagreement, ...] = Field(
        description="Questions with different answers, the deciding first."
    )
    exhaustive: bool = Field(description="Every combination of the disputed answers was tried.")
    shares: dict[str, float] = Field(
        description="Architecture to the share of draws in which it comes first, if any."
    )
    leader_share: float | None = Field(description="The leader's share; None without a leader.")
    draws: int
    seed: int


def agreement(
    knowledge: KnowledgeBase, voices: Sequence[Voice], working: Working
) -> Agreement | None:
    """Return how far the voices agree; None where fewer than two answered anything.

    ``working`` must be what voices.working() returns for the same voices.
    """
    answering = [voice for voice in voices if voice.answers]
    if len(answering) < 2:
        return None
    every = camps(knowledge, answering, working)
    differing = disputed(every)
    alone = tuple(_alone(knowledge, voice, working) for voice in answering)
    found = disagreements(knowledge, working, differing)
    leader = standing(knowledge, working.answers).leader
    shares = first_places(knowledge, working, differing)
    return Agreement(
        leader=leader.key if leader else None,
        questions=tuple(_shares_of_equal_pairs(every)),
        alone=alone,
        consensus=len({each.leader for each in alone}) == 1,
        disagreements=found.disagreements,
        exhaustive=found.exhaustive,
        shares=shares,
        leader_share=shares.get(leader.key, 0.0) if leader else None,
        draws=DRAWS,
        seed=seed_of(knowledge),
    )


def _shares_of_equal_pairs(every: Mapping[str, tuple[Camp, ...]]) -> Iterator[QuestionAgreement]:
    for key, parted in every.items():
        sizes = [len(camp.voices) for camp in parted]
        pairs = comb(sum(sizes), 2)
        if pairs:
            equal = sum(comb(size, 2) for size in sizes)
            yield QuestionAgreement(question=key, agreement=equal / pairs)


def _alone(knowledge: KnowledgeBase, voice: Voice, working: Working) -> Alone:
    ranking = standing(knowledge, working.answers | _known(knowledge, voice)).ranking
    first, second = (*ranking[:2], None, None)[:2]
    return Alone(
        voice=voice.key,
        leader=first.architecture if first else None,
        score=first.score if first else None,
        runner_up=second.architecture if second else None,
    )


def _known(knowledge: KnowledgeBase, voice: Voice) -> dict[str, Answer]:
    return {
        key: answer
        for key, answer in voice.answers.items()
        if not is_unknown(knowledge.questions[key], answer)
    }
